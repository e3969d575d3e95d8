// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"
#include "tweedieVerbTable.h"
#include "tweedieVersion.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

namespace tweedie
{
namespace
{
using test::ProgramTest;
using test::Tweedie;

TEST_F(ProgramTest, HelpListsEveryVerb)
{
  const auto result = Tweedie({"--help"});
  EXPECT_EQ(result.exitCode, 0);
  EXPECT_EQ(result.error, "");
  const std::string flat = std::regex_replace(result.output, std::regex("\\s+"), " "); // long purposes are wrapped
  for (const auto & row : VerbTable())
  {
    EXPECT_NE(result.output.find(std::string("\n  ") + row.verb), std::string::npos) << row.verb;
    EXPECT_NE(flat.find(row.purpose), std::string::npos) << row.verb;
  }
}

TEST_F(ProgramTest, EveryVerbHasHelp)
{
  for (const auto & row : VerbTable())
  {
    std::vector<std::string> words{row.verb};
    if (*row.object != '\0')
    {
      words.emplace_back(row.object);
    }
    words.emplace_back("--help");
    const auto result = test::TweedieHere(words);
    EXPECT_EQ(result.exitCode, 0) << row.verb << ": " << result.error;
    EXPECT_EQ(result.output.rfind(std::string("usage: tweedie ") + row.verb, 0), 0U) << result.output;
  }
}

TEST_F(ProgramTest, VersionIsThatOfTheBuild)
{
  EXPECT_EQ(Tweedie({"--version"}).output, std::string("tweedie ") + Version + "\n");
}

TEST_F(ProgramTest, WrongCommandsAreOneLine)
{
  ExpectWrongUse({}, "required tweedie simulate|reconstruct");
  ExpectWrongUse({"simlate", "mri"}, "did you mean simulate?");
  ExpectWrongUse({"simulate"}, "required what to simulate: mri");
  ExpectWrongUse({"simulate", "pet"}, "given 'pet'");
  ExpectWrongUse({"--verbose"}, "--verbose");
}

TEST_F(ProgramTest, SimulateSaysWhatItMeasured)
{
  EXPECT_NE(s_Simulation.output.find("2 slices of 48 x 40, 4 coils, 20 of 40 lines (8 at the centre), effective "
                                     "acceleration 2.00"),
            std::string::npos)
      << s_Simulation.output;
  for (const char * name : {"scan.cfl", "scan.hdr", "scan.json", "truth.nii.gz"})
  {
    EXPECT_TRUE(std::filesystem::exists(File(name))) << name;
  }
}

TEST_F(ProgramTest, GeometryOfTheSlicesIsKept)
{
  ASSERT_EQ(Tweedie({"reconstruct", "mri", File("scan"), "--method", "zero-filled", "--output", File("place.nii.gz")})
                .exitCode,
            0);
  const Grid expected = test::PhantomImage().GetGrid().Slices(1, 2, 3);
  EXPECT_TRUE(ReadImage(File("truth.nii.gz")).GetGrid().IsCongruent(expected));
  EXPECT_TRUE(ReadImage(File("place.nii.gz")).GetGrid().IsCongruent(expected));
}

TEST_F(ProgramTest, CoronalSlicesLieWhereTheyWere)
{
  const auto made = Tweedie({"simulate",
                             "mri",
                             "--image",
                             File("head.nii.gz"),
                             "--axis",
                             "coronal",
                             "--slices",
                             "20:21",
                             "--coils",
                             "1",
                             "--acceleration",
                             "1",
                             "--center-fraction",
                             "0",
                             "--noise",
                             "0",
                             "--phase",
                             "none",
                             "--output",
                             File("coronal"),
                             "--reference",
                             File("coronal.nii.gz")});
  ASSERT_EQ(made.exitCode, 0) << made.error;
  const Volume slices = ReadImage(File("coronal.nii.gz"));
  const Grid & grid = slices.GetGrid();
  EXPECT_EQ(grid.size, Axes<std::int64_t>::FromXyz({48, 6, 2}));
  EXPECT_EQ(grid.spacing, Axes<double>::FromXyz({2.0, 4.0, 2.5}));
  EXPECT_NEAR(grid.origin[1], -50.0 + 20 * 2.5, 1e-5); // NIfTI keeps float
  EXPECT_NEAR(grid.direction[5], 1.0, 1e-6);           // slices go along the patient's y
  EXPECT_NEAR(grid.direction[7], 1.0, 1e-6);           // rows along its z
}

TEST_F(ProgramTest, SummaryAndConfigurationRepeatARun)
{
  const auto run = [&](const std::string & name, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"reconstruct", "mri", File("scan"), "--output", File(name + ".mha")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = Tweedie(words);
    ASSERT_EQ(result.exitCode, 0) << result.error;
  };
  run("first", {"--method", "sense", "--lambda", "0.125", "--part", "complex"});
  const auto summary = nlohmann::json::parse(test::ReadFile(File("first.summary.json")));
  EXPECT_EQ(summary["method"], "sense");
  EXPECT_EQ(summary["deviation-kind"], "none");
  EXPECT_EQ(summary["configuration"]["lambda"], 0.125);
  EXPECT_NE(summary["command-line"].get<std::string>().find("--lambda 0.125"), std::string::npos);
  run("second", {"--config", File("first.summary.json")});
  EXPECT_EQ(test::ReadFile(File("first.mha")), test::ReadFile(File("second.mha")));
}

TEST_F(ProgramTest, PartsOfTheImageAgree)
{
  const std::vector<std::string> parts{"magnitude", "complex", "phase"};
  std::vector<Volume> images;
  for (const auto & part : parts)
  {
    const auto path = File("part-" + part + ".nii.gz");
    ASSERT_EQ(
        Tweedie({"reconstruct", "mri", File("scan"), "--method", "sense", "--part", part, "--output", path}).exitCode,
        0);
    images.push_back(ReadImage(path));
  }
  ASSERT_TRUE(images[1].IsComplex());
  for (std::int64_t i = 0; i < images[1].NumberOfElements(); i += 97)
  {
    const auto value = images[1].ComplexData()[i];
    EXPECT_NEAR(images[0].Data()[i], std::abs(value), 1e-6);                                 // float, values near 1
    EXPECT_NEAR(std::remainder(images[2].Data()[i] - std::arg(value), 2 * M_PI), 0.0, 1e-5); // float, radian
  }
}

TEST_F(ProgramTest, ArraysForBartAreWrittenAsCfl)
{
  for (const char * name : {"array", "array2.cfl"})
  {
    ASSERT_EQ(Tweedie({"reconstruct", "mri", File("scan"), "--method", "zero-filled", "--output", File(name)}).exitCode,
              0);
    EXPECT_EQ(ReadImage(File(name)).GetGrid().size, Axes<std::int64_t>::FromXyz({48, 40, 2}));
  }
  EXPECT_TRUE(std::filesystem::exists(File("array.cfl")));
  EXPECT_TRUE(std::filesystem::exists(File("array2.hdr")));
  EXPECT_TRUE(std::filesystem::exists(File("array2.summary.json")));
}

TEST_F(ProgramTest, ABareBartFileIsEnough)
{
  std::filesystem::copy_file(File("scan.cfl"), File("bare.cfl"));
  std::filesystem::copy_file(File("scan.hdr"), File("bare.hdr"));
  const auto result = Tweedie({"reconstruct",
                               "mri",
                               File("bare"),
                               "--sensitivities",
                               File("scan_sensitivities"),
                               "--method",
                               "sense",
                               "--output",
                               File("bare.nii.gz")});
  EXPECT_EQ(result.exitCode, 0) << result.error;
  EXPECT_EQ(result.error.rfind("warning: ", 0), 0U) << result.error;
  const auto summary = nlohmann::json::parse(test::ReadFile(File("bare.summary.json")));
  EXPECT_FALSE(summary["warnings"].empty());
}

TEST_F(ProgramTest, InfoKnowsScansAndImages)
{
  const auto scan = Tweedie({"info", File("scan.cfl")});
  EXPECT_EQ(scan.exitCode, 0) << scan.error;
  EXPECT_NE(scan.output.find("effective acceleration 2.00"), std::string::npos) << scan.output;
  EXPECT_NE(scan.output.find("coils"), std::string::npos) << scan.output;
  const auto image = Tweedie({"info", "image", File("head.nii.gz")});
  EXPECT_EQ(image.exitCode, 0) << image.error;
  EXPECT_NE(image.output.find("48 x 40 x 6"), std::string::npos) << image.output;
  EXPECT_NE(image.output.find("0 to 200"), std::string::npos) << image.output;
}

TEST_F(ProgramTest, CtrlCEndsWith130AndLeavesNothing)
{
  // Would take hours: the interrupt must end it.
  const auto result = Tweedie(Reconstruct("scan",
                                          {"--method",
                                           "tv",
                                           "--lambda",
                                           "0.01",
                                           "--iterations",
                                           "100000000",
                                           "--tolerance",
                                           "1e-14",
                                           "--progress",
                                           "bar"}),
                              SIGINT);
  EXPECT_EQ(result.exitCode, 130) << result.error;
  const auto last = result.error.substr(result.error.rfind('\r') + 1);
  EXPECT_NE(last.find("tweedie reconstruct mri: "), std::string::npos) << last;
  EXPECT_EQ(std::count(last.begin(), last.end(), '\n'), 1) << last;
  EXPECT_EQ(Files(), m_Before);
}
} // namespace
} // namespace tweedie
