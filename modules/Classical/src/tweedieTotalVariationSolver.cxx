// SPDX-License-Identifier: Apache-2.0
#include "tweedieTotalVariationSolver.h"

#include "tweedieConjugateGradient.h"
#include "tweedieDualSteps.h"
#include "tweedieError.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::int64_t iterationsPerCheck = 10;
constexpr double leastPrimal = 1e-12;
constexpr double curvatureMargin = 1.02; // a power iteration comes from below

/** Re <a, b> per sample on the host. */
at::Tensor
Dot(const at::Tensor & a, const at::Tensor & b)
{
  return SampleDot(a, b).cpu();
}

at::Tensor
PlanarNorms(const at::Tensor & dual)
{
  return dual.to(at::kDouble).square().sum({1, 2}).sqrt().sum({-2, -1}).cpu();
}
} // namespace

at::Tensor
TotalVariation(const at::Tensor & x)
{
  return PlanarNorms(Differences(ToPlanar(x.detach())));
}

double
LargestEigenvalue(const LinearOperator & op, c10::ScalarType dtype, c10::Device device)
{
  const double norm = SpectralNorm(op, 30, 0, dtype, device);
  return curvatureMargin * norm * norm;
}

TotalVariationSolver::TotalVariationSolver(LinearOperatorPointer op,
                                           const at::Tensor & y,
                                           const at::Tensor & lambda,
                                           const TotalVariationOptions & options)
    : m_Operator(std::move(op)), m_Options(options)
{
  m_Data = m_Operator->Adjoint(y);
  const std::int64_t samples = m_Data.size(0);
  m_DataNorm = Dot(y, y);
  m_Lambda = lambda.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  m_Index = at::arange(samples, at::kLong);
  const double curvature = options.largestEigenvalue
                               ? *options.largestEigenvalue
                               : LargestEigenvalue(*m_Operator, m_Data.scalar_type(), m_Data.device());
  if (!(curvature > 0.0) || !std::isfinite(curvature))
  {
    throw DataError("total variation: an operator whose largest eigenvalue is " + std::to_string(curvature) +
                    "; required above 0");
  }
  m_Curvature = at::full({samples}, curvature, at::kDouble);
}

void
TotalVariationSolver::Initialize(const TotalVariationResult & start)
{
  const std::int64_t samples = m_Data.size(0);
  if (start.image.defined())
  {
    m_X = start.image.clone();
    // A dual variable that fits the former lambda is scaled to the new one.
    const at::Tensor ratio = m_Lambda / start.lambda.clamp_min(1e-300);
    m_Dual = start.dual * PerSample(ratio / m_Curvature, start.dual);
  }
  else
  {
    m_X = m_Data / PerSample(m_Curvature, m_Data);
    m_Dual = at::zeros_like(Differences(ToPlanar(m_X)));
  }
  m_NormalX = m_Operator->Normal(m_X);
  m_Ahead = m_X;
  m_NormalAhead = m_NormalX;
  m_Momentum = at::ones({samples}, at::kDouble);
  m_Result.image = at::zeros_like(m_X);
  m_Result.dual = at::zeros_like(m_Dual);
  m_Result.lambda = m_Lambda.clone();
  m_Result.relativeGap.assign(samples, 0.0);
  m_Result.squaredResidual.assign(samples, 0.0);
}

/** A power iteration may have stopped early: where a step has met more curvature than assumed, the bound is raised and
 * the momentum starts again. */
void
TotalVariationSolver::RaiseCurvature(const at::Tensor & dx, const at::Tensor & dn)
{
  const at::Tensor squared = Dot(dx, dx);
  // The tolerance covers rounding, which alone would otherwise raise the bound near convergence.
  const at::Tensor met = Dot(dx, dn) / squared;
  const at::Tensor above = met.gt(m_Curvature * (1.0 + 1e-3)).logical_and(met.isfinite());
  if (above.any().item<bool>())
  {
    const at::Tensor raised = at::where(above, met * curvatureMargin, m_Curvature);
    m_Dual = m_Dual * PerSample(m_Curvature / raised, m_Dual);
    m_Curvature = raised;
    m_Momentum.masked_fill_(above, 1.0);
  }
}

