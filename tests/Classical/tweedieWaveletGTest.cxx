// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIProblems.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieTestDevices.h"
#include "tweedieWaveletSparsity.h"
#include "tweedieWaveletTransform.h"

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
double
SquaredNorm(const at::Tensor & x)
{
  return x.abs().square().sum(at::kDouble).item<double>();
}

TEST(WaveletTransform, IsOrthonormalForAnySizeAndType)
{
  for (const auto & size : {std::pair{16, 16}, {17, 33}, {44, 54}, {1, 5}, {31, 2}, {3, 1}})
  {
    for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kComplexFloat, at::kComplexDouble})
    {
      const at::Tensor x = RandomStreams(5, {0, 1}).Normal({1, 2, size.first, size.second}, type);
      const bool isDouble = type == at::kDouble || type == at::kComplexDouble;
      const double rounding = isDouble ? 1e-14 : 2e-6; // a few units in the last place of values of about 3, per level
      const at::Tensor coefficients = WaveletTransform(x, 3);
      EXPECT_TENSOR_NEAR(InverseWaveletTransform(coefficients, 3), x, rounding * 4.0);
      EXPECT_TENSOR_NEAR(WaveletTransform(InverseWaveletTransform(x, 3), 3), x, rounding * 4.0);
      EXPECT_NEAR(SquaredNorm(coefficients) / SquaredNorm(x), 1.0, rounding * 4.0);
      EXPECT_TENSOR_NEAR(WaveletTransformOnDevice(x, 3), coefficients, rounding * 4.0);
      EXPECT_TENSOR_NEAR(InverseWaveletTransformOnDevice(coefficients, 3), x, rounding * 4.0);
    }
  }
}

TEST(WaveletTransform, HasTwoVanishingMoments)
{
  const at::Tensor axis = at::arange(32, at::kDouble);
  const at::Tensor plane = (axis.view({-1, 1}) * 3.0 + 2.0 - axis.view({1, -1})).contiguous();
  const at::Tensor coefficients = WaveletTransform(plane, 1);
  // The last one of each direction reads across the border.
  EXPECT_TENSOR_NEAR(coefficients.slice(0, 16, 31).slice(1, 0, 15), at::zeros({15, 15}, at::kDouble), 1e-12);
  EXPECT_TENSOR_NEAR(coefficients.slice(0, 0, 15).slice(1, 16, 31), at::zeros({15, 15}, at::kDouble), 1e-12);
  EXPECT_GT(coefficients[31].abs().max().item<double>(), 1.0);
}

TEST(WaveletTransform, LeavesTheInputAlone)
{
  const at::Tensor x = RandomStreams(6, {0}).Normal({16, 16}, at::kFloat);
  const at::Tensor before = x.clone();
  WaveletTransform(x, 2);
  InverseWaveletTransform(x, 2);
  EXPECT_TRUE(at::equal(x, before));
}

TEST(WaveletTransform, HalvesDownToSixteenSamples)
{
  EXPECT_EQ(WaveletLevels(256, 256), 4);
  EXPECT_EQ(WaveletLevels(176, 216), 3);
  EXPECT_EQ(WaveletLevels(31, 256), 1);
  EXPECT_EQ(WaveletLevels(30, 256), 0);
}

TEST(WaveletTransform, RefusesWhatIsNoImage)
{
  EXPECT_THROW_MESSAGE(WaveletTransform(at::zeros({5}), 1), DataError, "wavelet transform");
  EXPECT_THROW_MESSAGE(WaveletTransform(at::zeros({5, 5}, at::kLong), 1), DataError, "floating-point");
  EXPECT_THROW_MESSAGE(InverseWaveletTransform(at::zeros({5, 5}), -1), DataError, "-1 levels");
}

WaveletResult
Solve(const MRIProblem & problem, double lambda, double tolerance)
{
  WaveletOptions options;
  options.tolerance = tolerance;
  options.iterations = 5000;
  return SolveWavelet(problem.model, problem.data, at::full({1}, lambda, at::kDouble), options);
}

TEST(SolveWavelet, ShrinksTheCoefficientsOfAnImageThatIsSeen)
{
  // A = I: c* = c max(0, 1 - lambda / |c|), coefficient by coefficient.
  const at::Tensor y = RandomStreams(7, {0, 1}).Normal({1, 1, 32, 32}, at::kComplexDouble);
  const at::Tensor c = WaveletTransform(y, 1);
  const auto result = SolveWavelet(Identity({1, 1, 32, 32}), y, at::tensor({0.5, 1.5}, at::kDouble));
  for (std::int64_t i = 0; i < 2; ++i)
  {
    const double lambda = i == 0 ? 0.5 : 1.5;
    const at::Tensor expected = c[i] * (1.0 - lambda / c[i].abs()).clamp_min(0.0);
    // The objective, about 1000, is strongly convex: |x - x*|^2 <= 2 gap, of 1e-4 of it, over 1000 pixels.
    EXPECT_LE(std::sqrt(SquaredNorm(WaveletTransform(result.image[i], 1) - expected)), std::sqrt(2.0 * 1e-4 * 1500.0));
  }
}

