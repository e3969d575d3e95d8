// SPDX-License-Identifier: Apache-2.0
#include "tweedieCountNumbers.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t count = 200000;

RandomStreams
Streams(std::uint64_t seed)
{
  return {seed, {3}};
}

/** Mean, variance and third central moment against their truth, in standard errors of a normal sample. */
void
ExpectMoments(const at::Tensor & x, double mean, double variance, double third)
{
  const double n = static_cast<double>(x.numel());
  EXPECT_NEAR(x.mean().item<double>(), mean, 5.0 * std::sqrt(variance / n));
  // The excess kurtosis of a small mean widens the error of the variance by up to 1 / variance.
  EXPECT_NEAR(x.var().item<double>(), variance, 5.0 * variance * std::sqrt((2.0 + 1.0 / variance) / n));
  const double found = (x - mean).pow(3).mean().item<double>();
  EXPECT_NEAR(found, third, 5.0 * std::pow(variance, 1.5) * std::sqrt((15.0 + 25.0 / variance) / n));
}

TEST(CountNumbers, PoissonHasItsMoments)
{
  for (const double mean : {0.02, 0.7, 12.0, 300.0, 402.0, 1000.0}) // exp(-1000) is 0 in double precision
  {
    SCOPED_TRACE(mean);
    auto random = Streams(1);
    ExpectMoments(DrawPoisson(at::full({1, count}, mean, at::kDouble), random), mean, mean, mean);
  }
  auto random = Streams(2); // rounded normal numbers: the rounding adds 1/12 to the variance, the skewness is missing
  ExpectMoments(DrawPoisson(at::full({1, count}, 5000.0, at::kDouble), random), 5000.0, 5000.0, 0.0);
}

TEST(CountNumbers, BinomialHasItsMoments)
{
  for (const double p : {0.01, 0.3, 0.5, 0.9})
  {
    for (const double n : {1.0, 20.0, 900.0, 3900.0})
    {
      SCOPED_TRACE(p);
      auto random = Streams(3);
      const double variance = n * p * (1.0 - p);
      ExpectMoments(
          DrawBinomial(at::full({1, count}, n, at::kDouble), p, random), n * p, variance, variance * (1.0 - 2.0 * p));
    }
  }
  auto random = Streams(4);
  ExpectMoments(DrawBinomial(at::full({1, count}, 40000.0, at::kDouble), 0.25, random), 10000.0, 7500.0, 0.0);
}

TEST(CountNumbers, AThinnedPoissonNumberIsPoisson)
{
  auto random = Streams(5);
  const auto all = DrawPoisson(at::full({1, count}, 30.0, at::kDouble), random);
  const auto kept = DrawBinomial(all, 0.1, random);
  ExpectMoments(kept, 3.0, 3.0, 3.0);
  EXPECT_TRUE(kept.le(all).all().item<bool>());
  // What is kept and what is not are independent.
  const auto lost = all - kept;
  const double covariance = ((kept - 3.0) * (lost - 27.0)).mean().item<double>();
  EXPECT_NEAR(covariance, 0.0, 5.0 * std::sqrt(3.0 * 27.0 / static_cast<double>(count)));
}

TEST(CountNumbers, EndsAreExactAndStreamsTheirOwn)
{
  auto random = Streams(6);
  const auto n = at::tensor({0.0, 1.0, 7.0, 1e6}, at::kDouble).unsqueeze(0);
  EXPECT_TENSOR_EQUAL(DrawBinomial(n, 0.0, random), at::zeros_like(n));
  EXPECT_TENSOR_EQUAL(DrawBinomial(n, 1.0, random), n);
  EXPECT_TENSOR_EQUAL(DrawPoisson(at::zeros_like(n), random), at::zeros_like(n));
  RandomStreams both(7, {3, 4});
  RandomStreams alone(7, {4});
  const auto means = at::full({2, 50}, 5.0, at::kDouble);
  EXPECT_TENSOR_EQUAL(DrawPoisson(means, both)[1], DrawPoisson(means.narrow(0, 0, 1), alone)[0]);
}
} // namespace
} // namespace tweedie
