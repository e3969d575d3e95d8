// SPDX-License-Identifier: Apache-2.0
#include "tweedieSenseNoise.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRISimulation.h"
#include "tweedieNormalParts.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** Every R-th row from one on, [1, 1, 1, y, x]. */
at::Tensor
Rows(std::int64_t height, std::int64_t width, std::int64_t acceleration, std::int64_t first = 0)
{
  at::Tensor mask = at::zeros({1, 1, 1, height, width}, at::kDouble);
  mask.slice(3, first, height, acceleration).fill_(1.0);
  return mask;
}

at::Tensor
Maps(std::int64_t coils, std::int64_t height, std::int64_t width)
{
  return SimulateSensitivities(coils, height, width, 5).unsqueeze(0);
}

/** The diagonal of (A^H A + l)^-1 A^H A (A^H A + l)^-1 by a dense matrix of the operator itself. */
at::Tensor
DenseDiagonal(const at::Tensor & mask, const at::Tensor & maps, double lambda)
{
  const SenseOperator model(mask, maps);
  const std::int64_t height = mask.size(3);
  const std::int64_t width = mask.size(4);
  const std::int64_t pixels = height * width;
  const at::Tensor units = at::eye(pixels, at::kComplexDouble).view({pixels, 1, 1, height, width});
  const at::Tensor H = model.Normal(units).reshape({pixels, pixels}).t();
  const at::Tensor W = at::linalg_inv(H + at::eye(pixels, H.options()) * lambda);
  return at::real(at::matmul(at::matmul(W, H), W).diagonal()).view({1, 1, 1, height, width});
}

TEST(SenseNoise, TwoCoilsAndTwoPixelsHaveTheClosedForm)
{
  // Coils (a, b) and (c, d) at two pixels that fold: S^H S = [[p, q], [conj q, r]], whose inverse is
  // [[r, -q], [-conj q, p]] / (p r - |q|^2), so that g^2 = p r / (p r - |q|^2) at both.
  const at::Tensor maps = test::Normal(3, {1, 2, 1, 2, 1}, at::kComplexDouble);
  const at::Tensor S = maps.view({2, 2});
  const double p = S.select(1, 0).abs().square().sum().item<double>();
  const double r = S.select(1, 1).abs().square().sum().item<double>();
  const double q = (S.select(1, 0).conj() * S.select(1, 1)).sum().abs().item<double>();
  const double g = std::sqrt(p * r / (p * r - q * q));
  for (const std::int64_t first : {0, 1})
  {
    const at::Tensor mask = Rows(2, 1, 2, first);
    const SenseNoise noise = SenseVariance(mask, maps);
    EXPECT_EQ(noise.route, "aliased sets");
    EXPECT_EQ(noise.relativeError, 0.0);
    const at::Tensor found = GeometryFactor(mask, maps, noise);
    EXPECT_TENSOR_NEAR(found, at::full_like(found, g), 1e-10); // the number; rounding is 1e-15
    const at::Tensor variance = at::tensor({2.0 * r, 2.0 * p}, at::kDouble).view({1, 1, 1, 2, 1}) / (p * r - q * q);
    EXPECT_TENSOR_CLOSE(noise.variance, variance, 1e-10);
  }
}

TEST(SenseNoise, TheFactorIsOneForAllSamplesAndNeverBelow)
{
  const at::Tensor maps = Maps(6, 24, 16);
  const at::Tensor all = Rows(24, 16, 1);
  const at::Tensor full = GeometryFactor(all, maps, SenseVariance(all, maps));
  EXPECT_TENSOR_NEAR(full, at::ones_like(full), 1e-12); // rounding of 1 / s * s
  at::Tensor center = Rows(24, 16, 4);
  center.slice(3, 10, 14).fill_(1.0);
  const at::Tensor across = Rows(16, 24, 3).transpose(3, 4).contiguous(); // columns, and R does not divide 16
  at::Tensor both = Rows(24, 16, 2) * Rows(16, 24, 2, 1).transpose(3, 4);
  for (const at::Tensor & mask : {Rows(24, 16, 2), Rows(24, 16, 4, 3), center, across, both})
  {
    const at::Tensor g = GeometryFactor(mask, maps, SenseVariance(mask, maps));
    EXPECT_GE(g.min().item<double>(), 1.0 - 1e-12); // rounding
    EXPECT_GT(g.max().item<double>(), 1.0 + 1e-4);
  }
}

TEST(SenseNoise, EveryExactRouteEqualsTheDenseCovariance)
{
  const at::Tensor maps = Maps(6, 12, 8);
  at::Tensor center = Rows(12, 8, 3);
  center.slice(3, 5, 8).fill_(1.0);
  const at::Tensor across =
      center.view({12, 8}).select(1, 0).slice(0, 0, 8).view({1, 1, 1, 1, 8}).expand({1, 1, 1, 12, 8});
  const at::Tensor both = Rows(12, 8, 2) * Rows(8, 12, 2, 1).transpose(3, 4);
  const std::pair<at::Tensor, const char *> cases[] = {
      {Rows(12, 8, 3, 1), "aliased sets"}, {both, "aliased sets"}, {center, "lines"}, {across, "lines"}};
  for (const auto & [mask, route] : cases)
  {
    for (const double lambda : {0.0, 0.02})
    {
      SenseNoiseOptions options;
      options.lambda = lambda;
      const SenseNoise noise = SenseVariance(mask, maps, options);
      EXPECT_EQ(noise.route, route);
      // Condition numbers stay below 1e5: double arithmetic loses as many digits of 16, and of squares again.
      EXPECT_TENSOR_CLOSE(noise.variance, DenseDiagonal(mask, maps, lambda), 1e-8);
    }
  }
}

