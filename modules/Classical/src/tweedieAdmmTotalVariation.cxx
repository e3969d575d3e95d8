// SPDX-License-Identifier: Apache-2.0
#include "tweedieAdmmTotalVariation.h"

#include "tweedieConjugateGradient.h"
#include "tweedieDiscrepancySearch.h"
#include "tweedieDualSteps.h"
#include "tweedieError.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <limits>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::int64_t iterationsPerReport = 10;
constexpr std::int64_t adaptedIterations = 100; // convergence is proven for a rho that is constant in the end
constexpr double imbalance = 3.0;
constexpr double relaxation = 1.6;
constexpr double flatShare = 0.01;     // of image and data, where edges give no scale
constexpr double leastPenalty = 1e-3;  // of what makes the first x-update half data, half split
constexpr double innerTolerance = 0.1; // of the outer one
constexpr double leastNumber = 1e-300;

at::Tensor
Norm(const at::Tensor & x)
{
  return SampleDot(x, x).cpu().sqrt();
}

at::Tensor
D(const at::Tensor & x)
{
  return Differences(ToPlanar(x));
}

/** argmin_z t |z| + 1/2 |z - v|^2, pixel by pixel over directions and parts. */
at::Tensor
Shrink(const at::Tensor & v, const at::Tensor & threshold)
{
  const at::Tensor norm = v.square().sum({1, 2}, true).sqrt_();
  const at::Tensor kept = (norm - PerSample(threshold, v)).clamp_min_(0.0);
  return v * (kept / norm.clamp_min(std::numeric_limits<float>::min()));
}

class AdmmSolver
{
public:
  AdmmSolver(LinearOperatorPointer op, const at::Tensor & y, const at::Tensor & lambda, const AdmmOptions & options)
      : m_Operator(std::move(op)), m_Options(options), m_Data(m_Operator->Adjoint(y))
  {
    const std::int64_t samples = m_Data.size(0);
    m_DataNorm = SampleDot(y, y).cpu();
    m_AdjointNorm = Norm(m_Data);
    m_Lambda = lambda.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
    m_Index = at::arange(samples, at::kLong);
  }

  AdmmResult
  Run(const AdmmResult & start)
  {
    Initialize(start);
    while (m_Index.numel() > 0)
    {
      const Residuals residuals = Iterate();
      ++m_Result.iterations;
      const at::Tensor worst = at::maximum(residuals.primal, residuals.dual);
      if (!worst.isfinite().all().item<bool>())
      {
        throw NumericalError("ADMM: a residual after " + std::to_string(m_Result.iterations) +
                             " iterations is not finite; required finite data and operator");
      }
      Report(worst.max().item<double>() / m_Options.tolerance);
      if (m_Result.iterations <= adaptedIterations)
      {
        Adapt(residuals);
      }
      const bool isLast = m_Result.iterations >= m_Options.iterations;
      Finish(worst.le(m_Options.tolerance).logical_or(at::full_like(worst, isLast, at::kBool)), residuals);
    }
    return m_Result;
  }

private:
  /** Relative, per active sample, on the host. */
  struct Residuals
  {
    at::Tensor primal;
    at::Tensor dual;
  };

  void
  Initialize(const AdmmResult & start)
  {
    if (start.image.defined())
    {
      m_X = start.image.clone();
      m_Split = start.split.clone();
      m_Penalty = start.penalty.clone();
      // A dual variable that fits the former lambda is scaled to the new one.
      m_Dual = start.dual * PerSample(m_Lambda / (start.lambda * m_Penalty).clamp_min(leastNumber), start.dual);
    }
    else
    {
      // The length along A^H y that fits the data best.
      const at::Tensor curvature = SampleDot(m_Data, m_Operator->Normal(m_Data)).cpu();
      const at::Tensor length = m_AdjointNorm.square() / curvature.clamp_min(leastNumber);
      m_X = m_Data * PerSample(length, m_Data);
      m_Split = D(m_X);
      m_Dual = at::zeros_like(m_Split);
      m_Penalty = FirstPenalty(1.0 / length.clamp_min(leastNumber));
    }
    m_Result.image = at::zeros_like(m_X);
    m_Result.split = at::zeros_like(m_Split);
    m_Result.dual = at::zeros_like(m_Split);
    m_Result.lambda = m_Lambda.clone();
    m_Result.penalty = m_Penalty.clone();
    m_Result.primalResidual.assign(m_X.size(0), 0.0);
    m_Result.dualResidual = m_Result.primalResidual;
    m_Result.squaredResidual = m_Result.primalResidual;
  }

