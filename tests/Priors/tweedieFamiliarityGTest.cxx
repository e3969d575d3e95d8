// SPDX-License-Identifier: Apache-2.0
#include "tweedieFamiliarity.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieGaussianDenoiser.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(Familiarity, OfThePriorsOwnImagesIsTheMinimumMeanSquareError)
{
  // N(0, v I): D = v / (v + s^2) x, E |D - x0|^2 / s^2 = v / (v + s^2); with s^2 = l^2 v that is 1 / (1 + l^2)
  const std::int64_t side = 32;
  const GaussianDenoiser prior(at::zeros({1, 1, side, side}, at::kDouble), at::eye(side * side, at::kDouble).mul(0.25));
  const at::Tensor images = 0.5 * test::Normal(3, {16, 1, 1, side, side});
  const at::Tensor errors = DenoisingErrors(prior, images);
  const auto & levels = FamiliarityLevels();
  for (std::size_t i = 0; i < levels.size(); ++i)
  {
    const double exact = 1.0 / (1.0 + levels[i] * levels[i]);
    // one noise of 1024 numbers for all images: its mean square is known to 0.044; and pixels below 1/20 are left out
    EXPECT_NEAR(errors.select(1, static_cast<std::int64_t>(i)).mean().item<double>(), exact, 0.15 * exact);
  }
  const at::Tensor wild = 4.0 * images;
  EXPECT_GT(DenoisingErrors(prior, wild)[0][1].item<double>(), 3.0 * errors[0][1].item<double>());
}

TEST(Familiarity, AnEmptyImageHasNone)
{
  const GaussianDenoiser prior(at::zeros({1, 1, 4, 4}, at::kDouble), at::eye(16, at::kDouble));
  EXPECT_TRUE(std::isnan(DenoisingErrors(prior, at::zeros({1, 1, 1, 4, 4}, at::kDouble))[0][0].item<double>()));
}

TEST(Familiarity, QuantilesRise)
{
  const GaussianDenoiser prior(at::zeros({1, 1, 8, 8}, at::kDouble), at::eye(64, at::kDouble));
  for (const auto & row : FamiliarityQuantiles(prior, test::Normal(5, {20, 1, 1, 8, 8})))
  {
    for (std::size_t i = 1; i < row.size(); ++i)
    {
      EXPECT_LE(row[i - 1], row[i]);
    }
  }
}
} // namespace
} // namespace tweedie
