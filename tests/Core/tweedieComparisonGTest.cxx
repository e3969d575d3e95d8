// SPDX-License-Identifier: Apache-2.0
#include "tweedieComparison.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMetrics.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
Grid
SmallGrid()
{
  Grid grid;
  grid.size = {3, 24, 20};
  grid.spacing = {2.0, 1.0, 1.0};
  return grid;
}

/** A bright disk on a dark ground, complex with a phase ramp. */
at::Tensor
DiskTensor()
{
  const Grid grid = SmallGrid();
  const at::Tensor y = at::arange(grid.size.y, at::kDouble).sub(11.5).view({-1, 1});
  const at::Tensor x = at::arange(grid.size.x, at::kDouble).sub(9.5);
  const at::Tensor disk = (y.square() + x.square()).lt(64.0).to(at::kDouble) * (1.0 + 0.02 * x);
  const at::Tensor slices = at::stack({disk, 0.5 * disk, 2.0 * disk});
  return at::polar(slices, (0.3 * x).expand_as(slices).contiguous()).unsqueeze(0);
}

ComparisonInput
SmallInput()
{
  ComparisonInput input;
  input.title = "disk";
  input.reference = VolumeFromTensor(DiskTensor(), SmallGrid());
  return input;
}

ComparisonEntry
Entry(const std::string & name, const at::Tensor & image)
{
  ComparisonEntry entry;
  entry.name = name;
  entry.image = VolumeFromTensor(image, SmallGrid());
  return entry;
}

/** n complex samples around the truth with E|x - mean|^2 = s^2 each, s = 0.1 + 0.1 x / 20; their mean and deviations.
 */
struct Posterior
{
  at::Tensor mean;
  at::Tensor totalDeviation;
  at::Tensor magnitudeDeviation;
};

Posterior
DrawPosterior(std::int64_t samples)
{
  RandomStreams random(3, {0});
  const at::Tensor truth = DiskTensor();
  const at::Tensor s = 0.02 + 0.02 * at::arange(20, at::kDouble) / 20.0;
  const auto draw = [&] { return random.Normal({1, 3, 24, 20}, at::kComplexDouble)[0] * (s / std::sqrt(2.0)); };
  const at::Tensor center = truth - draw(); // the truth is one more draw around the centre
  std::vector<at::Tensor> drawn;
  for (std::int64_t i = 0; i < samples; ++i)
  {
    drawn.push_back(center + draw());
  }
  const at::Tensor all = at::stack(drawn);
  const at::Tensor mean = all.mean(0);
  const at::Tensor total = at::view_as_real(all - mean).square().sum(-1).sum(0).div(samples - 1.0).sqrt();
  return {mean, total, at::std(all.abs(), 0, true)};
}

Summary
SamplerSummary(std::int64_t samples)
{
  Summary summary;
  summary.method = "daps";
  summary.deviationOf = "daps";
  summary.deviationKind = DeviationKind::Posterior;
  summary.samples = samples;
  summary.networkEvaluations = 160;
  return summary;
}

TEST(Comparison, ScoresAreTheMetricsOfTheMagnitudes)
{
  ComparisonInput input = SmallInput();
  const at::Tensor truth = DiskTensor();
  const at::Tensor estimate = 0.9 * truth.abs() + 0.01;
  input.entries = {Entry("real", estimate), Entry("turned", truth * -1.0)};
  const Comparison comparison = CompareWithReference(input);
  ASSERT_EQ(comparison.entries.size(), 2u);
  const ImageScores & scores = comparison.entries[0].volume;
  // The volumes hold floats: 1e-6 relative in the values, so about 1e-5 dB.
  EXPECT_NEAR(scores.psnr, PeakSignalToNoiseRatio(truth.abs(), estimate), 1e-4);
  EXPECT_NEAR(scores.ssim, StructuralSimilarity(truth.abs(), estimate), 1e-5);
  EXPECT_NEAR(scores.nrmse, NormalizedRootMeanSquareError(truth.abs(), estimate), 1e-6);
  EXPECT_NEAR(scores.maximumError, (estimate - truth.abs()).abs().max().item<double>(), 1e-6);
  EXPECT_NEAR(comparison.range, truth.abs().max().item<double>(), 1e-6);
  ASSERT_EQ(comparison.entries[0].slices.size(), 3u);
  const double first = PeakSignalToNoiseRatio(truth.select(1, 0).abs(), estimate.select(1, 0));
  EXPECT_NEAR(comparison.entries[0].slices[0].psnr, first, 1e-4);
  // A global sign is no difference of magnitudes.
  EXPECT_TRUE(comparison.entries[1].volume.psnr > 120.0);
  EXPECT_TRUE(comparison.warnings.empty());
}