TEST(SenseNoise, DrawsAgreeWithinTheErrorTheyState)
{
  const at::Tensor maps = Maps(6, 12, 8);
  const at::Tensor mask = test::Normal(9, {1, 1, 1, 12, 8}).gt(-0.3).to(at::kDouble);
  SenseNoiseOptions options;
  options.lambda = 0.02;
  options.draws = 400;
  const SenseNoise noise = SenseVariance(mask, maps, options);
  EXPECT_EQ(noise.route, "draws");
  EXPECT_EQ(noise.relativeError, 0.025); // 1 / (2 sqrt(400))
  const at::Tensor error = (noise.variance / DenseDiagonal(mask, maps, 0.02)).sqrt() - 1.0;
  // Errors of neighbours are dependent, but their mean square over 96 pixels is known to a quarter at least.
  const double found = error.square().mean().sqrt().item<double>() / noise.relativeError;
  EXPECT_GT(found, 0.75);
  EXPECT_LT(found, 1.25);
}

TEST(SenseNoise, CorrelatedCoilsAreWhitened)
{
  const at::Tensor maps = Maps(4, 8, 4);
  const at::Tensor half = test::Normal(11, {4, 4}, at::kComplexDouble);
  const at::Tensor psi = at::matmul(half, half.mH()) + at::eye(4, at::kComplexDouble);
  const at::Tensor mask = Rows(8, 4, 2);
  const SenseNoise noise = SenseVariance(mask, WhitenedMaps(maps, psi));
  // By the formula of Pruessmann et al.: R [(S^H psi^-1 S)^-1]_ii over the two pixels that fold.
  const at::Tensor S = maps.view({4, 8, 4}).select(2, 2).slice(1, 1, 8, 4);
  const at::Tensor C = at::linalg_inv(at::matmul(S.mH(), at::matmul(at::linalg_inv(psi), S)));
  EXPECT_NEAR(noise.variance[0][0][0][1][2].item<double>() / (2.0 * at::real(C[0][0]).item<double>()), 1.0, 1e-10);
  EXPECT_NEAR(noise.variance[0][0][0][5][2].item<double>() / (2.0 * at::real(C[1][1]).item<double>()), 1.0, 1e-10);
  EXPECT_THROW_MESSAGE(WhitenedMaps(maps, psi - 9.0 * at::eye(4)), DataError, "not positive definite");
  EXPECT_THROW_MESSAGE(WhitenedMaps(maps, half), DataError, "not Hermitian");
  EXPECT_THROW_MESSAGE(WhitenedMaps(maps, at::eye(3)), DataError, "another size");
}

TEST(SenseNoise, WhatCannotBeToldApartIsInfiniteAndWhereNoCoilIsZero)
{
  at::Tensor maps = Maps(2, 8, 4);
  maps.slice(3, 0, 2).zero_(); // rows 0 and 1 have no coil: the sets of rows {0, 4} and {1, 5} have one pixel each
  const at::Tensor two = Rows(8, 4, 2);
  const SenseNoise noise = SenseVariance(two, maps);
  EXPECT_EQ(noise.variance.slice(3, 0, 2).abs().max().item<double>(), 0.0);
  EXPECT_TRUE(noise.variance.isfinite().all().item<bool>());
  const at::Tensor alone = GeometryFactor(two, maps, noise).slice(3, 4, 6);
  EXPECT_TENSOR_NEAR(alone, at::full_like(alone, 1.0), 1e-10); // nothing folds onto them
  const at::Tensor four = Rows(8, 4, 4);                       // four pixels on two coils
  EXPECT_TRUE(SenseVariance(four, Maps(2, 8, 4)).variance.isinf().all().item<bool>());
}

TEST(NormalParts, AreThoseOfDraws)
{
  constexpr std::int64_t draws = 200000;
  const at::Tensor white = test::Normal(5, {draws}, at::kComplexDouble) / std::sqrt(2.0);
  for (const double mean : {0.0, 0.3, 1.0, 3.0, 30.0})
  {
    const at::Tensor z = white + mean;
    const at::Tensor one = at::ones({1}, at::kDouble);
    const double magnitude = MagnitudeDeviation(one * mean, one).item<double>();
    EXPECT_NEAR(z.abs().std(true).item<double>() / magnitude, 1.0, 0.01); // six errors of 200000 draws
    const double length = at::sgn(z).mean().abs().item<double>();
    const double phase = PhaseDeviation(one * mean, one).item<double>();
    if (mean > 0.0)
    {
      EXPECT_NEAR(std::sqrt(-2.0 * std::log(length)) / phase, 1.0, 0.01);
    }
  }
  // Many standard deviations away the parts are normal: v^(1/2), and that over the mean.
  const at::Tensor far = at::full({1}, 1e5, at::kDouble);
  EXPECT_NEAR(MagnitudeDeviation(far, at::full({1}, 2.0)).item<double>(), 1.0, 1e-6);
  EXPECT_NEAR(PhaseDeviation(far, at::full({1}, 2.0)).item<double>(), 1e-5, 1e-10);
  EXPECT_EQ(MagnitudeDeviation(far, at::zeros({1})).item<double>(), 0.0);
  EXPECT_EQ(PhaseDeviation(far, at::zeros({1})).item<double>(), 0.0);
}
} // namespace
} // namespace tweedie
