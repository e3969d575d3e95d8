// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieHelpText.h"
#include "tweedieProgressDisplay.h"
#include "tweedieSuggestion.h"
#include "tweedieTemporaryFolder.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
struct AllKinds
{
  bool switchOff = false;
  bool switchOn = true;
  std::int64_t steps = 20;
  double lambda = 0.5;
  std::string method = "tv";
  std::string output;
  std::optional<double> noise;
  std::optional<std::int64_t> seed;
  std::vector<double> widths{1.0, 2.0};
  std::vector<std::string> images;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("fast", "be quick"), switchOff);
    v.Visit(Field("flip", "turn over"), switchOn);
    v.Visit(Field("steps", "how many").Range(1, 100), steps);
    v.Visit(Field("lambda", "weight").Unit("mm").Above(-10), lambda);
    v.Visit(Field("method", "which").Choices({"tv", "sense"}), method);
    v.Visit(Field("output", "where").Unit("FILE"), output);
    v.Visit(Field("noise", "level").Above(0), noise);
    v.Visit(Field("seed", "of the numbers"), seed);
    v.Visit(Field("widths", "of layers"), widths);
    v.Visit(Field("image", "to read"), images);
  }
};

/** The options after parsing these words, which must have no positionals. */
AllKinds
Parsed(const std::vector<std::string> & words)
{
  AllKinds options;
  CommandLine line("tweedie test", "Tests.", words);
  line.Add("All", options);
  EXPECT_TRUE(line.Parse());
  return options;
}

TEST(CommandLine, ReadsEveryKindOfOption)
{
  const auto options = Parsed({"--fast",
                               "--no-flip",
                               "--steps=7",
                               "--lambda",
                               "-1.5e-1",
                               "--method",
                               "sense",
                               "--noise",
                               "+0.25",
                               "--seed",
                               "3",
                               "--widths",
                               "8,16.5,32",
                               "--image",
                               "a,b",
                               "--image",
                               "c"});
  EXPECT_TRUE(options.switchOff);
  EXPECT_FALSE(options.switchOn);
  EXPECT_EQ(options.steps, 7);
  EXPECT_EQ(options.lambda, -0.15);
  EXPECT_EQ(options.method, "sense");
  EXPECT_EQ(options.noise, 0.25);
  EXPECT_EQ(options.seed, 3);
  EXPECT_EQ(options.widths, (std::vector<double>{8.0, 16.5, 32.0}));
  EXPECT_EQ(options.images, (std::vector<std::string>{"a,b", "c"}));
}

TEST(CommandLine, KeepsDefaults)
{
  const auto options = Parsed({});
  EXPECT_TRUE(options.switchOn);
  EXPECT_EQ(options.steps, 20);
  EXPECT_FALSE(options.noise.has_value());
  EXPECT_EQ(Parsed({"--fast=false"}).switchOff, false);
}

TEST(CommandLine, SaysWhatIsWrong)
{
  EXPECT_THROW_MESSAGE(Parsed({"--stpes", "3"}), UsageError, "--stpes: unknown option; did you mean --steps?");
  EXPECT_THROW_MESSAGE(Parsed({"--xyzzy"}), UsageError, "--xyzzy: unknown option");
  EXPECT_THROW_MESSAGE(Parsed({"-o", "x"}), UsageError, "-o: unknown option");
  EXPECT_THROW_MESSAGE(Parsed({"--no-steps"}), UsageError, "--no-steps: unknown option");
  EXPECT_THROW_MESSAGE(Parsed({"--steps"}), UsageError, "--steps: no value given; required INTEGER");
  EXPECT_THROW_MESSAGE(Parsed({"--steps", "--fast"}), UsageError, "--steps: no value given");
  EXPECT_THROW_MESSAGE(Parsed({"--steps", "3.5"}), UsageError, "--steps: given '3.5'; required an integer");
  EXPECT_THROW_MESSAGE(Parsed({"--steps", "0"}), UsageError, "at least 1 and at most 100");
  EXPECT_THROW_MESSAGE(Parsed({"--steps", "3", "--steps", "4"}), UsageError, "--steps: given twice");
  EXPECT_THROW_MESSAGE(Parsed({"--lambda", "1,5"}), UsageError, "--lambda: given '1,5'; required a number");
  EXPECT_THROW_MESSAGE(Parsed({"--lambda", "nan"}), UsageError, "--lambda");
  EXPECT_THROW_MESSAGE(Parsed({"--noise", "0"}), UsageError, "above 0");
  EXPECT_THROW_MESSAGE(Parsed({"--method", "sence"}), UsageError, "one of tv|sense");
  EXPECT_THROW_MESSAGE(Parsed({"--fast=maybe"}), UsageError, "--fast");
  EXPECT_THROW_MESSAGE(Parsed({"--output", ""}), UsageError, "--output");
  EXPECT_THROW_MESSAGE(Parsed({"--widths", "1,,2"}), UsageError, "commas");
  EXPECT_THROW_MESSAGE(Parsed({"word"}), UsageError, "'word': unexpected argument");
}