TEST(SolveWavelet, EndsWhereTheConditionsOfAMinimumHold)
{
  for (const MRIProblem & problem : {SingleCoil(32), FourCoils(33)})
  {
    const double lambda = 0.02;
    const auto result = Solve(problem, lambda, 1e-5);
    EXPECT_LE(result.relativeGap[0], 1e-5);
    const at::Tensor residual = problem.data - problem.model->Forward(result.image);
    const at::Tensor slope = WaveletTransform(problem.model->Adjoint(residual), 1);
    const at::Tensor c = WaveletTransform(result.image, 1);
    // W A^H r = lambda c / |c| where c is not zero, and no longer than lambda elsewhere; the objective is
    // flat in some directions, so that slopes are as good as the root of the gap.
    const double error = lambda * 1e-2;
    const at::Tensor used = c.abs() > 1e-3;
    EXPECT_GT(used.sum().item<std::int64_t>(), 50);
    EXPECT_LT(used.sum().item<std::int64_t>(), used.numel() / 2);
    EXPECT_LE((slope - c / c.abs() * lambda).masked_select(used).abs().max().item<double>(), error);
    EXPECT_LE(slope.abs().max().item<double>(), lambda + error);
    EXPECT_NEAR(result.squaredResidual[0], SquaredNorm(residual), 1e-9 * SquaredNorm(problem.data));
  }
}

TEST(SolveWavelet, IsZeroFromTheLargestSlopeOn)
{
  const MRIProblem problem = FourCoils(32);
  const double largest = WaveletTransform(problem.model->Adjoint(problem.data), 1).abs().max().item<double>();
  EXPECT_TENSOR_NEAR(
      Solve(problem, 1.001 * largest, 1e-12).image, at::zeros({1, 1, 1, 32, 32}, at::kComplexDouble), 1e-12);
  EXPECT_GT(SquaredNorm(Solve(problem, 0.9 * largest, 1e-6).image), 0.0);
}

TEST(SolveWavelet, LeavesTheNoiseByTheDiscrepancyPrinciple)
{
  const MRIProblem problem = FourCoils(64);
  const at::Tensor first = at::full({1}, problem.sigma, at::kDouble);
  const auto result = SolveWaveletByDiscrepancy(problem.model, problem.data, problem.expected, first);
  EXPECT_NEAR(result.squaredResidual[0] / problem.expected.item<double>(), 1.0, 0.005); // what was asked for
  const double error = std::sqrt(SquaredNorm(result.image - Phantom(64)) / SquaredNorm(Phantom(64)));
  const at::Tensor adjoint = problem.model->Adjoint(problem.data);
  EXPECT_LT(error, 0.8 * std::sqrt(SquaredNorm(adjoint - Phantom(64)) / SquaredNorm(Phantom(64))));
  WaveletOptions shifting;
  shifting.shiftSeed = 1;
  EXPECT_THROW_MESSAGE(SolveWaveletByDiscrepancy(problem.model, problem.data, problem.expected, first, shifting),
                       UsageError,
                       "required lambda");
}

TEST(SolveWavelet, RandomShiftsMakeAllIterationsAndComeBackWithTheSeed)
{
  const MRIProblem problem = FourCoils(64);
  WaveletOptions options;
  options.iterations = 25;
  options.shiftSeed = 3;
  const at::Tensor lambda = at::full({1}, 0.02, at::kDouble);
  const auto once = SolveWavelet(problem.model, problem.data, lambda, options);
  const auto again = SolveWavelet(problem.model, problem.data, lambda, options);
  options.shiftSeed = 4;
  const auto other = SolveWavelet(problem.model, problem.data, lambda, options);
  EXPECT_EQ(once.iterations, 25);
  EXPECT_TRUE(std::isnan(once.relativeGap[0]));
  EXPECT_TRUE(at::equal(once.image, again.image));
  EXPECT_FALSE(at::equal(once.image, other.image));
}

TEST(SolveWavelet, RefusesWrongArgumentsAndStops)
{
  const MRIProblem problem = SingleCoil(32);
  const auto weight = [](double lambda) { return at::full({1}, lambda, at::kDouble); };
  EXPECT_THROW_MESSAGE(SolveWavelet(problem.model, problem.data, weight(-1.0)), DataError, "wavelet: lambda");
  const at::Tensor infinite = at::full_like(problem.data, std::numeric_limits<double>::infinity());
  EXPECT_THROW_MESSAGE(SolveWavelet(problem.model, infinite, weight(0.1)), DataError, "not finite");
  WaveletOptions options;
  options.iterations = -1;
  EXPECT_THROW_MESSAGE(SolveWavelet(problem.model, problem.data, weight(0.1), options), UsageError, "-1 iterations");
  options.iterations = 100;
  options.tolerance = 0.0;
  options.progress = [](std::int64_t, double) { return false; };
  EXPECT_THROW_MESSAGE(SolveWavelet(problem.model, problem.data, weight(0.1), options), Aborted, "stopped");
}
} // namespace
} // namespace tweedie
