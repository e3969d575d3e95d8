// SPDX-License-Identifier: Apache-2.0
#include "tweedieClassicalTable.h"
#include "tweedieConjugateGradient.h"
#include "tweedieFieldText.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr double defaultWeight = 0.01; // of max(sum |S|^2): small against what is measured, enough to damp what is not
}

double
SensePenalty(const MRIClassicalOptions & options, double largestSumOfSquares)
{
  return options.lambda.value_or(defaultWeight * largestSumOfSquares);
}

ClassicalSolution
ReconstructRegularizedSense(const ClassicalProblem & problem)
{
  const double lambda = SensePenalty(problem.options, problem.sumOfSquares);
  const std::int64_t limit = problem.options.iterations;
  std::int64_t done = 0;
  const auto product = [&](const at::Tensor & x)
  {
    problem.report(done++, limit);
    return problem.model->Normal(x).add_(x, lambda);
  };
  const auto result =
      ConjugateGradient(product, problem.model->Adjoint(problem.data), {}, limit, problem.options.tolerance);
  ClassicalSolution solution;
  solution.image = result.solution;
  solution.iterations = result.iterations;
  const double worst = *std::max_element(result.relativeResidual.begin(), result.relativeResidual.end());
  if (!(worst <= problem.options.tolerance))
  {
    solution.warnings.push_back("sense: relative residual " + NumberText(worst) + " after " +
                                std::to_string(result.iterations) + " iterations; asked for " +
                                NumberText(problem.options.tolerance));
  }
  return solution;
}
} // namespace tweedie
