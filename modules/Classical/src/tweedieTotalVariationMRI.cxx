// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieTotalVariation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t slicesPerBatch = 8; // bounds the memory; done slices leave the batch
constexpr double allowedMisfit = 0.01;

void
WarnOfGap(const TotalVariationResult & result, const MRIClassicalOptions & options, std::vector<std::string> & warnings)
{
  const double worst = *std::max_element(result.relativeGap.begin(), result.relativeGap.end());
  if (!(worst <= options.tolerance))
  {
    warnings.push_back("tv: relative duality gap " + NumberText(worst) + " after " +
                       std::to_string(options.iterations) + " iterations; asked for " + NumberText(options.tolerance));
  }
}

TotalVariationResult
SolveBatch(const ClassicalProblem & problem, const at::Tensor & index, const TotalVariationOptions & options)
{
  const auto model = std::dynamic_pointer_cast<const LinearOperator>(problem.model->Select(index));
  const at::Tensor data = problem.data.index_select(0, index.to(problem.data.device()));
  if (problem.options.lambda)
  {
    return SolveTotalVariation(model, data, at::full({1}, *problem.options.lambda, at::kDouble), options);
  }
  if (!problem.noise)
  {
    throw DataError("tv: neither lambda nor noise; required one of them");
  }
  const double variance = *problem.noise * *problem.noise;
  const at::Tensor first = at::full({1}, *problem.noise, at::kDouble);
  return SolveTotalVariationByDiscrepancy(
      model, data, problem.samples.index_select(0, index) * variance, first, options);
}

void
WarnOfMisfit(const ClassicalProblem & problem,
             const at::Tensor & index,
             const TotalVariationResult & result,
             std::vector<std::string> & warnings)
{
  for (std::int64_t i = 0; !problem.options.lambda && i < index.size(0); ++i)
  {
    const auto slice = index[i].item<std::int64_t>();
    const double expected = problem.samples[slice].item<double>() * *problem.noise * *problem.noise;
    const double fit = result.squaredResidual[i] / expected;
    if (!(std::abs(fit - 1.0) <= allowedMisfit))
    {
      warnings.push_back("tv: slice " + std::to_string(slice) + " has the data fit " + NumberText(fit) + " at lambda " +
                         NumberText(result.lambda[i].item<double>()) + ": the noise level does not fit the data");
    }
  }
}
} // namespace

ClassicalSolution
ReconstructTotalVariation(const ClassicalProblem & problem)
{
  const std::int64_t slices = problem.data.size(0);
  const std::int64_t batches = (slices + slicesPerBatch - 1) / slicesPerBatch;
  ClassicalSolution solution;
  std::vector<at::Tensor> images;
  for (std::int64_t batch = 0; batch < batches; ++batch)
  {
    const std::int64_t first = batch * slicesPerBatch;
    const at::Tensor index = at::arange(first, std::min(slices, first + slicesPerBatch), at::kLong);
    TotalVariationOptions options;
    options.iterations = problem.options.iterations;
    options.tolerance = problem.options.tolerance;
    options.largestEigenvalue = problem.largestEigenvalue;
    options.progress = [&](std::int64_t iteration, double)
    {
      const std::int64_t limit = std::max<std::int64_t>(problem.options.iterations, 1);
      problem.report(batch * limit + std::min(iteration, limit), batches * limit);
      return true;
    };
    const TotalVariationResult result = SolveBatch(problem, index, options);
    WarnOfGap(result, problem.options, solution.warnings);
    WarnOfMisfit(problem, index, result, solution.warnings);
    images.push_back(result.image);
    solution.iterations = std::max(solution.iterations, result.iterations);
  }
  solution.image = at::cat(images);
  solution.batches = batches;
  return solution;
}
} // namespace tweedie
