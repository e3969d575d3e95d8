// SPDX-License-Identifier: Apache-2.0
#include "tweedieAlgebraicReconstruction.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
at::Tensor
Random(std::uint64_t seed, at::IntArrayRef sizes)
{
  return at::rand(sizes, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

/** [40, 6], entries 0 to 1: as many line integrals of 0 to 6 for images of size 1. */
at::Tensor
Matrix()
{
  return Random(1, {40, 6});
}

at::Tensor
Truth()
{
  return Random(2, {1, 1, 1, 1, 6}) + 0.2;
}

std::vector<MeasurementSubset>
Subsets(const at::Tensor & matrix, const at::Tensor & y, std::int64_t count)
{
  std::vector<MeasurementSubset> subsets;
  for (std::int64_t k = 0; k < count; ++k)
  {
    const auto rows = at::arange(k, matrix.size(0), count, at::kLong);
    subsets.push_back({Dense(matrix.index_select(0, rows)), y.index_select(4, rows)});
  }
  return subsets;
}

TEST(AlgebraicReconstruction, SirtFindsWhatTheDataSay)
{
  const auto y = Dense(Matrix())->Forward(Truth());
  SirtOptions options;
  options.iterations = 3000;
  EXPECT_TENSOR_CLOSE(SolveSirt(Subsets(Matrix(), y, 1), options), Truth(), 1e-6); // linear convergence
  EXPECT_TENSOR_CLOSE(SolveSirt(Subsets(Matrix(), y, 5), options), Truth(), 1e-6);
}

TEST(AlgebraicReconstruction, SirtEndsWhereTheWeightedResidualIsLeast)
{
  const auto matrix = Matrix();
  const auto y = Dense(matrix)->Forward(Truth()) + 0.1 * Random(3, {1, 1, 1, 1, 40});
  SirtOptions options;
  options.iterations = 4000;
  options.nonNegative = false;
  options.relaxation = 1.5;
  const auto x = SolveSirt(Subsets(matrix, y, 1), options).flatten();
  const auto residual = (y.flatten() - matrix.matmul(x)) / matrix.sum(1);
  EXPECT_LT(matrix.t().matmul(residual).abs().max().item<double>(), 1e-7);
}

TEST(AlgebraicReconstruction, SubsetsAreFasterAtFirst)
{
  const auto y = Dense(Matrix())->Forward(Truth());
  const auto error = [&](std::int64_t count)
  {
    SirtOptions options;
    options.iterations = 5;
    return test::RelativeError(SolveSirt(Subsets(Matrix(), y, count), options), Truth());
  };
  EXPECT_LT(error(5), 0.7 * error(1));
}

TEST(AlgebraicReconstruction, WhatNoRaySeesIsLeftAlone)
{
  auto matrix = Matrix().clone();
  matrix.select(1, 2).zero_(); // a pixel outside the field of view
  matrix.select(0, 7).zero_(); // a ray beside the image
  const auto y = Dense(matrix)->Forward(Truth());
  SirtOptions options;
  options.iterations = 3000;
  options.start = at::full({1, 1, 1, 1, 6}, 0.25, at::kDouble);
  const auto x = SolveSirt(Subsets(matrix, y, 1), options);
  auto expected = Truth().clone();
  expected.view({-1})[2] = 0.25;
  EXPECT_TENSOR_CLOSE(x, expected, 1e-6);
}

TEST(AlgebraicReconstruction, CglsIsTheLeastSquaresSolution)
{
  const auto matrix = Matrix();
  const auto y = at::cat({Random(4, {1, 1, 1, 1, 40}), 3.0 * Random(5, {1, 1, 1, 1, 40})});
  const auto w = Random(6, {1, 1, 1, 1, 40}) + 0.1;
  CglsOptions options;
  options.iterations = 12; // twice the number of unknowns
  const auto found = SolveCgls(Dense(matrix), y, w, options).image;
  const auto root = w.flatten().sqrt();
  const auto expected = std::get<0>(at::linalg_lstsq(matrix * root.unsqueeze(1), (y.flatten(1) * root).t()));
  EXPECT_TENSOR_CLOSE(found.flatten(1), expected.t(), 1e-10);
  // Each entry stops for itself, at the noise level.
  const double level = 0.25 * y[0].square().sum().item<double>();
  options.expected = at::tensor({level, std::numeric_limits<double>::infinity()}, at::kDouble);
  const CglsResult early = SolveCgls(Dense(matrix), y, {}, options);
  EXPECT_GT(early.iterationsOf[0], 0);
  EXPECT_LT(early.iterationsOf[0], 6);
  EXPECT_EQ(early.iterationsOf[1], 0);
  EXPECT_LE((Dense(matrix)->Forward(early.image) - y)[0].square().sum().item<double>(), level);
  const CglsResult alone =
      SolveCgls(Dense(matrix), y.narrow(0, 0, 1), {}, {options.iterations, options.expected.narrow(0, 0, 1), {}, {}});
  EXPECT_TENSOR_CLOSE(early.image.narrow(0, 0, 1), alone.image, 1e-12);
}

double
NegativeLog(const at::Tensor & matrix, const at::Tensor & x, const at::Tensor & y, double photons, double rest)
{
  const auto m = photons * (-matrix.matmul(x.flatten())).exp() + rest;
  return (m - (y.flatten() + rest) * m.log()).sum().item<double>();
}

TEST(AlgebraicReconstruction, TransmissionFindsTheMostLikelyImage)
{
  const auto matrix = Matrix();
  const double photons = 300.0, electronic = 2.0;
  auto generator = at::make_generator<at::CPUGeneratorImpl>(7);
  const auto y = at::poisson((-Dense(matrix)->Forward(Truth())).exp() * photons, generator);
  TransmissionTomographyOptions options;
  options.electronic = electronic;
  double before = std::numeric_limits<double>::infinity();
  for (const std::int64_t iterations : {1, 2, 5, 20, 3000})
  {
    options.iterations = iterations;
    const auto x = SolveTransmission(Dense(matrix), y, at::scalar_tensor(photons, at::kDouble), options);
    const double value = NegativeLog(matrix, x, y, photons, electronic * electronic);
    EXPECT_LT(value, before);
    EXPECT_GE(x.min().item<double>(), 0.0);
    before = value;
    if (iterations == 3000)
    {
      // Kuhn and Tucker: no slope where x > 0, none downwards where x = 0.
      const auto passed = photons * (-matrix.matmul(x.flatten())).exp();
      const auto slope = -matrix.t().matmul(passed * (1.0 - (y.flatten() + 4.0) / (passed + 4.0)));
      EXPECT_LT((slope * x.flatten()).abs().max().item<double>(), 1e-6); // counts: of some thousand
      EXPECT_GT(slope.min().item<double>(), -1e-6);
    }
  }
}

TEST(AlgebraicReconstruction, StarvedRaysStayFinite)
{
  const auto matrix = Matrix() * 6.0;
  const auto y = at::zeros({1, 1, 1, 1, 40}, at::kFloat);
  TransmissionTomographyOptions options;
  options.electronic = 3.0;
  const auto x = SolveTransmission(Dense(matrix.to(at::kFloat)), y, at::scalar_tensor(100.0, at::kFloat), options);
  EXPECT_TRUE(x.isfinite().all().item<bool>());
}

TEST(AlgebraicReconstruction, StopsWhenAskedAndRefusesBadInput)
{
  const auto op = Dense(Matrix());
  const auto y = op->Forward(Truth());
  std::int64_t calls = 0;
  SirtOptions sirt;
  sirt.progress = [&calls](std::int64_t iteration)
  {
    calls = iteration;
    return iteration < 3;
  };
  EXPECT_THROW_MESSAGE(SolveSirt({{op, y}}, sirt), Aborted, "stopped after iteration 3");
  EXPECT_EQ(calls, 3);
  sirt = {};
  sirt.relaxation = 2.0;
  EXPECT_THROW_MESSAGE(SolveSirt({{op, y}}, sirt), UsageError, "relaxation of 2");
  EXPECT_THROW_MESSAGE(SolveSirt({}, {}), UsageError, "0 subsets");
  EXPECT_THROW_MESSAGE(SolveSirt({{op, y / 0.0}}, {}), DataError, "finite");
  sirt = {};
  sirt.start = at::zeros({1, 1, 1, 1, 5}, at::kDouble);
  EXPECT_THROW_MESSAGE(SolveSirt({{op, y}}, sirt), DataError, "start image of another shape");
  EXPECT_THROW_MESSAGE(SolveCgls(op, y, at::full({}, -1.0, at::kDouble)), DataError, "weights that are negative");
  CglsOptions cgls;
  cgls.iterations = 0;
  EXPECT_THROW_MESSAGE(SolveCgls(op, y, {}, cgls), UsageError, "0 iterations");
  EXPECT_THROW_MESSAGE(
      SolveTransmission(op, y, at::zeros({}, at::kDouble)), DataError, "photons that are not positive");
}
} // namespace
} // namespace tweedie
