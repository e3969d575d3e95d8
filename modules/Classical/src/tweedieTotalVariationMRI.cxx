// SPDX-License-Identifier: Apache-2.0
#include "tweediePenalizedMRI.h"
#include "tweedieSparsifyingTransform.h"

namespace tweedie
{
ClassicalSolution
ReconstructTotalVariation(const ClassicalProblem & problem)
{
  const auto solve = [&](const PenalizedSlices & slices)
  {
    if (slices.circulant.defined())
    {
      return SolveAlongTrajectory(slices, problem, *MakeGradient(problem.edges));
    }
    TotalVariationOptions options;
    options.iterations = problem.options.iterations;
    options.tolerance = problem.options.tolerance;
    options.largestEigenvalue = slices.largestEigenvalue;
    options.progress = slices.progress;
    const TotalVariationResult result =
        slices.lambda.defined()
            ? SolveTotalVariation(slices.model, slices.data, slices.lambda, options)
            : SolveTotalVariationByDiscrepancy(slices.model, slices.data, slices.expected, slices.firstLambda, options);
    return PenalizedImages{result.image, result.lambda, result.relativeGap, result.squaredResidual, result.iterations};
  };
  return ReconstructPenalized(problem, "tv", solve);
}
} // namespace tweedie
