// SPDX-License-Identifier: Apache-2.0
// The suite phase, on a small head of ellipses and a network of random weights; its scores on images made by hand.
#include "tweedieAccessibility.h"
#include "tweediePhaseProtocol.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
using nlohmann::json;
using test::ReadFile;
using test::TweedieHere;

constexpr std::int64_t side = 32; // objects: 16

/** A skull of 900 HU around a brain of 40 HU with a hole on one side, in air. */
Volume
Head()
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({side, side, 4});
  grid.spacing = Axes<double>::FromXyz({8.0, 8.0, 4.0});
  Volume image(grid, Volume::Element::Real);
  float * voxel = image.Data();
  for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
  {
    const double wide = static_cast<double>(i / (side * side));
    const double u = static_cast<double>(i % side) - 15.5;
    const double v = static_cast<double>(i / side % side) - 15.5;
    const auto inside = [&](double x, double y, double a, double b)
    { return (u - x) * (u - x) / (a * a) + (v - y) * (v - y) / (b * b) < 1.0; };
    voxel[i] = inside(0.0, 0.0, 11.0 + wide, 13.0) ? 900.0F : -1000.0F;
    voxel[i] = inside(0.0, 0.0, 9.0 + wide, 11.0) ? 40.0F : voxel[i];
    voxel[i] = inside(4.0, 3.0, 3.0, 4.0) ? -400.0F : voxel[i];
  }
  return image;
}