TEST(CommandLine, RequiresFlagsAndPositionals)
{
  const auto parse = [](const std::vector<std::string> & words, std::string & first, std::vector<std::string> & rest)
  {
    AllKinds options;
    CommandLine line("tweedie test", "Tests.", words);
    line.AddPositional("SCAN", "the scan", first);
    line.AddPositionals("IMAGE...", "images", rest, 2);
    line.Add("All", options);
    line.Require({"output"});
    line.Parse();
  };
  std::string first;
  std::vector<std::string> rest;
  parse({"s", "--output", "o", "a", "--", "--b"}, first, rest);
  EXPECT_EQ(first, "s");
  EXPECT_EQ(rest, (std::vector<std::string>{"a", "--b"}));
  EXPECT_THROW_MESSAGE(parse({"s", "a", "b"}, first, rest), UsageError, "--output: not given; required where");
  EXPECT_THROW_MESSAGE(parse({"--output", "o"}, first, rest), UsageError, "SCAN: not given; required the scan");
  EXPECT_THROW_MESSAGE(parse({"--output", "o", "s", "a"}, first, rest), UsageError, "IMAGE...: not given");
}

TEST(CommandLine, ConfigurationStandsBetweenDefaultAndFlag)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("c.json");
  test::WriteFile(path, R"({"steps": 5, "lambda": 2.5, "image": ["a", "b"], "noise": null})");
  const auto options = Parsed({"--steps", "6", "--config", path});
  EXPECT_EQ(options.steps, 6);
  EXPECT_EQ(options.lambda, 2.5);
  EXPECT_EQ(options.images.size(), 2U);
  EXPECT_EQ(Parsed({"--config", path, "--image", "c"}).images, std::vector<std::string>{"c"});

  test::WriteFile(path, R"({"stpes": 5})");
  EXPECT_THROW_MESSAGE(Parsed({"--config", path}), UsageError, "'stpes': unknown option; did you mean steps?");
  test::WriteFile(path, R"({"steps": "5"})");
  EXPECT_THROW_MESSAGE(Parsed({"--config", path}), UsageError, "an integer");
  test::WriteFile(path, R"({"steps": 500})");
  EXPECT_THROW_MESSAGE(Parsed({"--config", path}), UsageError, "at most 100");
  test::WriteFile(path, "steps = 5");
  EXPECT_THROW_MESSAGE(Parsed({"--config", path}), DataError, "not a JSON object");
  EXPECT_THROW_MESSAGE(Parsed({"--config", folder.File("none")}), DataError, "cannot be read");
}

TEST(CommandLine, ConfigurationOfARunRepeatsIt)
{
  const test::TemporaryFolder folder;
  AllKinds options;
  CommandLine line("tweedie test", "Tests.", {"--steps", "9", "--noise", "0.125", "--no-flip"});
  line.Add("All", options);
  line.Parse();
  const auto summary = "{\"method\": \"tv\", \"configuration\": " + line.ConfigurationJson() + "}";
  test::WriteFile(folder.File("s.json"), summary);
  const auto again = Parsed({"--config", folder.File("s.json")});
  EXPECT_EQ(again.steps, 9);
  EXPECT_EQ(again.noise, 0.125);
  EXPECT_FALSE(again.switchOn);
}

