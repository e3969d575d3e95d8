// SPDX-License-Identifier: Apache-2.0
#include "tweedieFeatureScore.h"

#include "tweedieComparison.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFeatureMetrics.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double rounding = 1e-6; // the images go through the network in float

/** A map of two channels (b, 1) of an image of brightness b, and the mean brightness. */
FeatureMaker
BrightnessMaker()
{
  FeatureMaker maker;
  maker.features = [](const at::Tensor & images) -> std::vector<at::Tensor> {
    return {at::cat({images, at::ones_like(images)}, 1), images.mean(at::IntArrayRef({2, 3}))};
  };
  return maker;
}

/** Even slices of these brightnesses. */
at::Tensor
Even(const std::vector<double> & brightness)
{
  return at::tensor(brightness, at::kDouble).reshape({-1, 1, 1}).expand({-1, 12, 13});
}

/** |u - v|^2 of the directions of (a, 1) and (b, 1): 2 - 2 cos. */
double
DirectionDistance(double a, double b)
{
  return 2.0 - 2.0 * (a * b + 1.0) / std::sqrt((a * a + 1.0) * (b * b + 1.0));
}

TEST(FeatureScore, IsTheClosedFormOfEvenSlices)
{
  const FeatureComparison comparison(BrightnessMaker(), Even({1.0, 2.0, 3.0}), 4.0);
  const FeatureScores scores = comparison.Score(Even({1.5, 2.0, 3.5}));
  ASSERT_EQ(scores.perceptual.size(), 3U);
  EXPECT_NEAR(scores.perceptual[0], DirectionDistance(0.25, 0.375), rounding);
  EXPECT_EQ(scores.perceptual[1], 0.0);
  EXPECT_NEAR(scores.perceptual[2], DirectionDistance(0.75, 0.875), rounding);
  // In one dimension (m1 - m2)^2 + (s1 - s2)^2, s^2 with n - 1.
  const double meanShift = (1.5 + 2.0 + 3.5 - 6.0) / 3.0 / 4.0;
  const double mean = 7.0 / 3.0;
  const double square = ((1.5 - mean) * (1.5 - mean) + (2.0 - mean) * (2.0 - mean) + (3.5 - mean) * (3.5 - mean)) / 2.0;
  const double spreadShift = (1.0 - std::sqrt(square)) / 4.0;
  EXPECT_NEAR(scores.frechet, meanShift * meanShift + spreadShift * spreadShift, rounding);
  EXPECT_EQ(scores.missing, "");
}

TEST(FeatureScore, BrightnessIsCutToTheRange)
{
  const FeatureComparison comparison(BrightnessMaker(), Even({2.0, 2.0}), 2.0);
  EXPECT_EQ(comparison.Score(Even({5.0, 2.0})).perceptual[0], 0.0);
  EXPECT_NEAR(comparison.Score(Even({-5.0, 2.0})).perceptual[0], DirectionDistance(1.0, 0.0), rounding);
}

TEST(FeatureScore, SaysWhatIsMissing)
{
  FeatureMaker maker = BrightnessMaker();
  const FeatureScores one = FeatureComparison(maker, Even({1.0}), 1.0).Score(Even({0.5}));
  EXPECT_TRUE(std::isnan(one.frechet));
  EXPECT_NE(one.missing.find("at least 2"), std::string::npos) << one.missing;
  maker.unbiased = true;
  const FeatureScores few = FeatureComparison(maker, Even({0.1, 0.9}), 1.0).Score(Even({0.5, 0.6}));
  EXPECT_TRUE(std::isnan(few.frechet));
  EXPECT_NE(few.missing.find("more samples than features"), std::string::npos) << few.missing;
  maker.features = [](const at::Tensor & images) -> std::vector<at::Tensor> { return {images.flatten(1)}; };
  EXPECT_TRUE(std::isnan(FeatureComparison(maker, Even({0.1}), 1.0).Score(Even({0.5})).perceptual[0])); // no map
}

TEST(FeatureScore, TheUnbiasedDistanceIsAnOption)
{
  FeatureMaker maker = BrightnessMaker();
  RandomStreams random(5, {0});
  const at::Tensor a = random.Uniform({400, 1}, at::kDouble)[0];
  const at::Tensor b = random.Uniform({400, 1}, at::kDouble)[0];
  const auto frechet = [&]
  {
    const auto slices = [](const at::Tensor & x) { return x.unsqueeze(2).expand({-1, 2, 2}); };
    return FeatureComparison(maker, slices(a), 1.0).Score(slices(b)).frechet;
  };
  EXPECT_NEAR(frechet(), FrechetDistance(a, b), rounding);
  maker.unbiased = true;
  EXPECT_NEAR(frechet(), UnbiasedFrechetDistance(a, b), rounding);
  EXPECT_GT(std::abs(FrechetDistance(a, b) - UnbiasedFrechetDistance(a, b)), 10.0 * rounding); // they can be told apart
}

TEST(FeatureScore, EntersTheComparison)
{
  Grid grid;
  grid.size = {3, 12, 13};
  ComparisonInput input;
  input.reference = VolumeFromTensor(Even({1.0, 2.0, 4.0}).unsqueeze(0), grid);
  ComparisonEntry entry;
  entry.name = "dark";
  entry.image = VolumeFromTensor(Even({0.5, 1.0, 2.0}).unsqueeze(0), grid);
  input.entries = {entry};
  const auto column = [](const ReportTable & table, const std::string & key)
  {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
    {
      if (table.columns[c].key == key)
      {
        return c;
      }
    }
    return table.columns.size();
  };
  const ReportTable without = ComparisonTable(input, CompareWithReference(input));
  EXPECT_TRUE(without.IsEmptyColumn(column(without, "lpips")));
  EXPECT_TRUE(without.IsEmptyColumn(column(without, "fid")));
  input.features = std::make_shared<const FeatureMaker>(BrightnessMaker());
  const Comparison comparison = CompareWithReference(input);
  const ReportTable table = ComparisonTable(input, comparison);
  const EntryScores & scores = comparison.entries[0];
  EXPECT_NEAR(scores.slices[2].lpips, DirectionDistance(1.0, 0.5), rounding);
  const double mean =
      (DirectionDistance(0.25, 0.125) + DirectionDistance(0.5, 0.25) + DirectionDistance(1.0, 0.5)) / 3.0;
  EXPECT_NEAR(std::get<double>(table.rows[0][column(table, "lpips")]), mean, rounding);
  // Halved brightness halves mean and deviation: the distance is (m^2 + s^2) / 4.
  const double m = 7.0 / 12.0;
  const double square = ((0.25 - m) * (0.25 - m) + (0.5 - m) * (0.5 - m) + (1.0 - m) * (1.0 - m)) / 2.0;
  EXPECT_NEAR(std::get<double>(table.rows[0][column(table, "fid")]), (m * m + square) / 4.0, rounding);
}
} // namespace
} // namespace tweedie