  /** curvature [n]: of 1/2 ||A x - y||^2 along A^H y. */
  at::Tensor
  FirstPenalty(const at::Tensor & curvature) const
  {
    if (m_Options.penalty)
    {
      return at::full_like(m_Lambda, *m_Options.penalty);
    }
    const at::Tensor variation = m_Split.to(at::kDouble).square().sum({1, 2}).sqrt().mean({-2, -1}).cpu();
    return at::maximum(m_Lambda / variation.clamp_min(leastNumber), leastPenalty * curvature)
        .clamp_max(curvature / leastPenalty);
  }

  Residuals
  Iterate()
  {
    const at::Tensor rho = PerSample(m_Penalty, m_Data);
    const auto product = [&](const at::Tensor & x)
    { return m_Operator->Normal(x) + FromPlanar(DifferencesAdjoint(D(x)), x) * rho; };
    const at::Tensor right = m_Data + FromPlanar(DifferencesAdjoint(m_Split - m_Dual), m_Data) * rho;
    const auto solution =
        ConjugateGradient(product, right, m_X, m_Options.innerIterations, innerTolerance * m_Options.tolerance);
    m_Result.products += solution.iterations;
    m_X = solution.solution;
    const at::Tensor differences = D(m_X);
    const at::Tensor before = m_Split;
    const at::Tensor shifted = relaxation * differences + (1.0 - relaxation) * before + m_Dual;
    m_Split = Shrink(shifted, m_Lambda / m_Penalty);
    m_Dual = shifted - m_Split;

    const at::Tensor primalScale = at::maximum(at::maximum(Norm(differences), Norm(m_Split)), flatShare * Norm(m_X));
    const at::Tensor dualScale = at::maximum(m_Penalty * Norm(DifferencesAdjoint(m_Dual)), flatShare * m_AdjointNorm);
    return {Norm(differences - m_Split) / primalScale.clamp_min(leastNumber),
            m_Penalty * Norm(DifferencesAdjoint(m_Split - before)) / dualScale.clamp_min(leastNumber)};
  }

  void
  Report(double worst) const
  {
    if (m_Options.progress && m_Result.iterations % iterationsPerReport == 0 &&
        !m_Options.progress(m_Result.iterations, worst))
    {
      throw Aborted("ADMM: stopped after " + std::to_string(m_Result.iterations) + " iterations");
    }
  }

  /** rho u, the dual variable itself, stays. */
  void
  Adapt(const Residuals & residuals)
  {
    const at::Tensor up = residuals.primal.gt(imbalance * residuals.dual).to(at::kDouble);
    const at::Tensor down = residuals.dual.gt(imbalance * residuals.primal).to(at::kDouble);
    const at::Tensor factor = at::exp2(up - down);
    m_Penalty = m_Penalty * factor;
    m_Dual = m_Dual / PerSample(factor, m_Dual);
  }

