// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDiscrepancySearch_h
#define tweedieDiscrepancySearch_h

#include "tweedieTotalVariation.h"

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** Throws DataError "name: ..." unless y is [B, channel, z, y, x] and the numbers are one, or one per sample, finite
 * and >= 0. */
void RequirePerSample(const std::string & name,
                      const LinearOperatorPointer & op,
                      const at::Tensor & y,
                      const at::Tensor & numbers);

/** Calls solve(lambda [B]) -> ||A x - y||^2 of each sample until that is `expected` for all, within the tolerance, or
 * maximumSolves times: a secant on log lambda against log residual, inside a bracket, from `first`. Both [B] or one
 * number > 0, else DataError. */
void SearchDiscrepancy(std::int64_t samples,
                       const at::Tensor & expected,
                       const at::Tensor & first,
                       const DiscrepancyOptions & options,
                       const std::function<std::vector<double>(const at::Tensor & lambda)> & solve);

/** The result of SearchDiscrepancy where each solve starts from the one before: solve(lambda, former). Its iterations
 * are those of all. */
template <typename TResult>
TResult
SolveAtDiscrepancy(std::int64_t samples,
                   const at::Tensor & expected,
                   const at::Tensor & first,
                   const DiscrepancyOptions & options,
                   const std::function<TResult(const at::Tensor & lambda, const TResult & former)> & solve)
{
  TResult result;
  std::int64_t iterations = 0;
  const auto next = [&](const at::Tensor & lambda)
  {
    result = solve(lambda, result);
    iterations += result.iterations;
    return result.squaredResidual;
  };
  SearchDiscrepancy(samples, expected, first, options, next);
  result.iterations = iterations;
  return result;
}
} // namespace tweedie

#endif
