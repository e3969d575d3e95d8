// SPDX-License-Identifier: Apache-2.0
// The alternating direction method against the primal-dual solver and a signal whose solution is known.
#include "tweedieAdmmTotalVariation.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDualSteps.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieSenseOperator.h"

#include <cmath>

namespace tweedie
{
namespace
{
using test::Normal;

/** Blocks of different heights. */
at::Tensor
Blocks(std::int64_t size, at::ScalarType type)
{
  at::Tensor x = at::zeros({1, 1, 1, size, size}, at::kDouble);
  x.slice(3, 2, size - 3).slice(4, 3, size - 2).fill_(0.5);
  x.slice(3, size / 2).slice(4, 4, size / 2).add_(0.6);
  return type == at::kDouble ? x
                             : x * at::polar(at::ones({size}, at::kDouble), at::linspace(0.0, 1.0, size, at::kDouble));
}

struct Problem
{
  LinearOperatorPointer model;
  at::Tensor data;
  double sigma = 0.05;
};

/** Denoising, inpainting, deblurring and single- and multi-coil MRI. */
std::vector<Problem>
Problems(std::int64_t size)
{
  const Shape shape{1, 1, size, size};
  const at::Tensor mask = Normal(1, {1, 1, 1, size, size}).gt(-0.3).to(at::kDouble);
  at::Tensor lines = at::zeros({size, size}, at::kFloat);
  lines.slice(0, 0, size, 3).fill_(1.0);
  lines.slice(0, size / 2 - 2, size / 2 + 2).fill_(1.0);
  std::vector<Problem> problems{
      {Identity(shape), {}},
      {std::make_shared<SamplingMaskOperator>(shape, mask), {}},
      {std::make_shared<CirculantBlurOperator>(shape, at::full({1, 1, 1, 3, 3}, 1.0 / 9.0, at::kDouble)), {}},
      {MakeSenseOperator(lines), {}},
      {MakeSenseOperator(lines, Normal(2, {3, 1, size, size}, at::kComplexDouble)), {}}};
  for (std::size_t i = 0; i < problems.size(); ++i)
  {
    Problem & problem = problems[i];
    const auto type = i < 3 ? at::kDouble : at::kComplexDouble;
    const at::Tensor clean = problem.model->Forward(Blocks(size, type));
    problem.data = clean + Normal(3 + i, clean.sizes(), type) * problem.sigma * clean.ne(0.0);
  }
  return problems;
}

double
Objective(const Problem & problem, const at::Tensor & x, double lambda)
{
  const at::Tensor residual = problem.model->Forward(x) - problem.data;
  return 0.5 * SampleDot(residual, residual).item<double>() + lambda * TotalVariation(x).item<double>();
}

at::Tensor
One(double value)
{
  return at::full({1}, value, at::kDouble);
}

TEST(AdmmTotalVariation, MovesATwoStepSignalByLambdaOverItsLength)
{
  // The lower part (12 pixels) rises by lambda / 12, the upper one (8) falls by lambda / 8, until they meet.
  at::Tensor b = at::full({2, 1, 1, 1, 20}, 1.0, at::kDouble);
  b.slice(4, 12).fill_(2.0);
  AdmmOptions options;
  options.tolerance = 1e-7;
  options.iterations = 5000;
  const auto result =
      SolveAdmmTotalVariation(Identity({1, 1, 1, 20}), b, at::tensor({2.4, 100.0}, at::kDouble), options);
  at::Tensor expected = at::full_like(b, 1.4);
  expected[0].slice(3, 0, 12).fill_(1.2);
  expected[0].slice(3, 12).fill_(1.7);
  // Residuals of 1e-7 of about 5; the lowest mode of D^H D, 0.02, divides them.
  EXPECT_TENSOR_NEAR(result.image, expected, 1e-4);
  EXPECT_LE(result.primalResidual[0], 1e-7);
  EXPECT_LE(result.dualResidual[1], 1e-7);
}

TEST(AdmmTotalVariation, ReachesTheMinimumOfThePrimalDualSolver)
{
  for (const double lambda : {0.005, 0.05, 0.5})
  {
    std::size_t kind = 0;
    for (const Problem & problem : Problems(20))
    {
      TotalVariationOptions exactly;
      exactly.tolerance = 1e-6;
      exactly.iterations = 20000;
      const auto exact = SolveTotalVariation(problem.model, problem.data, One(lambda), exactly);
      const auto result = SolveAdmmTotalVariation(problem.model, problem.data, One(lambda));
      const double best = Objective(problem, exact.image, lambda);
      const double found = Objective(problem, result.image, lambda);
      ASSERT_LE(exact.relativeGap[0], 1e-6) << "problem " << kind;
      // The default tolerance of 1e-3 is that of the residuals; the objective follows it.
      EXPECT_LE(found - best, 1e-3 * best) << "problem " << kind;
      EXPECT_GE(found - best, -1e-6 * best) << "problem " << kind; // the gap of the exact one
      EXPECT_LT(result.iterations, 500) << "problem " << kind;
      // A dual variable that is feasible and belongs to the image: A^H (A x - y) + D^H p = 0.
      const at::Tensor norm = result.dual.square().sum({1, 2}).sqrt();
      EXPECT_LE(norm.max().item<double>(), lambda * (1.0 + 1e-12)) << "problem " << kind;
      const at::Tensor pull = problem.model->Adjoint(problem.data);
      const at::Tensor slope =
          problem.model->Normal(result.image) - pull + FromPlanar(DifferencesAdjoint(result.dual), pull);
      EXPECT_LE(at::norm(slope).abs().item<double>(), 1e-3 * at::norm(pull).abs().item<double>()) << "problem " << kind;
      ++kind;
    }
  }
}

TEST(AdmmTotalVariation, SamplesAreIndependent)
{
  const Problem problem = Problems(16)[3];
  const at::Tensor data = at::cat({problem.data, 2.0 * problem.data, problem.data.flip(4)});
  const at::Tensor lambda = at::tensor({0.02, 0.2, 0.005}, at::kDouble);
  const auto together = SolveAdmmTotalVariation(problem.model, data, lambda);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const auto alone = SolveAdmmTotalVariation(problem.model, data.slice(0, i, i + 1), lambda.slice(0, i, i + 1));
    // Fourier transforms of a batch may round otherwise than one alone.
    EXPECT_TENSOR_CLOSE(alone.image[0], together.image[i], 1e-9);
    EXPECT_LE(together.primalResidual[i], 1e-3);
    EXPECT_LE(together.dualResidual[i], 1e-3);
    const at::Tensor residual = problem.model->Forward(alone.image) - data.slice(0, i, i + 1);
    EXPECT_NEAR(together.squaredResidual[i], SampleDot(residual, residual).item<double>(), 1e-9);
  }
}

TEST(AdmmTotalVariation, ScalesWithTheDataAndUsesAStart)
{
  const Problem problem = Problems(16)[2];
  const auto first = SolveAdmmTotalVariation(problem.model, problem.data, One(0.05));
  const auto scaled = SolveAdmmTotalVariation(problem.model, problem.data * 1024.0, One(0.05 * 1024.0));
  EXPECT_TENSOR_CLOSE(scaled.image / 1024.0, first.image, 1e-12); // a power of two
  const auto again = SolveAdmmTotalVariation(problem.model, problem.data, One(0.05), {}, first);
  EXPECT_LE(again.iterations, 3);
  const auto near = SolveAdmmTotalVariation(problem.model, problem.data, One(0.055), {}, first);
  EXPECT_LT(near.iterations, SolveAdmmTotalVariation(problem.model, problem.data, One(0.055)).iterations);
}

TEST(AdmmTotalVariation, ReachesTheNoiseLevelOfEverySample)
{
  const Problem problem = Problems(20)[1];
  const at::Tensor data = at::cat({problem.data, problem.data * 2.0});
  const double samples = problem.model->Forward(at::ones_like(problem.data)).sum().item<double>();
  const double variance = samples * problem.sigma * problem.sigma;
  const at::Tensor expected = at::tensor({variance, 4.0 * variance}, at::kDouble);
  const auto result = SolveAdmmTotalVariationByDiscrepancy(problem.model, data, expected, One(problem.sigma));
  for (std::int64_t i = 0; i < 2; ++i)
  {
    EXPECT_NEAR(result.squaredResidual[i] / expected[i].item<double>(), 1.0, 0.005); // the search's own tolerance
  }
  EXPECT_NEAR(result.lambda[1].item<double>() / result.lambda[0].item<double>(), 2.0, 0.1);
}

TEST(AdmmTotalVariation, SinglePrecisionReachesItsTolerance)
{
  const Problem problem = Problems(20)[3];
  const auto exact = SolveAdmmTotalVariation(problem.model, problem.data, One(0.05));
  const auto result = SolveAdmmTotalVariation(problem.model, problem.data.to(at::kComplexFloat), One(0.05));
  EXPECT_LE(result.primalResidual[0], 1e-3);
  EXPECT_LE(result.dualResidual[0], 1e-3);
  // Rounding may move the stop by an iteration, which moves the image by about the tolerance.
  EXPECT_TENSOR_CLOSE(result.image, exact.image, 5e-3);
}

TEST(AdmmTotalVariation, RefusesWrongInputAndStops)
{
  const Problem problem = Problems(16)[2];
  const auto solve = [&](const at::Tensor & lambda, const AdmmOptions & options)
  { SolveAdmmTotalVariation(problem.model, problem.data, lambda, options); };
  EXPECT_THROW_MESSAGE(solve(One(-1.0), {}), DataError, "required one number >= 0");
  EXPECT_THROW_MESSAGE(solve(at::ones({2}), {}), DataError, "wrong size");
  AdmmOptions options;
  options.tolerance = 0.0;
  EXPECT_THROW_MESSAGE(solve(One(1.0), options), UsageError, "tolerance and penalty");
  options = {};
  options.penalty = -1.0;
  EXPECT_THROW_MESSAGE(solve(One(1.0), options), UsageError, "tolerance and penalty");
  options = {};
  options.tolerance = 1e-12;
  options.progress = [](std::int64_t iteration, double) { return iteration < 20; };
  EXPECT_THROW_MESSAGE(solve(One(0.05), options), Aborted, "after 20 iterations");
  Problem broken = problem;
  broken.data = broken.data / 0.0;
  EXPECT_THROW_MESSAGE(SolveAdmmTotalVariation(broken.model, broken.data, One(0.1)), NumericalError, "not finite");
}
} // namespace
} // namespace tweedie
