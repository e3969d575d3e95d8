// SPDX-License-Identifier: Apache-2.0
#include "tweedieWaveletSparsity.h"

#include "tweedieDiscrepancySearch.h"
#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSetCombination.h"
#include "tweedieTotalVariationSolver.h"
#include "tweedieWaveletTransform.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::int64_t iterationsPerGap = 10;
constexpr double leastMagnitude = 1e-30; // a float above 0

/** Re <a, b> in double. */
double
RealDot(const at::Tensor & a, const at::Tensor & b)
{
  const auto numbers = [](const at::Tensor & x) { return x.is_complex() ? at::view_as_real(x) : x; };
  return (numbers(a) * numbers(b)).sum(at::kDouble).item<double>();
}

/** Moduli; of the coefficients of a stack of complex images, roots over the stack. */
at::Tensor
Moduli(const at::Tensor & coefficients)
{
  return IsStackOfSets(coefficients) ? CombineSets(coefficients).abs() : coefficients.abs();
}

/** The iteration on one sample. */
class WaveletSolver
{
public:
  WaveletSolver(LinearOperatorPointer op, const at::Tensor & y, double lambda, const WaveletOptions & options);

  void Run(const at::Tensor & start);

  at::Tensor m_X;
  double m_RelativeGap = std::numeric_limits<double>::quiet_NaN();
  double m_SquaredResidual = 0.0;
  std::int64_t m_Iteration = 0;

private:
  void Iterate();
  at::Tensor Shrink(const at::Tensor & v);
  at::Tensor SoftThreshold(const at::Tensor & v) const;
  void Measure();

  LinearOperatorPointer m_Operator;
  const WaveletOptions & m_Options;
  double m_Lambda;
  double m_Curvature;
  std::int64_t m_Levels;
  at::Tensor m_Data; // A^H y
  double m_DataNorm; // ||y||^2
  at::Tensor m_NormalX;
  at::Tensor m_Ahead; // extrapolated image and its product with A^H A
  at::Tensor m_NormalAhead;
  double m_Momentum = 1.0;
};

WaveletSolver::WaveletSolver(LinearOperatorPointer op,
                             const at::Tensor & y,
                             double lambda,
                             const WaveletOptions & options)
    : m_Operator(std::move(op)), m_Options(options), m_Lambda(lambda), m_Curvature(*options.largestEigenvalue)
{
  m_Data = m_Operator->Adjoint(y);
  m_DataNorm = RealDot(y, y);
  m_Levels = options.levels.value_or(WaveletLevels(m_Data.size(-2), m_Data.size(-1)));
  if (!std::isfinite(m_DataNorm))
  {
    throw DataError("wavelet: data that are not finite; required finite numbers");
  }
}

at::Tensor
WaveletSolver::SoftThreshold(const at::Tensor & v) const
{
  const at::Tensor coefficients = WaveletTransform(v, m_Levels);
  const double threshold = m_Lambda / m_Curvature;
  const at::Tensor magnitude = Moduli(coefficients);
  const at::Tensor factor = (magnitude - threshold).clamp_min_(0.0).div_(magnitude.clamp_min(leastMagnitude));
  return InverseWaveletTransform(coefficients.mul_(factor), m_Levels);
}

/** The proximal map of the penalty, in the grid of this step. */
at::Tensor
WaveletSolver::Shrink(const at::Tensor & v)
{
  if (!m_Options.shiftSeed)
  {
    return SoftThreshold(v);
  }
  const std::int64_t period = std::int64_t{1} << m_Levels;
  const auto stream = static_cast<std::uint64_t>(m_Iteration);
  const at::Tensor uniform = RandomStreams(*m_Options.shiftSeed, {stream}).Uniform({2}, at::kDouble);
  const auto y = static_cast<std::int64_t>(uniform[0][0].item<double>() * static_cast<double>(period));
  const auto x = static_cast<std::int64_t>(uniform[0][1].item<double>() * static_cast<double>(period));
  return SoftThreshold(v.roll({y, x}, {-2, -1})).roll({-y, -x}, {-2, -1});
}

void
WaveletSolver::Measure()
{
  m_SquaredResidual = std::max(0.0, m_DataNorm - 2.0 * RealDot(m_X, m_Data) + RealDot(m_X, m_NormalX));
  if (!std::isfinite(m_SquaredResidual))
  {
    throw NumericalError("wavelet: numbers that are not finite after " + std::to_string(m_Iteration) + " iterations");
  }
  if (m_Options.shiftSeed)
  {
    return;
  }
  const double penalty = m_Lambda * Moduli(WaveletTransform(m_X, m_Levels)).sum(at::kDouble).item<double>();
  const double primal = 0.5 * m_SquaredResidual + penalty;
  const double largest = Moduli(WaveletTransform(m_Data - m_NormalX, m_Levels)).max().item<double>();
  const double s = largest > m_Lambda ? m_Lambda / largest : 1.0;
  const double dual = s * (m_DataNorm - RealDot(m_Data, m_X)) - 0.5 * s * s * m_SquaredResidual;
  m_RelativeGap = primal > 0.0 ? std::max(0.0, primal - dual) / primal : 0.0;
}

