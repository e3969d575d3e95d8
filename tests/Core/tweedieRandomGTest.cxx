// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePhilox.h"
#include "tweedieRandom.h"

#include <ATen/Parallel.h>

#include <cmath>

namespace tweedie
{
namespace
{
using Block = std::array<std::uint32_t, 4>;

TEST(Philox, MatchesThePublishedVectors)
{
  // Known answers of Philox 4x32-10 as distributed with the authors' Random123 library.
  EXPECT_EQ(Philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(Philox({ones, ones, ones, ones}, {ones, ones}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, LanesAreTheBlocksOfTheCounter)
{
  PhiloxLanes<std::uint32_t> bits;
  PhiloxBits({0x299f31d0a4093822u, 0x0370734413198a2eu, 0x85a308d3u, 0x243f6a88u - 3}, bits);
  for (int j = 0; j < 4; ++j)
  {
    EXPECT_EQ(bits[j][3], (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}[j]));
  }
}

TEST(Philox, BoxMullerEqualsTheLibraryFunctions)
{
  PhiloxLanes<std::uint32_t> bits;
  PhiloxLanes<double> normal;
  PhiloxBits({5, 6, 7, 8}, bits);
  // The corners: smallest and largest u, and the borders of the quarter turns.
  const std::uint32_t corners[] = {0u,
                                   1u,
                                   0x1fffffffu,
                                   0x20000000u,
                                   0x40000000u,
                                   0x5fffffffu,
                                   0x60000000u,
                                   0x80000000u,
                                   0xa0000000u,
                                   0xc0000000u,
                                   0xe0000000u,
                                   0xffffffffu};
  int b = 0;
  for (const auto first : corners)
  {
    for (const auto second : corners)
    {
      bits[0][b] = first;
      bits[1][b++] = second;
    }
  }
  NormalFromBits(bits, normal);
  for (int pair = 0; pair < 4; pair += 2)
  {
    for (b = 0; b < philoxChunk; ++b)
    {
      const double radius = std::sqrt(-2.0 * std::log((bits[pair][b] + 0.5) / 4294967296.0));
      const double angle = 2.0 * std::acos(-1.0) * (bits[pair + 1][b] / 4294967296.0);
      // Radii reach 6.8; a few units in the last place of that, and of the reference's own angle (2 pi).
      EXPECT_NEAR(normal[pair][b], radius * std::cos(angle), 1e-14) << bits[pair][b] << " " << bits[pair + 1][b];
      EXPECT_NEAR(normal[pair + 1][b], radius * std::sin(angle), 1e-14) << bits[pair][b] << " " << bits[pair + 1][b];
    }
  }
}

TEST(RandomStreams, ASampleDoesNotDependOnItsBatch)
{
  RandomStreams together(42, {3, 11, 7});
  RandomStreams alone(42, {7});
  const at::Tensor a = together.Normal({2, 37, 41}, at::kFloat);
  const at::Tensor b = alone.Normal({2, 37, 41}, at::kFloat);
  EXPECT_TENSOR_EQUAL(a[2], b[0]);
  EXPECT_FALSE(at::equal(a[0], a[1]));
  // Number i of a draw does not depend on the shape either.
  RandomStreams flat(42, {7});
  EXPECT_TENSOR_EQUAL(flat.Normal({100}, at::kFloat)[0], b[0].flatten().slice(0, 0, 100));
}

TEST(RandomStreams, DrawCounterIsTheWholeState)
{
  RandomStreams first(1, {0, 1});
  const at::Tensor a = first.Normal({5}, at::kDouble);
  const at::Tensor b = first.Uniform({5}, at::kDouble);
  const at::Tensor c = first.Normal({5}, at::kDouble);
  EXPECT_EQ(first.DrawCounter(), 3u);
  RandomStreams second(1, {0, 1}, 2);
  EXPECT_TENSOR_EQUAL(second.Normal({5}, at::kDouble), c);
  EXPECT_FALSE(at::equal(a, c));
  EXPECT_FALSE(at::equal(a, RandomStreams(2, {0, 1}).Normal({5}, at::kDouble)));
}

TEST(RandomStreams, ThreadsDoNotMatter)
{
  const int threads = at::get_num_threads();
  RandomStreams one(9, {0, 1, 2});
  RandomStreams two(9, {0, 1, 2});
  at::set_num_threads(1);
  const at::Tensor a = one.Normal({20000}, at::kFloat);
  at::set_num_threads(2);
  const at::Tensor b = two.Normal({20000}, at::kFloat);
  at::set_num_threads(threads);
  EXPECT_TENSOR_EQUAL(a, b);
}

TEST(RandomStreams, TypesDifferByRoundingOnly)
{
  const at::Tensor d = RandomStreams(4, {8}).Normal({3000}, at::kDouble);
  EXPECT_TENSOR_EQUAL(RandomStreams(4, {8}).Normal({3000}, at::kFloat), d.to(at::kFloat));
  EXPECT_TENSOR_EQUAL(at::view_as_real(RandomStreams(4, {8}).Normal({1500}, at::kComplexDouble)), d.view({1, 1500, 2}));
  const at::Tensor like = RandomStreams(4, {8}).NormalLike(at::zeros({1, 1500}, at::kComplexFloat));
  EXPECT_EQ(like.scalar_type(), at::kComplexFloat);
  EXPECT_TENSOR_EQUAL(at::view_as_real(like), d.view({1, 1500, 2}).to(at::kFloat));
}

TEST(RandomStreams, MomentsAreThoseOfTheNormalDistribution)
{
  constexpr std::int64_t n = 1000000;
  const at::Tensor x = RandomStreams(2024, {0}).Normal({n}, at::kDouble)[0];
  const double root = std::sqrt(static_cast<double>(n));
  // Five standard errors of each moment: var x = 1, var x^2 = 2, var x^3 = 15, var x^4 = 96.
  EXPECT_NEAR(x.mean().item<double>(), 0.0, 5.0 / root);
  EXPECT_NEAR(x.pow(2).mean().item<double>(), 1.0, 5.0 * std::sqrt(2.0) / root);
  EXPECT_NEAR(x.pow(3).mean().item<double>(), 0.0, 5.0 * std::sqrt(15.0) / root);
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3.0, 5.0 * std::sqrt(96.0) / root);
  // Neighbours and the two numbers of a pair are uncorrelated.
  EXPECT_NEAR((x.slice(0, 1) * x.slice(0, 0, n - 1)).mean().item<double>(), 0.0, 5.0 / root);
  // Streams are uncorrelated.
  const at::Tensor y = RandomStreams(2024, {1}).Normal({n}, at::kDouble)[0];
  EXPECT_NEAR((x * y).mean().item<double>(), 0.0, 5.0 / root);
}

TEST(RandomStreams, UniformNumbersFillTheHalfOpenInterval)
{
  constexpr std::int64_t n = 1000000;
  const at::Tensor u = RandomStreams(3, {5}).Uniform({n}, at::kFloat);
  EXPECT_GE(u.min().item<float>(), 0.0f);
  EXPECT_LT(u.max().item<float>(), 1.0f);
  // Five standard errors: the variance of u is 1/12.
  EXPECT_NEAR(u.mean().item<double>(), 0.5, 5.0 * std::sqrt(1.0 / 12.0 / n));
  const at::Tensor histogram = at::histc(u, 16, 0.0, 1.0);
  // Six standard deviations of a count.
  EXPECT_TENSOR_NEAR(histogram, at::full({16}, n / 16.0f), 6.0 * std::sqrt(n / 16.0));
}

TEST(RandomStreams, RefusesOtherTypesAndBatches)
{
  RandomStreams random(1, {0, 1});
  EXPECT_THROW_MESSAGE(random.Normal({2}, at::kLong), UsageError, "required float or double");
  EXPECT_THROW_MESSAGE(random.NormalLike(at::zeros({3, 2})), UsageError, "one stream per sample");
  random.SetDrawCounter(std::uint64_t{1} << 32);
  EXPECT_THROW_MESSAGE(random.Normal({2}, at::kFloat), UsageError, "2^32 draws");
}
} // namespace
} // namespace tweedie