  /** Writes the done samples (mask [n]) to the result and drops them from the state. */
  void
  Finish(const at::Tensor & done, const Residuals & residuals)
  {
    if (!done.any().item<bool>())
    {
      return;
    }
    // ||A x - y||^2 by A^H A; rounding may leave it slightly below zero.
    const at::Tensor normal = m_Operator->Normal(m_X);
    ++m_Result.products;
    const at::Tensor squared =
        (SampleDot(m_X, normal).cpu() - 2.0 * SampleDot(m_X, m_Data).cpu() + m_DataNorm).clamp_min(0.0);
    for (std::int64_t i = 0; i < done.size(0); ++i)
    {
      if (done[i].item<bool>())
      {
        const auto place = m_Index[i].item<std::int64_t>();
        m_Result.image[place].copy_(m_X[i]);
        m_Result.split[place].copy_(m_Split[i]);
        m_Result.dual[place].copy_(m_Dual[i] * m_Penalty[i].item<double>());
        m_Result.penalty[place] = m_Penalty[i];
        m_Result.primalResidual[place] = residuals.primal[i].item<double>();
        m_Result.dualResidual[place] = residuals.dual[i].item<double>();
        m_Result.squaredResidual[place] = squared[i].item<double>();
      }
    }
    Keep(done.logical_not().nonzero().flatten());
  }

  void
  Keep(const at::Tensor & index)
  {
    for (at::Tensor * host : {&m_Index, &m_Lambda, &m_Penalty, &m_DataNorm, &m_AdjointNorm})
    {
      *host = host->index_select(0, index);
    }
    const at::Tensor there = index.to(m_Data.device());
    for (at::Tensor * state : {&m_Data, &m_X, &m_Split, &m_Dual})
    {
      *state = state->index_select(0, there);
    }
    if (index.size(0) > 0) // an operator of nothing need not exist
    {
      m_Operator = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
    }
  }

  LinearOperatorPointer m_Operator;
  const AdmmOptions & m_Options;
  AdmmResult m_Result;

  // State of the active samples, [n, ...].
  at::Tensor m_Data;        // A^H y
  at::Tensor m_DataNorm;    // [n]: ||y||^2
  at::Tensor m_AdjointNorm; // [n]: ||A^H y||
  at::Tensor m_Lambda;      // [n]
  at::Tensor m_Index;       // their places in the batch
  at::Tensor m_Penalty;     // [n]: rho
  at::Tensor m_X;
  at::Tensor m_Split; // z
  at::Tensor m_Dual;  // u
};

void
RequireOptions(const AdmmOptions & options)
{
  const bool hasPenalty = !options.penalty || *options.penalty > 0.0;
  if (options.iterations < 1 || options.innerIterations < 1 || !(options.tolerance > 0.0) || !hasPenalty)
  {
    throw UsageError("ADMM: " + std::to_string(options.iterations) + " iterations of " +
                     std::to_string(options.innerIterations) + " conjugate gradients to " +
                     std::to_string(options.tolerance) + "; required at least 1, 1, and a tolerance and penalty > 0");
  }
}
} // namespace

AdmmResult
SolveAdmmTotalVariation(const LinearOperatorPointer & A,
                        const at::Tensor & y,
                        const at::Tensor & lambda,
                        const AdmmOptions & options,
                        const AdmmResult & start)
{
  RequirePerSample("total variation", A, y, lambda);
  RequireOptions(options);
  const at::NoGradGuard noGradient;
  return AdmmSolver(A, y, lambda, options).Run(start);
}

AdmmResult
SolveAdmmTotalVariationByDiscrepancy(const LinearOperatorPointer & A,
                                     const at::Tensor & y,
                                     const at::Tensor & expected,
                                     const at::Tensor & firstLambda,
                                     const AdmmOptions & options,
                                     const DiscrepancyOptions & discrepancy)
{
  RequirePerSample("total variation", A, y, firstLambda);
  RequirePerSample("total variation", A, y, expected);
  std::int64_t products = 0;
  AdmmResult result = SolveAtDiscrepancy<AdmmResult>(y.size(0),
                                                     expected,
                                                     firstLambda,
                                                     discrepancy,
                                                     [&](const at::Tensor & weights, const AdmmResult & former)
                                                     {
                                                       AdmmResult next =
                                                           SolveAdmmTotalVariation(A, y, weights, options, former);
                                                       products += next.products;
                                                       return next;
                                                     });
  result.products = products;
  return result;
}
} // namespace tweedie