TEST(Comparison, MaskRestrictsTheScores)
{
  ComparisonInput input = SmallInput();
  at::Tensor estimate = DiskTensor().abs();
  estimate.select(3, 0).fill_(7.0); // wrong in the first column only
  input.entries = {Entry("x", estimate)};
  EXPECT_LT(CompareWithReference(input).entries[0].volume.psnr, 20.0);
  at::Tensor mask = at::ones({1, 3, 24, 20}, at::kDouble);
  mask.select(3, 0).zero_();
  mask.select(1, 2).zero_();
  input.mask = VolumeFromTensor(mask, SmallGrid());
  const Comparison masked = CompareWithReference(input);
  EXPECT_GT(masked.entries[0].volume.psnr, 120.0);
  EXPECT_TRUE(std::isnan(masked.entries[0].slices[2].psnr));
  EXPECT_NEAR(masked.range, 1.15, 1e-6); // the brightest slice is left out
  input.mask = VolumeFromTensor(at::zeros({1, 3, 24, 20}), SmallGrid());
  EXPECT_THROW_MESSAGE(CompareWithReference(input), DataError, "the mask is zero everywhere");
}

TEST(Comparison, ComplexDeviationIsCheckedPerComponent)
{
  constexpr std::int64_t samples = 8;
  const Posterior posterior = DrawPosterior(samples);
  ComparisonInput input = SmallInput();
  ComparisonEntry complex = Entry("complex", posterior.mean);
  complex.standardDeviation = VolumeFromTensor(posterior.totalDeviation, SmallGrid());
  complex.summary = SamplerSummary(samples);
  ComparisonEntry magnitude = Entry("magnitude", posterior.mean.abs());
  magnitude.standardDeviation = VolumeFromTensor(posterior.magnitudeDeviation, SmallGrid());
  magnitude.summary = SamplerSummary(samples);
  input.entries = {complex, magnitude};
  const Comparison comparison = CompareWithReference(input);
  for (const EntryScores & entry : comparison.entries)
  {
    ASSERT_TRUE(entry.deviation.has_value());
    EXPECT_DOUBLE_EQ(entry.deviation->factor, std::sqrt(1.125));
    // About 600 pixels in the disk, 600 to 1200 errors: relative error of an rms 1/sqrt(2 N) < 3 %, of a coverage
    // sqrt(0.09 / 600) = 1.2 %; four of them. A forgotten sqrt(2) would be 41 %.
    EXPECT_NEAR(entry.deviation->ratio, 1.0, 0.12) << entry.name;
    EXPECT_NEAR(entry.deviation->coverage, 0.90, 0.05) << entry.name;
  }
}

TEST(Comparison, FactorFollowsFromWhoseSamplesTheyAre)
{
  ComparisonInput input = SmallInput();
  ComparisonEntry entry = Entry("rmp", DiskTensor().abs() + 0.01);
  entry.standardDeviation = VolumeFromTensor(at::full({1, 3, 24, 20}, 0.02), SmallGrid());
  entry.summary = SamplerSummary(8);
  entry.summary->method = "rmp"; // a mean of its own beside DAPS samples
  input.entries = {entry};
  Comparison comparison = CompareWithReference(input);
  EXPECT_EQ(comparison.entries[0].deviation->factor, 1.0);
  EXPECT_NEAR(comparison.entries[0].deviation->ratio, 2.0, 1e-4); // 0.02 against 0.01, in float volumes
  input.entries[0].summary.reset();
  comparison = CompareWithReference(input);
  EXPECT_EQ(comparison.entries[0].deviation->samples, 0);
  ASSERT_EQ(comparison.warnings.size(), 1u);
  EXPECT_NE(comparison.warnings[0].find("number of samples"), std::string::npos);
  input.entries[0].samples = 8;
  comparison = CompareWithReference(input);
  EXPECT_DOUBLE_EQ(comparison.entries[0].deviation->factor, std::sqrt(1.125));
  EXPECT_TRUE(comparison.warnings.empty());
}

TEST(Comparison, WarnsOfOtherPlacesAndOtherUnits)
{
  ComparisonInput input = SmallInput();
  ComparisonEntry moved = Entry("moved", 100.0 * DiskTensor());
  Grid grid = SmallGrid();
  grid.origin[0] = 5.0;
  moved.image.SetGrid(grid);
  input.entries = {moved};
  const Comparison comparison = CompareWithReference(input);
  ASSERT_EQ(comparison.warnings.size(), 2u);
  EXPECT_NE(comparison.warnings[0].find("another spacing, origin or direction"), std::string::npos);
  EXPECT_NE(comparison.warnings[1].find("multiplied by 0.0100"), std::string::npos) << comparison.warnings[1];
}

