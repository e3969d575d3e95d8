// SPDX-License-Identifier: Apache-2.0
#include "tweediePenalizedMRI.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieNoncartesianSenseOperator.h"
#include "tweedieSplitSolver.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t slicesPerBatch = 8; // bounds the memory; done slices leave the batch
constexpr double allowedMisfit = 0.01;

/** Where maps [1 or batch, (set,) coil, z, y, x] are not all 0; undefined: everywhere. */
at::Tensor
SupportOf(const at::Tensor & maps)
{
  const at::Tensor seen = maps.defined() ? maps.abs().flatten(1, -4).amax(1).gt(0.0) : maps;
  return seen.defined() && !seen.all().item<bool>() ? seen : at::Tensor();
}

PenalizedSlices
Slices(const ClassicalProblem & problem, const std::string & name, const at::Tensor & index)
{
  PenalizedSlices slices;
  slices.model = std::dynamic_pointer_cast<const LinearOperator>(problem.model->Select(index));
  slices.data = problem.data.index_select(0, index.to(problem.data.device()));
  slices.largestEigenvalue = problem.largestEigenvalue;
  const auto * along = dynamic_cast<const NoncartesianSenseOperator *>(slices.model.get());
  if (along != nullptr && along->DomainShape()[0] == 1) // sets of maps, whose penalty is joint, go without
  {
    slices.circulant = along->CirculantNormal();
    slices.support = SupportOf(along->Maps());
  }
  if (problem.options.lambda)
  {
    slices.lambda = at::full({1}, *problem.options.lambda, at::kDouble);
    return slices;
  }
  if (!problem.noise)
  {
    throw DataError(name + ": neither lambda nor noise; required one of them");
  }
  slices.expected = problem.samples.index_select(0, index) * (*problem.noise * *problem.noise);
  slices.firstLambda = at::full({1}, *problem.noise, at::kDouble);
  return slices;
}

void
WarnOfGap(const PenalizedImages & result,
          const ClassicalProblem & problem,
          const std::string & name,
          std::vector<std::string> & warnings)
{
  const double worst = *std::max_element(result.relativeGap.begin(), result.relativeGap.end());
  if (worst > problem.options.tolerance)
  {
    warnings.push_back(name + ": relative duality gap " + NumberText(worst) + " after " +
                       std::to_string(problem.options.iterations) + " iterations; asked for " +
                       NumberText(problem.options.tolerance));
  }
}

void
WarnOfMisfit(const PenalizedImages & result,
             const PenalizedSlices & slices,
             std::int64_t first,
             const std::string & name,
             std::vector<std::string> & warnings)
{
  for (std::int64_t i = 0; !slices.lambda.defined() && i < slices.data.size(0); ++i)
  {
    const double fit = result.squaredResidual[i] / slices.expected[i].item<double>();
    if (!(std::abs(fit - 1.0) <= allowedMisfit))
    {
      warnings.push_back(name + ": slice " + std::to_string(first + i) + " has the data fit " + NumberText(fit) +
                         " at lambda " + NumberText(result.lambda[i].item<double>()) +
                         ": the noise level does not fit the data");
    }
  }
}
} // namespace

PenalizedImages
SolveAlongTrajectory(const PenalizedSlices & slices,
                     const ClassicalProblem & problem,
                     const SparsifyingTransform & transform)
{
  SplitOptions options;
  options.iterations = problem.options.iterations;
  options.tolerance = problem.options.tolerance;
  options.progress = slices.progress;
  options.support = slices.support;
  const TotalVariationResult result =
      slices.lambda.defined()
          ? SolveBySplitting(slices.model, slices.data, slices.lambda, transform, slices.circulant, options)
          : SolveBySplittingByDiscrepancy(
                slices.model, slices.data, slices.expected, slices.firstLambda, transform, slices.circulant, options);
  return {result.image, result.lambda, result.relativeGap, result.squaredResidual, result.iterations};
}

ClassicalSolution
ReconstructPenalized(const ClassicalProblem & problem,
                     const std::string & name,
                     const std::function<PenalizedImages(const PenalizedSlices &)> & solve)
{
  const std::int64_t count = problem.data.size(0);
  const std::int64_t batches = (count + slicesPerBatch - 1) / slicesPerBatch;
  ClassicalSolution solution;
  std::vector<at::Tensor> images;
  for (std::int64_t batch = 0; batch < batches; ++batch)
  {
    const std::int64_t first = batch * slicesPerBatch;
    const at::Tensor index = at::arange(first, std::min(count, first + slicesPerBatch), at::kLong);
    PenalizedSlices slices = Slices(problem, name, index);
    slices.progress = [&](std::int64_t iteration, double)
    {
      const std::int64_t limit = std::max<std::int64_t>(problem.options.iterations, 1);
      problem.report(batch * limit + std::min(iteration, limit), batches * limit);
      return true;
    };
    const PenalizedImages result = solve(slices);
    WarnOfGap(result, problem, name, solution.warnings);
    WarnOfMisfit(result, slices, first, name, solution.warnings);
    images.push_back(result.image);
    solution.iterations = std::max(solution.iterations, result.iterations);
  }
  solution.image = at::cat(images);
  solution.batches = batches;
  return solution;
}
} // namespace tweedie
