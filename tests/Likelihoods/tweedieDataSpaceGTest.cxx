// SPDX-License-Identifier: Apache-2.0
// The proximal step and the draw by way of the data are those of the image's side, which dense algebra checks.
#include "tweedieGaussianLikelihood.h"

#include "tweedieCTGeometryOptions.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieJosephProjector.h"
#include "tweedieOperatorCombinators.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
ProximalOptions
Solver(bool dataSpace, double tolerance, std::int64_t iterations)
{
  ProximalOptions options;
  options.dataSpace = dataSpace;
  options.tolerance = tolerance;
  options.maximumIterations = iterations;
  return options;
}

/** One scan's noise: a factor of 30 between the rows, one of which is not measured. */
struct Problem
{
  explicit Problem(at::ScalarType type)
      : op(Dense(Normal(3, {7, 5}, type))), y(Streams(1, 2).Normal({1, 1, 1, 7}, type)),
        c(Streams(2, 2).Normal({1, 1, 1, 5}, type)),
        noise(at::tensor({0.1, 3.0, 0.2, 1.0, 0.1, 0.7, 0.4}, at::kDouble).reshape({1, 1, 1, 1, 7})),
        sampled(at::tensor({1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0}, at::kDouble).reshape({1, 1, 1, 1, 7}))
  {
  }
  GaussianLikelihood
  Likelihood(bool dataSpace) const
  {
    return {op, y, noise, sampled, Solver(dataSpace, 1e-13, 200)};
  }

  LinearOperatorPointer op;
  at::Tensor y;
  at::Tensor c;
  at::Tensor noise;
  at::Tensor sampled;
  at::Tensor variances = at::tensor({0.02, 5.0}, at::kDouble);
};
} // namespace

TEST(DataSpace, StepIsThatOfTheImagesSide)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const Problem problem(type);
    const auto expected = problem.Likelihood(false).Proximal(problem.c, problem.variances);
    const auto found = problem.Likelihood(true).Proximal(problem.c, problem.variances);
    EXPECT_TENSOR_CLOSE(found, expected, 1e-9); // the solvers' tolerance times the condition number, up to 1e4
  }
}

TEST(DataSpace, DrawsAreThoseOfTheImagesSide)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const Problem problem(type);
    const auto sides = {problem.Likelihood(false), problem.Likelihood(true)};
    std::vector<at::Tensor> draws;
    std::vector<at::Tensor> fluctuations;
    for (const GaussianLikelihood & likelihood : sides)
    {
      auto random = Streams(9, 2);
      draws.push_back(likelihood.Draw(problem.c, problem.variances, random));
      fluctuations.push_back(likelihood.Fluctuation(problem.c, problem.variances, random));
    }
    EXPECT_TENSOR_CLOSE(draws[1], draws[0], 1e-9); // the same random numbers, solved as above
    EXPECT_TENSOR_CLOSE(fluctuations[1], fluctuations[0], 1e-9);
  }
}

TEST(DataSpace, EntriesOfABatchAreTheirOwn)
{
  const Problem problem(at::kDouble);
  const auto likelihood = problem.Likelihood(true);
  const auto both = likelihood.Proximal(problem.c, problem.variances);
  const auto second = likelihood.Select(at::tensor({1}, at::kLong));
  const auto one = second->Proximal(problem.c.narrow(0, 1, 1), problem.variances.narrow(0, 1, 1));
  EXPECT_TENSOR_CLOSE(one, both.narrow(0, 1, 1), 1e-12); // matrix products of other sizes
}

TEST(DataSpace, CountsThatSpreadNeedFewerProducts)
{
  Grid grid;
  grid.size = {1, 96, 96};
  grid.origin = {-47.5, -47.5, 0.0};
  CTGeometryOptions geometry;
  geometry.type = "parallel";
  geometry.views = 20;
  const CTDetector detector{137, 1, 1.0, 1.0, -68.0, 0.0};
  const auto A = std::make_shared<const JosephProjector>(MakeCTGeometry(geometry), detector, grid);
  const auto place = at::arange(96, at::kDouble) - 47.5;
  const auto radius = (place.square().unsqueeze(1) + place.square() * 1.5).sqrt();
  const auto truth = (radius.lt(44.0) * 0.12 - radius.lt(38.0) * 0.05).reshape({1, 1, 1, 96, 96});
  const auto lines = A->Forward(truth);
  const auto noise =
      (lines.exp() / 1e5 + (2.0 * lines).exp() / 1e8 + 2.5e-5).sqrt(); // photons, and what the model is wrong by
  const auto c = at::zeros_like(truth);
  const auto r2 = at::scalar_tensor(1e-3, at::kDouble);
  const auto exact = GaussianLikelihood(A, lines, noise, {}, Solver(false, 1e-12, 300)).Proximal(c, r2);
  const auto error = [&](bool dataSpace)
  {
    const GaussianLikelihood likelihood(A, lines, noise, {}, Solver(dataSpace, 1e-12, 15));
    return RelativeError(likelihood.Proximal(c, r2), exact);
  };
  // Of 15 products 0.021 and 0.058 are left here, where counts spread by 40; the thinner the object, the less it gains.
  EXPECT_LT(error(true), 0.5 * error(false)) << error(true) << ' ' << error(false);
}