TEST(Comparison, RefusesWhatCannotBeCompared)
{
  ComparisonInput input = SmallInput();
  EXPECT_THROW_MESSAGE(CompareWithReference(input), DataError, "no image given");
  Grid other = SmallGrid();
  other.size.z = 2;
  input.entries.resize(1);
  input.entries[0].name = "short";
  input.entries[0].image = Volume(other, Volume::Element::Real);
  EXPECT_THROW_MESSAGE(CompareWithReference(input), DataError, "'short' has 1 channel(s) of 2 x 24 x 20");
  input.entries[0] = Entry("nan", DiskTensor().abs());
  input.entries[0].image.Data()[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW_MESSAGE(CompareWithReference(input), DataError, "'nan'");
  input.entries[0] = Entry("negative", DiskTensor().abs());
  input.entries[0].standardDeviation = VolumeFromTensor(at::full({1, 3, 24, 20}, -1.0), SmallGrid());
  EXPECT_THROW_MESSAGE(CompareWithReference(input), DataError, "negative");
}

TEST(Comparison, JsonHasTheKeysThatProgramsRead)
{
  ComparisonInput input = SmallInput();
  input.sliceNumbers = {84, 85, 86};
  ComparisonEntry entry = Entry("daps", DiskTensor().abs() * 1.1);
  entry.standardDeviation = VolumeFromTensor(0.1 * DiskTensor().abs() + 0.01, SmallGrid());
  entry.summary = SamplerSummary(8);
  input.entries = {Entry("plain", DiskTensor()), entry};
  const Comparison comparison = CompareWithReference(input);
  const nlohmann::json json = nlohmann::json::parse(ComparisonJson(input, comparison));
  ASSERT_EQ(json["methods"].size(), 2u);
  const nlohmann::json & method = json["methods"][1];
  for (const char * key : {"psnr",
                           "ssim",
                           "nrmse",
                           "nmse",
                           "max-error",
                           "slice-psnr",
                           "deviation-over-error",
                           "coverage-90",
                           "correlation",
                           "network-evaluations",
                           "seconds"})
  {
    EXPECT_TRUE(method[key].is_number()) << key;
    EXPECT_TRUE(json["methods"][0].contains(key)) << key;
  }
  EXPECT_TRUE(json["methods"][0]["coverage-90"].is_null());
  EXPECT_EQ(method["network-evaluations"], 160.0);
  EXPECT_EQ(method["slices"][0]["slice"], 84);
  EXPECT_EQ(method["deviation"]["coverage"].size(), 20u);
  EXPECT_EQ(json["region"], "over the whole image");
}

TEST(Comparison, SummaryComesBackFromItsJson)
{
  Summary summary = SamplerSummary(8);
  summary.guidance = "proximal";
  summary.steps = 20;
  summary.operatorEvaluations = 75;
  summary.wallSeconds = 12.5;
  summary.operatorSeconds = 0.5;
  summary.seed = 18446744073709551615u;
  summary.nonGaussianPosterior = true;
  summary.options = "{\"steps\":20}";
  summary.warnings = {"noise estimated"};
  const Summary copy = SummaryFromJson(summary.ToJson());
  EXPECT_EQ(copy.ToJson(), summary.ToJson());
  EXPECT_TRUE(std::isnan(copy.dataFit)); // null in JSON
  EXPECT_TRUE(std::isnan(copy.networkSeconds));
  EXPECT_THROW_MESSAGE(SummaryFromJson("{}"), DataError, "without \"method\"");
  EXPECT_THROW_MESSAGE(SummaryFromJson("{"), DataError, "summary:");
  EXPECT_THROW_MESSAGE(SummaryFromJson("{\"method\": 1}"), DataError, "summary:");
  EXPECT_THROW_MESSAGE(SummaryFromJson(R"({"method": "m", "steps": 1e30})"), DataError, "required a whole number");
}

TEST(Comparison, AWindowClipsAndItsWidthIsTheRange)
{
  // Hounsfield units: an error below the window does not count, one inside counts against its width.
  const at::Tensor disk = DiskTensor().abs().gt(0.0).to(at::kDouble);
  const at::Tensor truth = 1040.0 * disk - 1000.0;
  ComparisonInput input;
  input.reference = VolumeFromTensor(truth, SmallGrid());
  input.window = ValueWindow{-1000.0, 1000.0};
  input.entries = {Entry("below", truth - 300.0 * (1.0 - disk)), Entry("inside", truth + 20.0)};
  const Comparison comparison = CompareWithReference(input);
  EXPECT_EQ(comparison.range, 2000.0);
  EXPECT_TRUE(std::isinf(comparison.entries[0].volume.psnr));
  EXPECT_NEAR(comparison.entries[1].volume.psnr, 40.0, 1e-4); // 2000 / 20, floats near 1000
  EXPECT_NEAR(comparison.entries[1].slices[1].psnr, 40.0, 1e-4);
  input.window = ValueWindow{5.0, 5.0};
  EXPECT_THROW(CompareWithReference(input), UsageError);
  input.window = ValueWindow{2000.0, 3000.0};
  EXPECT_THROW(CompareWithReference(input), DataError); // nothing is there
}
} // namespace
} // namespace tweedie
