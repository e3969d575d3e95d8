// SPDX-License-Identifier: Apache-2.0
#include "tweediePenalizedMRI.h"
#include "tweedieSparsifyingTransform.h"
#include "tweedieWaveletSparsity.h"

namespace tweedie
{
ClassicalSolution
ReconstructWavelet(const ClassicalProblem & problem)
{
  const auto solve = [&](const PenalizedSlices & slices)
  {
    if (slices.circulant.defined() && !problem.options.randomShift)
    {
      return SolveAlongTrajectory(slices, problem, *MakeWavelets());
    }
    WaveletOptions options;
    options.iterations = problem.options.iterations;
    options.tolerance = problem.options.tolerance;
    options.largestEigenvalue = slices.largestEigenvalue;
    options.progress = slices.progress;
    if (problem.options.randomShift)
    {
      options.shiftSeed = static_cast<std::uint64_t>(problem.options.seed);
    }
    const WaveletResult result =
        slices.lambda.defined()
            ? SolveWavelet(slices.model, slices.data, slices.lambda, options)
            : SolveWaveletByDiscrepancy(slices.model, slices.data, slices.expected, slices.firstLambda, options);
    return PenalizedImages{result.image, result.lambda, result.relativeGap, result.squaredResidual, result.iterations};
  };
  return ReconstructPenalized(problem, "wavelet", solve);
}
} // namespace tweedie
