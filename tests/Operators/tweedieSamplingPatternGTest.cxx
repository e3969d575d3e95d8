// SPDX-License-Identifier: Apache-2.0
#include "tweedieSamplingMask.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
SamplingMaskOptions
OptionsOf(const std::string & kind)
{
  SamplingMaskOptions options;
  options.kind = kind;
  return options;
}

TEST(SamplingMask, EveryKindKeepsItsCentreAndStatesItsAcceleration)
{
  for (const char * kind : {"equispaced-fraction", "equispaced", "random", "gaussian"})
  {
    const SamplingMask made = MakeSamplingMask(200, 8, OptionsOf(kind));
    EXPECT_EQ(made.mask.narrow(0, 92, 16).min().item<float>(), 1.0F) << kind;
    EXPECT_NEAR(made.effectiveAcceleration, 1600.0 / made.mask.sum().item<double>(), 1e-9);
    // Equispaced has its centre beside the lines; random counts lines that are drawn: 34 of 184, to some 5.
    const double lines = made.mask.select(1, 0).sum().item<double>();
    const std::string name = kind;
    EXPECT_NEAR(lines,
                name == "equispaced" ? 62.0 : 50.0,
                name == "random"       ? 16.0
                : name == "equispaced" ? 3.0
                                       : 0.0)
        << kind;
  }
}

TEST(SamplingMask, PoissonSamplesKeepTheirDistanceAndReachTheAcceleration)
{
  SamplingMaskOptions options = OptionsOf("poisson");
  options.acceleration = 6.0;
  const SamplingMask made = MakeSamplingMask(96, 80, options);
  EXPECT_NEAR(made.effectiveAcceleration, 6.0, 0.3);
  // At the edge samples are three times as far apart as at the centre, where not all are taken.
  const at::Tensor edge = made.mask.narrow(0, 0, 12), middle = made.mask.narrow(0, 42, 12).narrow(1, 34, 12);
  EXPECT_GT(middle.mean().item<double>(), 3.0 * edge.mean().item<double>());
  at::Tensor beside = edge.narrow(1, 1, 79) * edge.narrow(1, 0, 79);
  EXPECT_EQ(beside.sum().item<float>(), 0.0F);
}

TEST(SamplingMask, TheSeedDecides)
{
  SamplingMaskOptions options = OptionsOf("gaussian");
  const at::Tensor first = MakeSamplingMask(200, 4, options).mask;
  EXPECT_TRUE(at::equal(first, MakeSamplingMask(200, 4, options).mask));
  options.seed = 2;
  EXPECT_FALSE(at::equal(first, MakeSamplingMask(200, 4, options).mask));
}

TEST(SamplingMask, ACentreThatIsMoreThanAllIsRefused)
{
  for (const char * kind : {"equispaced-fraction", "poisson"})
  {
    SamplingMaskOptions options = OptionsOf(kind);
    options.centerFraction = 0.9;
    EXPECT_THROW(MakeSamplingMask(64, 64, options), UsageError) << kind;
  }
}
} // namespace
} // namespace tweedie
