// SPDX-License-Identifier: Apache-2.0
#include "tweedieSamplingPattern.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
using test::LargestDifference;

namespace
{
SamplingPattern
Make(const std::string & kind,
     std::int64_t rows,
     std::int64_t columns,
     double acceleration,
     double centerFraction = 0.08,
     std::int64_t seed = 1)
{
  SamplingPatternOptions options;
  options.kind = kind;
  options.acceleration = acceleration;
  options.centerFraction = centerFraction;
  options.seed = seed;
  return MakeSamplingPattern(rows, columns, options);
}

TEST(SamplingPattern, KeepsAllLinesOverAcceleration)
{
  for (const auto * kind : {"equispaced-fraction", "random", "variable-density", "gaussian"})
  {
    for (const double acceleration : {1.0, 2.0, 3.0, 4.0, 6.0})
    {
      const auto pattern = Make(kind, 217, 181, acceleration, 0.08, 3);
      const auto sampled = pattern.mask.select(1, 0);
      EXPECT_EQ(pattern.lines, static_cast<std::int64_t>(217 / acceleration)) << kind;
      EXPECT_EQ(sampled.sum().item<double>(), static_cast<double>(pattern.lines)) << kind;
      EXPECT_TENSOR_EQUAL(pattern.mask, sampled.unsqueeze(1).expand({217, 181}));
      EXPECT_EQ(pattern.centerLines, 17);
      EXPECT_EQ(sampled.narrow(0, 108 - 8, 17).sum().item<double>(), 17.0) << kind;
      EXPECT_NEAR(pattern.effectiveAcceleration, 217.0 / static_cast<double>(pattern.lines), 1e-12) << kind;
    }
  }
}

TEST(SamplingPattern, EquispacedHasItsCentreBesideEveryFourthLine)
{
  const auto pattern = Make("equispaced", 200, 3, 4.0);
  const auto lines = pattern.mask.select(1, 0);
  EXPECT_EQ(lines.narrow(0, 92, 16).sum().item<double>(), 16.0);
  EXPECT_EQ(pattern.lines, 62); // 50, of which the centre of 16 holds 4
  const auto outer = lines.narrow(0, 0, 92).nonzero().flatten();
  EXPECT_TENSOR_EQUAL(outer.slice(0, 1) - outer.slice(0, 0, -1), at::full({22}, 4, at::kLong));
  EXPECT_NEAR(pattern.effectiveAcceleration, 200.0 / 62.0, 1e-12);
}

TEST(SamplingPattern, IsSeededAndOfItsKind)
{
  const auto lines = [](const std::string & kind, std::int64_t seed)
  { return Make(kind, 256, 1, 4.0, 0.08, seed).mask.select(1, 0); };
  for (const std::string & kind : SamplingPatternKinds())
  {
    EXPECT_TENSOR_EQUAL(lines(kind, 1), lines(kind, 1));
    EXPECT_GT(LargestDifference(lines(kind, 1), lines(kind, 2)), 0.0) << kind;
  }
  // 44 of 236 outer lines: gaps of 5 or 6, and at most two more beside the centre and at the ends.
  const auto positions = lines("equispaced-fraction", 1).nonzero().flatten();
  const auto gaps = positions.slice(0, 1) - positions.slice(0, 0, -1);
  EXPECT_LE(gaps.max().item<std::int64_t>(), 8);
  // The inner half holds most of the outer lines of a density, at random only its share of 108 / 236: 20 of 44, to 3.
  const auto inner = [&](const char * kind) { return lines(kind, 5).narrow(0, 64, 128).sum().item<double>() - 20; };
  EXPECT_GT(inner("variable-density"), 28);
  EXPECT_GT(inner("gaussian"), 28);
  EXPECT_LT(inner("random"), 28);
}

TEST(SamplingPattern, PoissonSamplesKeepTheirDistanceAndReachTheAcceleration)
{
  const SamplingPattern made = Make("poisson", 96, 80, 6.0);
  EXPECT_EQ(made.lines, 0);
  // Distances on a grid are no continuum: neighbouring ones differ by some per cent in what they leave.
  EXPECT_NEAR(made.effectiveAcceleration, 6.0, 0.3);
  // At the edge samples are three times as far apart as at the centre, where not all are taken.
  const at::Tensor edge = made.mask.narrow(0, 0, 12), middle = made.mask.narrow(0, 42, 12).narrow(1, 34, 12);
  EXPECT_GT(middle.mean().item<double>(), 3.0 * edge.mean().item<double>());
  const at::Tensor beside = edge.narrow(1, 1, 79) * edge.narrow(1, 0, 79);
  EXPECT_EQ(beside.sum().item<float>(), 0.0F);
}

TEST(SamplingPattern, RefusesTheImpossible)
{
  EXPECT_THROW_MESSAGE(Make("equispaced", 64, 64, 0.5), UsageError, "acceleration: given 0.5");
  EXPECT_THROW_MESSAGE(Make("equispaced", 64, 64, 65.0, 0.0), UsageError, "acceleration");
  EXPECT_THROW_MESSAGE(Make("equispaced-fraction", 64, 64, 4.0, 0.5), UsageError, "center-fraction");
  EXPECT_THROW_MESSAGE(Make("poisson", 64, 64, 4.0, 0.9), UsageError, "center-fraction");
  EXPECT_THROW_MESSAGE(Make("equispaced", 64, 64, 4.0, -0.1), UsageError, "center-fraction");
  EXPECT_THROW_MESSAGE(Make("spiral", 64, 64, 4.0), UsageError, "kind: given 'spiral'");
}
} // namespace
} // namespace tweedie
