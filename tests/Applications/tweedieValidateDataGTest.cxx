// SPDX-License-Identifier: Apache-2.0
// A scan without a truth, checked on its own data: the files, the page, and what is refused.
#include "tweedieAccessibility.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tweedie
{
namespace
{
using test::TweedieHere;

std::string
TextOf(const std::string & path)
{
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ValidateData : public test::ProgramTest
{
protected:
  static std::vector<std::string>
  Validate(std::vector<std::string> scan, const std::string & prior, std::vector<std::string> more = {})
  {
    std::vector<std::string> words{"validate", "data"};
    words.insert(words.end(), scan.begin(), scan.end());
    words.insert(words.end(), {"--prior", prior, "--output", File("checked"), "--overwrite", "--progress", "none"});
    const std::vector<std::pair<std::string, std::string>> small{
        {"--steps", "3"}, {"--samples", "4"}, {"--fold-samples", "3"}, {"--folds", "2"}, {"--double-samples", "2"}};
    for (const auto & [flag, value] : small)
    {
      if (std::find(more.begin(), more.end(), flag) == more.end())
      {
        words.insert(words.end(), {flag, value});
      }
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /** The whole folder is there, its page can be read by everybody, and its verdicts are those keys. */
  static void
  ExpectReport(const std::set<std::string> & keys)
  {
    for (const char * name : {"report.html", "report.pdf", "validation.json", "mean.nii.gz", "std.nii.gz"})
    {
      EXPECT_TRUE(std::filesystem::exists(File(std::string("checked/") + name))) << name;
    }
    test::ExpectAccessible(TextOf(File("checked/report.html")), "validate data");
    const std::string json = TextOf(File("checked/validation.json"));
    EXPECT_TRUE(nlohmann::json::accept(json));
    for (const std::string & key : keys)
    {
      EXPECT_NE(json.find('"' + key + '"'), std::string::npos) << key;
    }
  }
};

TEST_F(ValidateData, OfMRI)
{
  const auto result = TweedieHere(Validate({File("scan")}, Model("complex.safetensors", 2)));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.output.find("held-out data"), std::string::npos) << result.output;
  ExpectReport({"residual-of-samples",
                "residual-of-mean",
                "whiteness-of-residual",
                "structure-of-residual",
                "held-out-coverage",
                "held-out-deviation",
                "noise-level",
                "step-doubling",
                "kind-of-object",
                "pixel-spacing"});
  const std::string page = TextOf(File("checked/report.html"));
  EXPECT_NE(page.find("deviation of sense"), std::string::npos); // the classical method beside
  // The mean is in the units of the image that the scan was made from.
  EXPECT_GT(TensorView(ReadImage(File("checked/mean.nii.gz"))).max().item<double>(), 50.0);
}

TEST_F(ValidateData, OfMRIWithoutFolds)
{
  const std::string model = Model("complex.safetensors", 2);
  const auto result =
      TweedieHere(Validate({"mri", File("scan")}, model, {"--folds", "0", "--double-samples", "0", "--no-classical"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_EQ(result.output.find("held-out data"), std::string::npos) << result.output;
  ExpectReport({"residual-of-samples"});
  EXPECT_NE(TextOf(File("checked/report.html")).find("leaves nothing out"), std::string::npos);
}

TEST_F(ValidateData, OrientationIsHeldAgainstTheCardThatStatesIt)
{
  const auto stateOf = [&](const std::string & orientation)
  {
    ModelCard card;
    card.name = "turned";
    card.network.channels = 2;
    card.network.widths = {16.0, 16.0};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels = {"real", "imaginary"};
    card.size = {40.0, 48.0};
    card.spacing = {2.5, 2.0};
    card.orientation = orientation;
    SavePrior(File("turned.safetensors"), card, UNet(card.network, 1));
    const auto result = TweedieHere(Validate({"mri", File("scan")},
                                             File("turned.safetensors"),
                                             {"--folds", "0", "--double-samples", "0", "--no-classical"}));
    EXPECT_EQ(result.exitCode, 0) << result.error;
    const std::size_t place = result.output.find(": Orientation");
    return place == std::string::npos ? "" : result.output.substr(result.output.rfind('\n', place) + 1, 6);
  };
  EXPECT_EQ(stateOf("LP, RP"), "passed");
  EXPECT_EQ(stateOf("LA"), "warned");
  EXPECT_EQ(stateOf(""), "");
  EXPECT_NE(TextOf(File("checked/report.html")).find("does not state where x and y"), std::string::npos);
}

TEST_F(ValidateData, OfPatterns)
{
  const auto made = TweedieHere({"simulate",
                                 "phase",
                                 "--image",
                                 File("head.nii.gz"),
                                 "--slices",
                                 "2:2",
                                 "--experiment",
                                 "coded",
                                 "--patterns",
                                 "2",
                                 "--noise",
                                 "2",
                                 "--output",
                                 File("coded.mha")});
  ASSERT_EQ(made.exitCode, 0) << made.error;
  const auto result = TweedieHere(Validate(
      {File("coded.mha")}, Model("real.safetensors", 1), {"--samples", "6", "--fold-samples", "6", "--steps", "12"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  ExpectReport({"residual-of-samples", "held-out-coverage"});
  EXPECT_NE(TextOf(File("checked/report.html")).find("not linear"), std::string::npos); // no null space
}

TEST_F(ValidateData, BadInputIsOneLineAndLeavesNothing)
{
  const std::string model = Model("complex.safetensors", 2);
  ExpectWrongUse(Validate({File("scan")}, model, {"--samples", "1"}), "--samples");
  ExpectWrongUse(Validate({File("head.nii.gz")}, model), "looks like an image");
  ExpectWrongUse(Validate({"pet", File("scan")}, model), "unknown kind of scan");
  ExpectWrongUse(Validate({"mri", File("scan"), "more"}, model), "unexpected argument");
  ExpectWrongUse(Validate({File("scan")}, model, {"--folds", "100"}), "--folds");
  ExpectFailureOf(
      [](const auto & words) { return TweedieHere(words); }, Validate({File("nothing")}, model, {}), 1, "nothing");
  ExpectFailureOf([](const auto & words) { return TweedieHere(words); },
                  Validate({File("scan")}, File("no.safetensors")),
                  2,
                  "no.safetensors");
}
} // namespace
} // namespace tweedie
