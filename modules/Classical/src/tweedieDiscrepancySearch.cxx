// SPDX-License-Identifier: Apache-2.0
#include "tweedieDiscrepancySearch.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
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
    const double step = -error / (slope > 0.0 ? std::max(leastSlope, std::min(slope, 2.0)) : firstSlope);
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

void
RequirePerSample(const std::string & name,
                 const LinearOperatorPointer & op,
                 const at::Tensor & y,
                 const at::Tensor & numbers)
{
  if (!op || !y.defined() || y.dim() != 5 || y.size(0) < 1)
  {
    throw DataError(name + ": no operator, or data without batch; required [B, channel, z, y, x]");
  }
  const at::Tensor weights = numbers.defined() ? numbers.to(at::kCPU, at::kDouble) : at::empty({0}, at::kDouble);
  const bool fits = weights.dim() <= 1 && (weights.numel() == 1 || weights.numel() == y.size(0));
  if (!fits || !weights.ge(0.0).logical_and(weights.isfinite()).all().item<bool>())
  {
    throw DataError(name + ": lambda of wrong size, negative or not finite; required one number >= 0, or one "
                           "per sample");
  }
}

void
SearchDiscrepancy(std::int64_t samples,
                  const at::Tensor & expected,
                  const at::Tensor & first,
                  const DiscrepancyOptions & options,
                  const std::function<std::vector<double>(const at::Tensor & lambda)> & solve)
{
  const at::Tensor targets = expected.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  const at::Tensor starts = first.to(at::kCPU, at::kDouble).expand({samples}).contiguous();
  if (!targets.gt(0.0).logical_and(starts.gt(0.0)).all().item<bool>())
  {
    throw DataError("discrepancy principle: an expected residual or a first lambda of 0; required above 0");
  }
  std::vector<DiscrepancySearch> searches;
  for (std::int64_t i = 0; i < samples; ++i)
  {
    searches.emplace_back(starts[i].item<double>(), targets[i].item<double>());
  }
  for (std::int64_t count = 0; count < options.maximumSolves; ++count)
  {
    const std::vector<double> squaredResidual = solve(Lambdas(searches));
    bool allDone = true;
    for (std::int64_t i = 0; i < samples; ++i)
    {
      if (!searches[i].IsDone())
      {
        searches[i].Update(squaredResidual[i], options.tolerance);
      }
      allDone = allDone && searches[i].IsDone();
    }
    if (allDone)
    {
      break;
    }
  }
}
} // namespace tweedie
