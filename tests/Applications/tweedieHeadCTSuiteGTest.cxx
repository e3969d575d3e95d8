// SPDX-License-Identifier: Apache-2.0
// The suite ct-head and the task ct-60 of papers, on a small head of ellipses and a network of random weights.
#include "tweedieAccessibility.h"
#include "tweedieCTProjection.h"
#include "tweedieHeadCTProtocol.h"
#include "tweedieHeadCTScore.h"
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

constexpr std::int64_t side = 32;

/** Square pixels, the axis of rotation in the middle. */
Grid
SquareGrid(std::int64_t slices, std::int64_t pixels, double spacing)
{
  const double first = -0.5 * spacing * static_cast<double>(pixels - 1);
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({pixels, pixels, slices});
  grid.spacing = Axes<double>::FromXyz({spacing, spacing, 4.0});
  grid.origin = {first, first, 0.0};
  return grid;
}

/** A skull of 900 HU around a brain of 40 HU in air, a little wider from slice to slice. */
Volume
Head()
{
  Volume image(SquareGrid(6, side, 8.0), Volume::Element::Real);
  float * voxel = image.Data();
  for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
  {
    const double wide = static_cast<double>(i / (side * side));
    const double u = static_cast<double>(i % side) - 15.5;
    const double v = static_cast<double>(i / side % side) - 15.5;
    const auto inside = [&](double a, double b) { return u * u / (a * a) + v * v / (b * b) < 1.0; };
    voxel[i] = inside(9.0 + wide, 11.0) ? 40.0F : inside(11.0 + wide, 13.0) ? 900.0F : -1000.0F;
  }
  return image;
}