void
WaveletSolver::Iterate()
{
  const at::Tensor next = Shrink(m_Ahead - (m_NormalAhead - m_Data).div_(m_Curvature));
  const at::Tensor normalNext = m_Operator->Normal(next);
  const at::Tensor step = next - m_X;
  const bool restart = RealDot(m_Ahead - next, step) > 0.0;
  const double momentum = restart ? 1.0 : 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * m_Momentum * m_Momentum));
  const double beta = restart ? 0.0 : (m_Momentum - 1.0) / momentum;
  m_Ahead = next + step * beta;
  m_NormalAhead = normalNext + (normalNext - m_NormalX) * beta;
  m_X = next;
  m_NormalX = normalNext;
  m_Momentum = momentum;
  ++m_Iteration;
}

void
WaveletSolver::Run(const at::Tensor & start)
{
  m_X = start.defined() ? start : m_Data / m_Curvature;
  m_NormalX = m_Operator->Normal(m_X);
  m_Ahead = m_X;
  m_NormalAhead = m_NormalX;
  Measure();
  while (m_Iteration < m_Options.iterations && !(m_RelativeGap <= m_Options.tolerance))
  {
    Iterate();
    if (m_Iteration % iterationsPerGap == 0 || m_Iteration == m_Options.iterations)
    {
      Measure();
      if (m_Options.progress && !m_Options.progress(m_Iteration, m_RelativeGap))
      {
        throw Aborted("wavelet: stopped at the user's wish");
      }
    }
  }
}

WaveletOptions
RequireArguments(const LinearOperatorPointer & op,
                 const at::Tensor & y,
                 const at::Tensor & lambda,
                 const WaveletOptions & options)
{
  RequirePerSample("wavelet", op, y, lambda);
  if (options.iterations < 0 || !(options.tolerance >= 0.0))
  {
    throw UsageError("wavelet: " + std::to_string(options.iterations) + " iterations to a gap of " +
                     std::to_string(options.tolerance) + "; required at least 0 and 0");
  }
  WaveletOptions complete = options;
  if (!complete.largestEigenvalue)
  {
    complete.largestEigenvalue = LargestEigenvalue(*op, y.scalar_type(), y.device());
  }
  if (!(*complete.largestEigenvalue > 0.0) || !std::isfinite(*complete.largestEigenvalue))
  {
    throw DataError("wavelet: an operator whose largest eigenvalue is " + std::to_string(*complete.largestEigenvalue) +
                    "; required above 0");
  }
  return complete;
}
} // namespace

WaveletResult
SolveWavelet(const LinearOperatorPointer & A,
             const at::Tensor & y,
             const at::Tensor & lambda,
             const WaveletOptions & options,
             const WaveletResult & start)
{
  const at::NoGradGuard noGradient;
  const WaveletOptions complete = RequireArguments(A, y, lambda, options);
  const std::int64_t samples = y.size(0);
  WaveletResult result;
  result.lambda = lambda.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  std::vector<at::Tensor> images;
  for (std::int64_t sample = 0; sample < samples; ++sample)
  {
    const at::Tensor index = at::full({1}, sample, at::kLong);
    const auto model = std::dynamic_pointer_cast<const LinearOperator>(A->Select(index));
    WaveletSolver solver(model, y.narrow(0, sample, 1), result.lambda[sample].item<double>(), complete);
    solver.Run(start.image.defined() ? start.image.narrow(0, sample, 1) : at::Tensor());
    images.push_back(solver.m_X);
    result.relativeGap.push_back(solver.m_RelativeGap);
    result.squaredResidual.push_back(solver.m_SquaredResidual);
    result.iterations = std::max(result.iterations, solver.m_Iteration);
  }
  result.image = at::cat(images);
  return result;
}

WaveletResult
SolveWaveletByDiscrepancy(const LinearOperatorPointer & A,
                          const at::Tensor & y,
                          const at::Tensor & expected,
                          const at::Tensor & firstLambda,
                          const WaveletOptions & options,
                          const DiscrepancyOptions & discrepancy)
{
  if (options.shiftSeed)
  {
    throw UsageError(
        "wavelet: random shifts without lambda; required lambda, as they minimise nothing that is compared");
  }
  const at::NoGradGuard noGradient;
  RequirePerSample("wavelet", A, y, expected);
  const WaveletOptions complete = RequireArguments(A, y, firstLambda, options);
  return SolveAtDiscrepancy<WaveletResult>(y.size(0),
                                           expected,
                                           firstLambda,
                                           discrepancy,
                                           [&](const at::Tensor & weights, const WaveletResult & former)
                                           { return SolveWavelet(A, y, weights, complete, former); });
}
} // namespace tweedie
