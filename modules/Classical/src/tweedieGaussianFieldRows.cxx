// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTProblem.h"
#include "tweedieClassicalTable.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieGaussianField.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** Options of a facade's; report: (done, of). */
template <typename TOptions, typename TReport>
GaussianFieldOptions
OptionsOf(const TOptions & from, std::int64_t iterations, const TReport & report)
{
  GaussianFieldOptions options;
  options.lambda = from.lambda;
  options.samples = from.samples;
  options.keepSamples = from.keepSamples;
  options.seed = static_cast<std::uint64_t>(from.seed);
  options.iterations = iterations;
  options.progress = [&report](std::int64_t done, std::int64_t of)
  {
    report(done, of);
    return true;
  };
  return options;
}

template <typename TSolution>
TSolution
SolutionOf(const GaussianFieldPosterior & posterior, const GaussianFieldOptions & options, const at::Tensor & like)
{
  TSolution solution;
  solution.image = posterior.mean.to(like.scalar_type());
  solution.variance = posterior.variance;
  solution.samples = posterior.samples;
  solution.iterations = posterior.iterations;
  solution.figures["field-precision"] = posterior.lambda;
  if (posterior.variance.defined())
  {
    solution.figures["deviation-relative-error"] = posterior.relativeError;
  }
  if (!(posterior.residual <= options.tolerance))
  {
    solution.warnings.push_back("gaussian-field: relative residual " + NumberText(posterior.residual) + " after " +
                                std::to_string(options.iterations) + " iterations; required " +
                                NumberText(options.tolerance));
  }
  return solution;
}
} // namespace

ClassicalSolution
ReconstructGaussianField(const ClassicalProblem & problem)
{
  if (!problem.noise)
  {
    throw DataError("gaussian-field: given no noise level; required one");
  }
  const GaussianFieldOptions options = OptionsOf(problem.options, problem.options.iterations, problem.report);
  const at::Tensor weight = at::scalar_tensor(2.0 / (*problem.noise * *problem.noise),
                                              problem.data.options().dtype(at::kDouble)); // of a real component
  const at::Tensor wide = problem.data.to(at::kComplexDouble);
  return SolutionOf<ClassicalSolution>(SolveGaussianField(problem.model, wide, weight, options), options, problem.data);
}

CTSolution
SolveGaussianFieldOf(const CTProblem & problem)
{
  if (!problem.scan.isCounts)
  {
    throw UsageError("method gaussian-field: given line integrals, whose noise is not known; required counts");
  }
  const GaussianFieldOptions options = OptionsOf(problem.options, problem.Iterations(2000), problem.report);
  return SolutionOf<CTSolution>(
      SolveGaussianField(
          problem.model.Projector(), problem.lines.to(at::kDouble), problem.weights.to(at::kDouble), options),
      options,
      problem.lines);
}
} // namespace tweedie
