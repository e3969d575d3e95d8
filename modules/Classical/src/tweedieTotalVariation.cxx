// SPDX-License-Identifier: Apache-2.0
#include "tweedieTotalVariation.h"

#include "tweedieDiscrepancySearch.h"
#include "tweedieError.h"
#include "tweedieTotalVariationSolver.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

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
  RequirePerSample("total variation", op, y, lambda);
  if (options.dualSteps < 1 || options.iterations < 0 || !(options.tolerance >= 0.0))
  {
    throw UsageError("total variation: " + std::to_string(options.iterations) + " iterations of " +
                     std::to_string(options.dualSteps) + " dual steps to a gap of " +
                     std::to_string(options.tolerance) + "; required at least 0, 1 and 0");
  }
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
  TotalVariationOptions once = options;
  if (!once.largestEigenvalue)
  {
    once.largestEigenvalue = LargestEigenvalue(*A, y.scalar_type(), y.device());
  }
  return SolveAtDiscrepancy<TotalVariationResult>(y.size(0),
                                                  expected,
                                                  firstLambda,
                                                  discrepancy,
                                                  [&](const at::Tensor & weights, const TotalVariationResult & former)
                                                  { return SolveTotalVariation(A, y, weights, once, former); });
}
} // namespace tweedie