TEST(CommandLine, HiddenFieldsAreNoFlags)
{
  AllKinds options;
  CommandLine line("tweedie test", "Tests.", {"--steps", "9"});
  line.Add("All", options, {"steps"});
  EXPECT_THROW_MESSAGE(line.Parse(), UsageError, "--steps: unknown option");
}

TEST(CommandLine, TextCanBeTypedAgain)
{
  const CommandLine line("tweedie test", "Tests.", {"a b", "--output", "it's.nii", "x.nii", ""});
  EXPECT_EQ(line.Text(), "tweedie test 'a b' --output 'it'\\''s.nii' x.nii ''");
}

TEST(CommandLine, TheSchemaIsWhatAProgramNeedsToCallIt)
{
  AllKinds options;
  std::string image;
  CommandLine line("tweedie test thing", "Tests.", {"--schema", "--steps", "7"});
  line.AddPositional("IMAGE", "to test", image);
  line.Add("All", options);
  line.Require({"output"});
  ::testing::internal::CaptureStdout();
  EXPECT_FALSE(line.Parse());
  const auto schema = nlohmann::json::parse(::testing::internal::GetCapturedStdout());
  EXPECT_EQ(schema["command"], "test thing");
  EXPECT_EQ(schema["required"], nlohmann::json({"output"}));
  EXPECT_EQ(schema["arguments"][0]["name"], "IMAGE");
  const auto steps = schema["options"][2];
  EXPECT_EQ(steps["name"], "steps");
  EXPECT_EQ(steps["type"], "int");
  EXPECT_EQ(steps["default"], 20); // whatever else the line says
  EXPECT_EQ(schema["options"].back()["name"], "config");
}

TEST(CommandLine, HelpShowsUnitsRangesDefaultsAndChoices)
{
  AllKinds options;
  CommandLine line("tweedie test", "Tests a thing.", {"--output", "x"});
  line.Add("All", options);
  line.Require({"output"});
  line.AddExample("tweedie test --output a");
  line.Parse();
  const std::string help = line.Help(80);
  for (const char * part : {"usage: tweedie test --output FILE [options]",
                            "Tests a thing.",
                            "--steps INTEGER",
                            "[at least 1 and at most 100; default 20]",
                            "--lambda NUMBER",
                            "[mm; above -10;",
                            "default 0.5]",
                            "--method tv|sense",
                            "[on; --no-flip switches it off]",
                            "--widths NUMBER,...",
                            "default 1,2]",
                            "[required]",
                            "may be repeated",
                            "--config FILE",
                            "--help, -h",
                            "Examples:\n  tweedie test --output a"})
  {
    EXPECT_NE(help.find(part), std::string::npos) << part << "\nis not in\n" << help;
  }
  for (std::size_t begin = 0, end = 0; (end = help.find('\n', begin)) != std::string::npos; begin = end + 1)
  {
    EXPECT_LE(end - begin, 80U) << help.substr(begin, end - begin);
  }
}

TEST(Suggestion, FindsTheNearWord)
{
  const std::vector<std::string> words{"simulate", "reconstruct", "compare", "train", "sample", "info"};
  EXPECT_EQ(NearestWord("simlate", words), "simulate");
  EXPECT_EQ(NearestWord("recon", words), "reconstruct");
  EXPECT_EQ(NearestWord("Comapre", words), "compare");
  EXPECT_EQ(NearestWord("tarin", words), "train");
  EXPECT_EQ(NearestWord("zzz", words), "");
  EXPECT_EQ(NearestWord("center_fraction", {"center-fraction"}), "center-fraction");
}

TEST(Progress, TextTellsWhatIsLeft)
{
  EXPECT_EQ(DurationText(7.4), "0:07");
  EXPECT_EQ(DurationText(750), "12:30");
  EXPECT_EQ(DurationText(7380), "2:03:00");
  const ProgressReport report{"rmp", 5, 20, 0.125, 10.0, "loss 0.5"};
  EXPECT_EQ(ProgressText(report, 30.0, 200, false), "rmp 25% 5/20  sigma 0.12  loss 0.5  0:30 left");
  EXPECT_NE(ProgressText(report, 30.0, 100, true).find("[#######....."), std::string::npos);
  EXPECT_LE(ProgressText(report, 30.0, 20, true).size(), 20U);
}
} // namespace
} // namespace tweedie