class HeadCTSuite : public test::TemporaryFolderTest
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
    card.size = {32.0, 32.0};
    card.spacing = {8.0, 8.0};
    SavePrior(File("magnitude.safetensors"), card, UNet(card.network, 1));
    card.hounsfieldAtOne = 1500.0;
    SavePrior(File("ct.safetensors"), card, UNet(card.network, 1));
  }
  std::vector<std::string>
  Suite(const std::string & suite, const std::vector<std::string> & more, const char * prior = "ct.safetensors") const
  {
    std::vector<std::string> words{"compare",
                                   "--suite",
                                   suite,
                                   "--image",
                                   File("head.nii.gz"),
                                   "--prior",
                                   File(prior),
                                   "--slices",
                                   "1:1",
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
Row(const json & report, const std::string & configuration, const std::string & region)
{
  for (const json & row : report["configurations"])
  {
    if (row["configuration"] == configuration && row["region"] == region)
    {
      return row;
    }
  }
  ADD_FAILURE() << configuration << ", " << region;
  return {};
}

/** What was required and measured, by what it is. */
std::map<std::string, json>
Requirements(const json & report, const std::string & configuration)
{
  std::map<std::string, json> found;
  for (const json & row : report["requirements"])
  {
    if (row["configuration"] == configuration)
    {
      found.emplace(row["what"], row);
    }
  }
  return found;
}

TEST_F(HeadCTSuite, JudgesMethodsAndGoesOnWhereItStopped)
{
  const std::vector<std::string> words = Suite("ct-head",
                                               {"--tuning-slices",
                                                "5",
                                                "--lambdas",
                                                "1e-3,1e-2",
                                                "--tv-iterations",
                                                "20",
                                                "--only",
                                                "parallel-20",
                                                "--only",
                                                "limited-60-120"});
  const auto result = TweedieHere(words);
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const json report = Report();
  ASSERT_EQ(report["configurations"].size(), 4U);
  const json sparse = Row(report, "20 views over 180°", "whole slice");
  const json limited = Row(report, "60 views over 120°", "whole slice");
  for (const char * method : {"fbp", "tv", "rmp-10", "rmp-20", "daps-8"})
  {
    EXPECT_TRUE(sparse["psnr-" + std::string(method)].is_number()) << method;
    EXPECT_TRUE(limited["psnr-" + std::string(method)].is_number()) << method;
  }
  EXPECT_GT(limited["psnr-tv"], 15.0); // a picture of air has 10
  EXPECT_TRUE(sparse["psnr-rmp-20-tv"].is_null());
  EXPECT_TRUE(limited["psnr-rmp-20-tv"].is_number());
  for (const char * calls : {"10", "20"})
  {
    const double spent = sparse["calls-rmp-" + std::string(calls)];
    EXPECT_LE(spent, std::stod(calls));
    EXPECT_GE(spent, std::stod(calls) - 1.0); // two noisy states a level
  }
  EXPECT_EQ(limited["calls-rmp-20-tv"], 20.0);
  EXPECT_EQ(sparse["variance-unmeasured"], 0.0);
  EXPECT_GT(limited["variance-unmeasured"], 0.0);
  EXPECT_LT(limited["variance-unmeasured"], 1.0);
  EXPECT_TRUE(Row(report, "20 views over 180°", "head")["bias-rmp-20"].is_number());
  const auto asked = Requirements(report, "20 views over 180°");
  EXPECT_EQ(asked.size(), 12U); // 14, of which two pairs have one name: its 90 % interval, its correlation
  EXPECT_EQ(asked.at("RMP, 20 calls, over TV [dB]")["value"], sparse["gain-rmp-20"]);
  EXPECT_EQ(asked.at("RMP, 20 calls, over TV [dB]")["required"], "≥ 2.00");
  EXPECT_EQ(asked.at("|bias| in soft tissue, rmp-20 [HU]")["required"], "≤ 5.00");
  EXPECT_EQ(Requirements(report, "60 views over 120°").size(), 2U);
  EXPECT_NE(report["warnings"].dump().find("duality gap"), std::string::npos); // 20 iterations are not enough
  // Everything is there already: not even the times change.
  const std::string table = ReadFile(File("out/table.csv"));
  ASSERT_EQ(TweedieHere(words).exitCode, 0);
  EXPECT_EQ(ReadFile(File("out/table.csv")), table);
  // A lost result is made again, from the image of TV that was kept.
  std::filesystem::remove(File("out/units/limited-60-120-seed1-rmp-20-tv.json"));
  ASSERT_EQ(TweedieHere(words).exitCode, 0);
  EXPECT_EQ(Row(Report(), "60 views over 120°", "whole slice")["psnr-rmp-20-tv"], limited["psnr-rmp-20-tv"]);
  EXPECT_NE(ReadFile(File("out/limited-60-120/report.html")).find("HU"), std::string::npos);
  test::ExpectAccessible(ReadFile(File("out/report.html")), "head CT");
}

TEST_F(HeadCTSuite, RefusesWhatItDoesNotKnow)
{
  ExpectFailure(
      Suite("ct-head", {"--only", "parallel-90", "--tuning-slices", "5"}), 1, "one of parallel-20, parallel-30");
  ExpectFailure(Suite("ct-head", {"--tuning-slices", "0,1"}), 1, "slice 1 is one of --slices");
  ExpectFailure(Suite("ct-head", {"--tuning-slices", "5"}, "magnitude.safetensors"), 2, "Hounsfield units");
}

TEST_F(HeadCTSuite, PapersOfferCTToAPriorOfCTAlone)
{
  const auto result =
      TweedieHere(Suite("papers", {"--calls", "8", "--only", "ct-60", "--only", "fbp", "--only", "rmp"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  std::map<std::string, double> psnr;
  for (const json & row : Report())
  {
    EXPECT_EQ(row["refusal"], "");
    psnr[row["method"]] = row["psnr"];
  }
  EXPECT_EQ(psnr.size(), 2U);
  EXPECT_GT(psnr.at("fbp"), 15.0); // a picture of air has less than 10
  std::filesystem::remove_all(File("out"));
  ExpectFailure(Suite("papers", {"--only", "sr"}), 1, "one of the tasks ct-60");
  ExpectFailure(Suite("papers", {"--only", "ct-60"}, "magnitude.safetensors"), 1, "one of the tasks sr");
}

/** cos(2 pi k r) under a Gaussian, k in cycles of the image's width. */
Volume
Wave(const Grid & grid, double kx, double ky)
{
  Volume image(grid, Volume::Element::Real);
  const auto pixels = static_cast<double>(grid.size.x);
  for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
  {
    const double u = (static_cast<double>(i % grid.size.x) - 0.5 * (pixels - 1.0)) / pixels;
    const double v = (static_cast<double>(i / grid.size.x) - 0.5 * (pixels - 1.0)) / pixels;
    image.Data()[i] = static_cast<float>(std::cos(2.0 * M_PI * (kx * u + ky * v)) * std::exp(-24.0 * (u * u + v * v)));
  }
  return image;
}

double
Energy(const Volume & volume)
{
  double sum = 0.0;
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    sum += static_cast<double>(volume.Data()[i]) * static_cast<double>(volume.Data()[i]);
  }
  return sum;
}

TEST(HeadCTScore, BiasHasASignAndTheHeadIsItsOwnRegion)
{
  const Grid grid = SquareGrid(2, 32, 2.0);
  const at::Tensor place = at::arange(32, at::kDouble) - 15.5;
  const at::Tensor radius = (place.square().unsqueeze(1) + place.square()).sqrt();
  const at::Tensor inside = radius.lt(12.0).to(at::kDouble);
  const at::Tensor brain = radius.lt(9.0).to(at::kDouble); // 40 HU, in a skull of 900
  const at::Tensor slice = -1000.0 + 1900.0 * inside - 860.0 * brain;
  const at::Tensor truth = at::stack({slice, slice}).unsqueeze(0);
  VolumeEstimate estimate;
  estimate.mean = VolumeFromTensor((truth + 7.0 * brain + 100.0 * (1.0 - inside)).to(at::kFloat), grid);
  const SuiteScore score = ScoreHeadCT(VolumeFromTensor(truth.to(at::kFloat), grid),
                                       estimate,
                                       {},
                                       nullptr,
                                       MakeCTGeometry(HeadCTConfigurations().front().geometry));
  const double share = brain.sum().item<double>() / inside.sum().item<double>();
  for (std::size_t z = 0; z < 2; ++z)
  {
    EXPECT_NEAR(score.figures.at(HeadCTFigures::softBias)[z], 7.0, 1e-3); // floats near 1000
    EXPECT_EQ(score.figures.at(HeadCTFigures::softPixels)[z], brain.sum().item<double>());
    // The error of the air counts over the slice, but not in the head.
    EXPECT_NEAR(
        score.figures.at(HeadCTFigures::headPsnr)[z], 10.0 * std::log10(2000.0 * 2000.0 / (49.0 * share)), 1e-3);
    EXPECT_LT(score.psnr[z], 30.0);
  }
}

TEST(HeadCTDirections, AreTheFrequenciesThatNoViewSees)
{
  const Grid grid = SquareGrid(1, 64, 2.0);
  const CTGeometry views = MakeCTGeometry(HeadCTConfigurations().back().geometry);
  const at::Tensor unmeasured = UnmeasuredFrequencies(views, grid);
  // Between 1 and 61 degrees from a side lies (2 - tan 1 - tan 29) / 4 of a square; 64 pixels of it are coarse.
  EXPECT_NEAR(unmeasured.to(at::kDouble).mean().item<double>(), 0.357, 0.01);
  EXPECT_FALSE(unmeasured[0][0].item<bool>());
  EXPECT_FALSE(UnmeasuredFrequencies(MakeCTGeometry(HeadCTConfigurations().front().geometry), grid).any().item<bool>());
  const CTDetector detector{91, 1, 2.0, 4.0, -90.0, 0.0};
  const Grid projections = ProjectionGrid(detector, views.views.size());
  const std::int64_t k = 10;
  const bool isFirst = unmeasured[k][k].item<bool>(); // both components up, or one down
  EXPECT_NE(isFirst, unmeasured[64 - k][k].item<bool>());
  const auto seen = [&](double ky) { return Energy(ProjectCT(Wave(grid, k, ky), views, projections)); };
  const double missing = seen(isFirst ? k : -k);
  EXPECT_LT(missing,
            0.02 * seen(isFirst ? -k : k)); // its spectrum is 4.5 degrees wide (1 sigma), 16 from the edge of the wedge
}
} // namespace
} // namespace tweedie
