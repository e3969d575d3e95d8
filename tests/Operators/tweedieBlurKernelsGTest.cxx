// SPDX-License-Identifier: Apache-2.0
// Kernels: sums, centres, the moments that are known, and random ones that are the same everywhere.
#include "tweedieBlurKernels.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// Sums of up to a few thousand positive shares of 1 in double.
constexpr double rounding = 1e-12;

/** Offsets from floor(size / 2) along one axis. */
at::Tensor
Offsets(std::int64_t size)
{
  return at::arange(size, at::kDouble) - static_cast<double>(size / 2);
}

/** {mean, variance} of a kernel [..., y, x] along x. */
std::pair<double, double>
MomentsAlongX(const at::Tensor & kernel)
{
  const auto profile = kernel.reshape({-1, kernel.size(-1)}).sum(0);
  const auto offsets = Offsets(kernel.size(-1));
  const double mean = (profile * offsets).sum().item<double>();
  return {mean, (profile * (offsets - mean).square()).sum().item<double>()};
}

/** Root mean square distance from the centre of mass. */
double
Radius(const at::Tensor & kernel)
{
  return std::sqrt(MomentsAlongX(kernel).second + MomentsAlongX(kernel.transpose(-1, -2)).second);
}

/** Eigenvalue ratio of the covariance, second over first: 0 for a line, 1 for a round kernel. */
double
Roundness(const at::Tensor & kernel)
{
  const auto plane = kernel.reshape({kernel.size(-2), kernel.size(-1)});
  const auto offsets = Offsets(kernel.size(-1));
  const double xx = MomentsAlongX(kernel).second;
  const double yy = MomentsAlongX(kernel.transpose(-1, -2)).second;
  const double xy = at::matmul(offsets, at::matmul(plane, offsets)).item<double>();
  const double half = (xx + yy) / 2.0;
  const double root = std::sqrt((xx - yy) * (xx - yy) / 4.0 + xy * xy);
  return (half - root) / (half + root);
}
} // namespace

TEST(GaussianKernel, HasSumCenterAndWidth)
{
  const auto kernel = GaussianKernel();
  EXPECT_EQ(kernel.sizes().vec(), (std::vector<std::int64_t>{1, 1, 1, 61, 61}));
  EXPECT_NEAR(kernel.sum().item<double>(), 1.0, rounding);
  const auto [mean, variance] = MomentsAlongX(kernel);
  EXPECT_NEAR(mean, 0.0, rounding);
  // Sampled at steps of a third of s and cut at 10 s: both errors, exp(-2 pi^2 s^2) and exp(-50), are below rounding.
  EXPECT_NEAR(variance, 9.0, 1e-11);
  EXPECT_TENSOR_EQUAL(kernel, kernel.transpose(-1, -2));
  const auto middle = kernel[0][0][0][30];
  EXPECT_NEAR((middle[34] / middle[30]).item<double>(), std::exp(-16.0 / 18.0), rounding);
}

TEST(GaussianKernel, OfEvenSizeAndOfVolumes)
{
  const auto even = GaussianKernel(4, 0.5);
  EXPECT_EQ(even.argmax().item<std::int64_t>(), 2 * 4 + 2); // floor(4 / 2) in both directions
  const auto volume = GaussianKernel(5, 1.2, 3);
  EXPECT_EQ(volume.sizes().vec(), (std::vector<std::int64_t>{1, 1, 5, 5, 5}));
  EXPECT_NEAR(volume.sum().item<double>(), 1.0, rounding);
  EXPECT_TENSOR_CLOSE(volume.sum(2, true), GaussianKernel(5, 1.2), rounding);
}

TEST(MotionKernel, IsPositiveNormalisedAndCentred)
{
  for (const std::int64_t size : {3, 8, 33, 61})
  {
    for (const double intensity : {0.0, 0.5, 1.0})
    {
      for (std::uint64_t seed = 0; seed < 5; ++seed)
      {
        const auto kernel = MotionKernel(size, intensity, seed);
        EXPECT_EQ(kernel.sizes().vec(), (std::vector<std::int64_t>{1, 1, 1, size, size}));
        EXPECT_GE(kernel.min().item<double>(), 0.0);
        EXPECT_NEAR(kernel.sum().item<double>(), 1.0, rounding);
        // Bilinear shares keep the centre of mass; a position of 61 pixels has 60 units in the last place of 1.
        EXPECT_NEAR(MomentsAlongX(kernel).first, 0.0, 100 * rounding);
        EXPECT_NEAR(MomentsAlongX(kernel.transpose(-1, -2)).first, 0.0, 100 * rounding);
      }
    }
  }
}

