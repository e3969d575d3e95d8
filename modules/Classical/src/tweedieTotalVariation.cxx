// SPDX-License-Identifier: Apache-2.0
#include "tweedieTotalVariation.h"

#include "tweedieError.h"
#include "tweedieTotalVariationSolver.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
void
RequireArguments(const LinearOperatorPointer & op,
                 const at::Tensor & y,
                 const at::Tensor & lambda,
                 const TotalVariationOptions & options)
{
  if (!op || !y.defined() || y.dim() != 5 || y.size(0) < 1)
  {
    throw DataError("total variation: no operator, or data without batch; required [B, channel, z, y, x]");
  }
  const at::Tensor weights = lambda.defined() ? lambda.to(at::kCPU, at::kDouble) : at::empty({0}, at::kDouble);
  const bool fits = weights.dim() <= 1 && (weights.numel() == 1 || weights.numel() == y.size(0));
  if (!fits || !weights.ge(0.0).logical_and(weights.isfinite()).all().item<bool>())
  {
    throw DataError("total variation: lambda of wrong size, negative or not finite; required one number >= 0, or one "
                    "per sample");
  }
  if (options.dualSteps < 1 || options.iterations < 0 || !(options.tolerance >= 0.0))
  {
    throw UsageError("total variation: " + std::to_string(options.iterations) + " iterations of " +
                     std::to_string(options.dualSteps) + " dual steps to a gap of " +
                     std::to_string(options.tolerance) + "; required at least 0, 1 and 0");
  }
}

/** The search for log lambda of one sample: residual(log lambda) grows from low to high. */
class DiscrepancySearch
{
public:
  DiscrepancySearch(double lambda, double expected) : m_Log(std::log(lambda)), m_Target(std::log(expected)) {}

  double
  Lambda() const
  {
    return std::exp(m_Log);
  }
  bool
  IsDone() const
  {
    return m_Done;
  }

  /** Takes the residual at Lambda() and chooses the next one. */
  void
  Update(double squaredResidual, double tolerance)
  {
    const double error = std::log(std::max(squaredResidual, 1e-300)) - m_Target;
    m_Done = std::abs(error) <= tolerance;
    if (m_Done)
    {
      return;
    }
    Point & side = error < 0.0 ? m_Low : m_High;
    side = {m_Log, error, true};
    const double slope = m_Last.known && m_Log != m_Last.log ? (error - m_Last.error) / (m_Log - m_Last.log) : 0.0;
    m_Last = {m_Log, error, true};
    // Residuals grow with a power of lambda between 0 and 2.
    const double step = -error / (slope > leastSlope ? std::min(slope, 2.0) : firstSlope);
    double next = m_Log + std::max(-longestStep, std::min(longestStep, step));
    if (m_Low.known && m_High.known)
    {
      const double margin = 0.05 * (m_High.log - m_Low.log);
      if (!(next > m_Low.log + margin && next < m_High.log - margin))
      {
        const double weight = -m_Low.error / (m_High.error - m_Low.error);
        const double clipped = std::max(0.1, std::min(0.9, weight));
        next = m_Low.log + clipped * (m_High.log - m_Low.log);
      }
    }
    m_Log = next;
  }

private:
  struct Point
  {
    double log = 0.0;
    double error = 0.0;
    bool known = false;
  };
  static constexpr double firstSlope = 0.7;
  static constexpr double leastSlope = 0.02;
  static constexpr double longestStep = 2.0; // a factor of 7 in lambda

  double m_Log;
  double m_Target;
  Point m_Low;
  Point m_High;
  Point m_Last;
  bool m_Done = false;
};

at::Tensor
Lambdas(const std::vector<DiscrepancySearch> & searches)
{
  at::Tensor lambda = at::empty({static_cast<std::int64_t>(searches.size())}, at::kDouble);
  for (std::size_t i = 0; i < searches.size(); ++i)
  {
    lambda[static_cast<std::int64_t>(i)] = searches[i].Lambda();
  }
  return lambda;
}
} // namespace

TotalVariationResult
SolveTotalVariation(const LinearOperatorPointer & A,
                    const at::Tensor & y,
                    const at::Tensor & lambda,
                    const TotalVariationOptions & options,
                    const TotalVariationResult & start)
{
  RequireArguments(A, y, lambda, options);
  const at::NoGradGuard noGradient;
  return TotalVariationSolver(A, y, lambda, options).Run(start);
}

TotalVariationResult
SolveTotalVariationByDiscrepancy(const LinearOperatorPointer & A,
                                 const at::Tensor & y,
                                 const at::Tensor & expected,
                                 const at::Tensor & firstLambda,
                                 const TotalVariationOptions & options,
                                 const DiscrepancyOptions & discrepancy)
{
  RequireArguments(A, y, firstLambda, options);
  RequireArguments(A, y, expected, options);
  const std::int64_t samples = y.size(0);
  const at::Tensor targets = expected.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  const at::Tensor first = firstLambda.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  if (!targets.gt(0.0).logical_and(first.gt(0.0)).all().item<bool>())
  {
    throw DataError("discrepancy principle: an expected residual or a first lambda of 0; required above 0");
  }
  TotalVariationOptions once = options;
  if (!once.largestEigenvalue)
  {
    once.largestEigenvalue = LargestEigenvalue(*A, y.scalar_type(), y.device());
  }
  std::vector<DiscrepancySearch> searches;
  for (std::int64_t i = 0; i < samples; ++i)
  {
    searches.emplace_back(first[i].item<double>(), targets[i].item<double>());
  }
  TotalVariationResult result;
  std::int64_t iterations = 0;
  for (std::int64_t solve = 0; solve < discrepancy.maximumSolves; ++solve)
  {
    result = SolveTotalVariation(A, y, Lambdas(searches), once, result);
    iterations += result.iterations;
    bool allDone = true;
    for (std::int64_t i = 0; i < samples; ++i)
    {
      if (!searches[i].IsDone())
      {
        searches[i].Update(result.squaredResidual[i], discrepancy.tolerance);
      }
      allDone = allDone && searches[i].IsDone();
    }
    if (allDone)
    {
      break;
    }
  }
  result.iterations = iterations;
  return result;
}
} // namespace tweedie