class PhaseSuite : public test::TemporaryFolderTest
{
protected:
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  void
  SetUp() override
  {
    WriteImage(File("head.nii.gz"), Head());
    ModelCard card;
    card.name = "ct";
    card.network.channels = 1;
    card.network.widths = {16.0, 16.0};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels = {"attenuation"};
    card.size = {16.0, 16.0};
    card.spacing = {16.0, 16.0};
    SavePrior(File("magnitude.safetensors"), card, UNet(card.network, 1));
    card.hounsfieldAtOne = 1500.0;
    SavePrior(File("ct.safetensors"), card, UNet(card.network, 1));
  }
  std::vector<std::string>
  Suite(const std::vector<std::string> & more, const char * prior = "ct.safetensors") const
  {
    std::vector<std::string> words{"compare",
                                   "--suite",
                                   "phase",
                                   "--image",
                                   File("head.nii.gz"),
                                   "--prior",
                                   File(prior),
                                   "--slices",
                                   "1:1",
                                   "--tuning-slices",
                                   "3",
                                   "--lambdas",
                                   "1e-3,1e-2",
                                   "--tv-iterations",
                                   "10",
                                   "--threads",
                                   "1",
                                   "--output",
                                   File("out")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void
  ExpectFailure(const std::vector<std::string> & words, int exitCode, const std::string & text) const
  {
    const int before = m_Folder.Count();
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, exitCode) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(m_Folder.Count(), before);
  }
  json
  Report() const
  {
    return json::parse(ReadFile(File("out/table.json")));
  }
};

json
Row(const json & report, const std::string & configuration, const std::string & method)
{
  for (const json & row : report["configurations"])
  {
    if (row["configuration"] == configuration && row["name"] == method)
    {
      return row;
    }
  }
  ADD_FAILURE() << configuration << ", " << method;
  return {};
}

void
ExpectReport(const std::string & html)
{
  EXPECT_NE(html.find("Share of the two modes"), std::string::npos);
  EXPECT_NE(html.find("How near the bound"), std::string::npos);
  test::ExpectAccessible(html, "phase");
}

TEST_F(PhaseSuite, JudgesMethodsAndGoesOnWhereItStopped)
{
  std::vector<std::string> only;
  for (const char * name :
       {"coded-2-0.01", "fourier-0.01", "hio", "hio-tv", "rmp-20", "daps-8", "rmp-hio", "daps-hio", "rmp-truth"})
  {
    only.insert(only.end(), {"--only", name});
  }
  const std::vector<std::string> words = Suite(only);
  const auto result = TweedieHere(words);
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const json report = Report();
  EXPECT_EQ(report["configurations"].size(), 11U); // four of the coded patterns, six of the far field
  const std::string coded = "2 coded patterns, noise 0.01";
  const std::string far = "far field, 2 x, noise 0.01";
  const json hio = Row(report, coded, "hio");
  EXPECT_GT(hio["psnr"], 35.0); // two patterns determine a real object; amplitudes of noise 0.01 alone are 40 dB
  EXPECT_EQ(hio["psnr"], hio["psnr-unaligned"]);
  EXPECT_EQ(hio["success"], 100.0);
  EXPECT_EQ(hio["flipped"], 0.0);
  EXPECT_TRUE(hio["network-calls"].is_null());
  EXPECT_TRUE(hio["coverage-90"].is_null());
  EXPECT_TRUE(hio["lambda"].is_null());
  EXPECT_TRUE(Row(report, coded, "hio-tv")["lambda"].is_number());
  EXPECT_GT(Row(report, coded, "hio-tv")["transforms"], hio["transforms"]);
  EXPECT_EQ(Row(report, coded, "rmp-20")["network-calls"], 20.0);
  EXPECT_TRUE(Row(report, coded, "daps-8")["coverage-90"].is_number());
  EXPECT_TRUE(Row(report, coded, "daps-8")["kept"].is_number());
  EXPECT_TRUE(Row(report, far, "daps-hio")["kept"].is_number());
  for (const char * method : {"hio", "rmp-20", "rmp-hio", "rmp-truth"})
  {
    const json row = Row(report, far, method);
    EXPECT_GE(row["psnr"].get<double>() + 1e-3, row["psnr-unaligned"]) << method; // single precision
    EXPECT_GE(row["psnr-best-end"], row["psnr-mean-end"]) << method;
    EXPECT_GE(row["psnr-best-end"].get<double>() + 1e-3, row["psnr"]) << method;
  }
  EXPECT_EQ(report["requirements"].size(), 5U);
  ExpectReport(ReadFile(File("out/report.html")));
  EXPECT_FALSE(ReadFile(File("out/phase.png")).empty());
  // What a method is told is part of what its result is found again by.
  const json unit = json::parse(ReadFile(File("out/units/fourier-0.01-seed1-rmp-hio.json")));
  EXPECT_NE(unit["key"].get<std::string>().find("start-sigma"), std::string::npos);
  // Everything is there already: not even the times change.
  const std::string table = ReadFile(File("out/table.csv"));
  ASSERT_EQ(TweedieHere(words).exitCode, 0);
  EXPECT_EQ(ReadFile(File("out/table.csv")), table);
  // A lost result is made again, and is the same: seeds do not depend on what runs beside it.
  std::filesystem::remove(File("out/units/fourier-0.01-seed1-rmp-hio.json"));
  ASSERT_EQ(TweedieHere(words).exitCode, 0);
  EXPECT_EQ(Row(Report(), far, "rmp-hio")["psnr"], Row(report, far, "rmp-hio")["psnr"]);
}

TEST_F(PhaseSuite, TheEndOfTheLeastResidualIsTheResult)
{
  SuiteOptions options;
  options.prior = File("ct.safetensors");
  options.tvIterations = 10;
  const PhaseConfiguration & configuration = PhaseConfigurationOf("fourier-0.05");
  const PhaseMeasurement measurement(configuration, Head().Slices(0, 1), options, 1, {});
  for (const SuiteMethod & method : PhaseSuiteMethods(configuration))
  {
    if (method.name != "rmp-20" && method.name != "er-tv")
    {
      continue;
    }
    const VolumeEstimate estimate = measurement.Reconstruct(method, 0.01, {}, {});
    const auto & figures = estimate.summary.figures; // four starts end in four places
    EXPECT_GT(method.isWeighted ? figures.at("residual-spread") : figures.at("data-fit-worst"),
              method.isWeighted ? 0.0 : estimate.summary.dataFit)
        << method.name;
    const SuiteScore score = measurement.Score(estimate, {}, nullptr);
    EXPECT_GE(score.figures.at(PhaseFigures::best)[0] + 1e-3, score.psnr[0]); // single precision
  }
}

TEST_F(PhaseSuite, RefusesWhatItDoesNotKnow)
{
  ExpectFailure(Suite({"--only", "coded-3"}), 1, "one of coded-1-0.01, coded-2-0.05");
  ExpectFailure(Suite({}, "magnitude.safetensors"), 2, "Hounsfield units");
}

TEST(PhaseSuiteScore, AFlippedAndMovedResultIsAlignedWithItsDeviations)
{
  const at::Tensor place = at::arange(24, at::kFloat) - 11.5;
  const auto blob = [&](double y, double x, double width)
  {
    const at::Tensor squares = (place - y).square().unsqueeze(1) + (place - x).square();
    return (squares / (-2.0 * width * width)).exp().reshape({1, 1, 1, 24, 24});
  };
  const at::Tensor object = blob(1.0, -2.0, 1.5) + 0.5 * blob(-4.0, 3.0, 1.0);
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({24, 24, 1});
  const at::Tensor error = 0.1 * blob(4.0, 4.0, 1.2); // the samples' spread, as the truth stands
  const at::Tensor samples = at::cat({object + error, object - error, object});
  PhaseRetrieval found;
  found.areSamples = true;
  found.turned = 0.25;
  found.ends = at::flip(samples, {-2, -1}).roll({2, -1}, {-2, -1});
  found.result = found.ends.mean(at::IntArrayRef{0}, true);
  found.summary.deviationKind = DeviationKind::Posterior;
  const Volume truth = VolumeFromSliceBatch(object, grid);
  const VolumeEstimate estimate = AlignedEstimate(truth, {found}, true);
  // Single precision, and tails of blobs beyond the frame: exp(-15).
  EXPECT_LT((SliceBatch(estimate.mean) - object).abs().max().item<double>(), 1e-4);
  EXPECT_LT((SliceBatch(estimate.standardDeviation) - error).abs().max().item<double>(), 1e-4);
  const SuiteScore score = ScorePhase(truth, estimate, {found}, true, nullptr);
  EXPECT_EQ(score.figures.at(PhaseFigures::flipped).at(0), 1.0);
  EXPECT_EQ(score.figures.at(PhaseFigures::flippedEnds).at(0), 0.75); // a quarter stood the right way
  EXPECT_EQ(score.figures.at(PhaseFigures::success).at(0), 1.0);
  EXPECT_LT(score.figures.at(PhaseFigures::unaligned).at(0), 20.0);
  EXPECT_GT(score.psnr.at(0), 60.0);
  // Patterns that know the side do not allow to flip.
  const SuiteScore fixed = ScorePhase(truth, AlignedEstimate(truth, {found}, false), {found}, false, nullptr);
  EXPECT_EQ(fixed.psnr.at(0), fixed.figures.at(PhaseFigures::unaligned).at(0));
  EXPECT_EQ(fixed.figures.at(PhaseFigures::success).at(0), 0.0);
}

TEST(PhaseSuiteSettings, MethodsAreThoseOfTheMeasurement)
{
  const auto has = [](const char * configuration, const std::string & name)
  {
    const std::vector<SuiteMethod> methods = PhaseSuiteMethods(PhaseConfigurationOf(configuration));
    return std::any_of(methods.begin(), methods.end(), [&](const SuiteMethod & one) { return one.name == name; });
  };
  EXPECT_FALSE(has("coded-2-0.01", "oss"));
  EXPECT_TRUE(has("fourier-0.05", "oss-tv"));
  EXPECT_FALSE(has("fourier-0.05", "rmp-truth"));
  EXPECT_TRUE(has("fourier-0.01", "rmp-truth"));
}
} // namespace
} // namespace tweedie