TEST(MotionKernel, OfIntensityZeroIsALine)
{
  for (std::uint64_t seed = 0; seed < 5; ++seed)
  {
    const auto kernel = MotionKernel(61, 0.0, seed);
    // A line of length L has variance L^2 / 12; sharing among neighbours adds f (1 - f) along each axis, at most 1/4.
    const double variance = std::pow(Radius(kernel), 2.0);
    EXPECT_GE(variance, 300.0 * (1.0 - 1e-6)); // the sum over 2048 points for the integral: relative 1 / 2048^2
    EXPECT_LE(variance, 300.5);
    EXPECT_LT(Roundness(kernel), 0.25 / 300.0 * 1.1); // across it, no more than that quarter
  }
}

TEST(MotionKernel, CurlsWithIntensity)
{
  // Mean over 40 seeds: the tangle is small and round, the line long and flat, and it goes on from one to the other.
  std::vector<double> radius;
  std::vector<double> roundness;
  for (const double intensity : {0.0, 0.25, 0.5, 1.0})
  {
    double meanRadius = 0.0;
    double meanRoundness = 0.0;
    for (std::uint64_t seed = 0; seed < 40; ++seed)
    {
      const auto kernel = MotionKernel(61, intensity, seed);
      meanRadius += Radius(kernel) / 40.0;
      meanRoundness += Roundness(kernel) / 40.0;
    }
    radius.push_back(meanRadius);
    roundness.push_back(meanRoundness);
  }
  for (std::size_t i = 1; i < radius.size(); ++i)
  {
    EXPECT_LT(radius[i], radius[i - 1]);
    EXPECT_GT(roundness[i], roundness[i - 1]);
  }
  EXPECT_GT(radius.back(), 2.0); // a tangle is still a blur
}

TEST(MotionKernel, IsTheSameForASeedAndAnotherForAnother)
{
  const auto kernel = MotionKernel(61, 0.5, 7);
  EXPECT_TENSOR_EQUAL(MotionKernel(61, 0.5, 7), kernel);
  EXPECT_GT(RelativeError(MotionKernel(61, 0.5, 8), kernel), 0.5);
  EXPECT_GT(RelativeError(MotionKernel(61, 0.5, 7, 1), kernel), 0.5);
}

TEST(MotionKernel, HasTheSameBitsOnEveryMachine)
{
  const auto kernel = MotionKernel(61, 0.5, 7);
  const auto * weights = kernel.data_ptr<double>();
  std::uint64_t hash = 14695981039346656037u; // FNV-1a, a word at a time
  for (std::int64_t i = 0; i < kernel.numel(); ++i)
  {
    std::uint64_t word = 0;
    std::memcpy(&word, weights + i, sizeof(word));
    hash = (hash ^ word) * 1099511628211u;
  }
  // What x86-64 gave when this was written: changes with any of its bits.
  EXPECT_EQ(hash, 0x1640cf4c0ca40f71u);
}

TEST(Kernels, RefuseBadOptions)
{
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW_MESSAGE(GaussianKernel(0, 1.0), UsageError, "GaussianKernel: ");
  EXPECT_THROW_MESSAGE(GaussianKernel(5, 0.0), UsageError, "positive");
  EXPECT_THROW_MESSAGE(GaussianKernel(5, nan), UsageError, "positive");
  EXPECT_THROW_MESSAGE(GaussianKernel(5, 1.0, 1), UsageError, "2 or 3 dimensions");
  EXPECT_THROW_MESSAGE(MotionKernel(2, 0.5, 1), UsageError, "MotionKernel: ");
  EXPECT_THROW_MESSAGE(MotionKernel(61, -0.1, 1), UsageError, "0 to 1");
  EXPECT_THROW_MESSAGE(MotionKernel(61, 1.1, 1), UsageError, "0 to 1");
  EXPECT_THROW_MESSAGE(MotionKernel(61, nan, 1), UsageError, "0 to 1");
}