void
TotalVariationSolver::Iterate()
{
  const at::Tensor b = (m_Data - m_NormalAhead).mul_(PerSample(1.0 / m_Curvature, m_Data)).add_(m_Ahead);
  const at::Tensor x = FromPlanar(DualSteps(ToPlanar(b), m_Lambda / m_Curvature, m_Options.dualSteps, m_Dual), m_Data);
  const at::Tensor normal = m_Operator->Normal(x);
  // The momentum starts again where it points uphill.
  const at::Tensor step = x - m_X;
  const at::Tensor back = m_Ahead - x;
  const at::Tensor restart = Dot(back, step).gt(0.0);
  const at::Tensor next = 0.5 * (1.0 + (1.0 + 4.0 * m_Momentum.square()).sqrt());
  const at::Tensor beta = PerSample(at::where(restart, at::zeros_like(next), (m_Momentum - 1.0) / next), m_Data);
  m_Momentum = at::where(restart, at::ones_like(next), next);
  RaiseCurvature(back, m_NormalAhead - normal);
  m_Ahead = step.mul_(beta).add_(x);
  m_NormalAhead = (normal - m_NormalX).mul_(beta).add_(normal);
  m_X = x;
  m_NormalX = normal;
}

TotalVariationSolver::Gap
TotalVariationSolver::Measure() const
{
  const at::Tensor planar = ToPlanar(m_X);
  const at::Tensor differences = Differences(planar);
  const at::Tensor dual = m_Dual * PerSample(m_Curvature, m_Dual);
  const at::Tensor slope = m_NormalX - m_Data + FromPlanar(DifferencesAdjoint(dual), m_Data);
  const at::Tensor variation = m_Lambda * PlanarNorms(differences);
  const at::Tensor radius = at::maximum(Dot(m_X, m_X).sqrt(), Dot(m_Data, m_Data).sqrt() / m_Curvature);
  const at::Tensor gap = variation - Dot(dual, differences) + radius * Dot(slope, slope).sqrt();
  // ||A x - y||^2 from products that are there; rounding may leave it slightly below zero.
  const at::Tensor squared = (Dot(m_X, m_NormalX) - 2.0 * Dot(m_X, m_Data) + m_DataNorm).clamp_min(0.0);
  // Data that are fitted exactly leave nothing to divide by: then their own size is the unit.
  const at::Tensor primal = at::maximum(0.5 * squared + variation, leastPrimal * m_DataNorm);
  return {at::where(gap.eq(0.0), gap, gap / primal), squared};
}

void
TotalVariationSolver::Keep(const at::Tensor & index)
{
  for (at::Tensor * host : {&m_Index, &m_Lambda, &m_Curvature, &m_Momentum, &m_DataNorm})
  {
    *host = host->index_select(0, index);
  }
  const at::Tensor there = index.to(m_Data.device());
  for (at::Tensor * state : {&m_Data, &m_X, &m_NormalX, &m_Ahead, &m_NormalAhead, &m_Dual})
  {
    *state = state->index_select(0, there);
  }
  if (index.size(0) > 0) // an operator of nothing need not exist
  {
    m_Operator = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
  }
}

void
TotalVariationSolver::Finish(const at::Tensor & done, const Gap & gap)
{
  for (std::int64_t i = 0; i < done.size(0); ++i)
  {
    if (done[i].item<bool>())
    {
      const auto place = m_Index[i].item<std::int64_t>();
      m_Result.image[place].copy_(m_X[i]);
      m_Result.dual[place].copy_(m_Dual[i] * m_Curvature[i].item<double>());
      m_Result.relativeGap[place] = gap.relative[i].item<double>();
      m_Result.squaredResidual[place] = gap.squaredResidual[i].item<double>();
    }
  }
  const at::Tensor rest = done.logical_not().nonzero().flatten();
  if (rest.numel() < m_Index.numel())
  {
    Keep(rest);
  }
}

TotalVariationResult
TotalVariationSolver::Run(const TotalVariationResult & start)
{
  Initialize(start);
  while (m_Index.numel() > 0)
  {
    const Gap gap = Measure();
    if (!gap.relative.isfinite().all().item<bool>())
    {
      throw NumericalError("total variation: the duality gap after " + std::to_string(m_Iteration) +
                           " iterations is not finite; required finite data and operator");
    }
    const bool isLast = m_Iteration >= m_Options.iterations;
    m_Result.iterations = m_Iteration;
    if (m_Options.progress && !m_Options.progress(m_Iteration, gap.relative.max().item<double>()))
    {
      throw Aborted("total variation: stopped after " + std::to_string(m_Iteration) + " iterations");
    }
    Finish(gap.relative.le(m_Options.tolerance).logical_or(at::full_like(gap.relative, isLast, at::kBool)), gap);
    for (std::int64_t i = 0; i < iterationsPerCheck && m_Index.numel() > 0 && m_Iteration < m_Options.iterations; ++i)
    {
      Iterate();
      ++m_Iteration;
    }
  }
  return m_Result;
}
} // namespace tweedie
