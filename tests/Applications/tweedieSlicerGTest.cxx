// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieProgram.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRunOptions.h"
#include "tweedieSlicerCall.h"
#include "tweedieSlicerDescription.h"
#include "tweedieSlicerParameter.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
using test::TemporaryFolder;
using Words = std::vector<std::string>;

struct Sample
{
  std::int64_t steps = 20;
  double noiseLevel = 1e-4;
  std::optional<double> weight;
  std::string kind = "round";
  bool scale = true;
  std::vector<std::string> names;
  std::string output;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("steps", "number of levels").Range(1, 1e9), steps);
    v.Visit(Field("noise-level", "of a < b & c").Unit("a.u.").Range(0, 0.5), noiseLevel);
    v.Visit(Field("weight", "of it"), weight);
    v.Visit(Field("kind", "of shape").Choices({"round", "square"}), kind);
    v.Visit(Field("scale", "the result"), scale);
    v.Visit(Field("names", "of inputs"), names);
    v.Visit(Field("output", "image to write").Writes(PathKind::Image), output);
  }
};

/** A command line of the sample, as the program sets one up. */
struct Command
{
  explicit Command(Words words) : line("tweedie draw", "draws", std::move(words))
  {
    line.AddPositionals("IMAGE", "to draw", images, 0, PathKind::Image);
    line.OfferResults({{"mean-value", "of the image", {}}, {"spread", "of it", {}}});
    line.Add("Files", options);
    line.Add("Run", run);
    line.OfferPresets();
  }

  Sample options;
  RunOptions run;
  Words images;
  CommandLine line;
};

std::string
Xml()
{
  Command command({"--xml"});
  ::testing::internal::CaptureStdout();
  EXPECT_FALSE(command.line.Parse());
  return ::testing::internal::GetCapturedStdout();
}

std::string
TextOf(const std::string & path)
{
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Slicer, WordsOfAFormBecomeThoseOfAShell)
{
  Words words{"--noise_level", "0.1", "--slicer", "--returnparameterfile=a_b", "--arguments", "x,y_z", "w_1"};
  const SlicerCall call = TakeSlicerWords(words);
  EXPECT_TRUE(call.isOn);
  EXPECT_EQ(call.resultsFile, "a_b");
  EXPECT_EQ(words, (Words{"--noise-level", "0.1", "w_1", "x", "y_z"}));

  Words shell{"--noise_level", "0.1", "--", "--slicer", "--arguments", "x"};
  const Words before = shell;
  EXPECT_FALSE(TakeSlicerWords(shell).isOn);
  EXPECT_EQ(shell, before);

  for (const char * flag : {"--returnparameterfile", "--processinformationaddress"})
  {
    Words open{flag};
    EXPECT_THROW(TakeSlicerWords(open), UsageError) << flag;
  }
}

TEST(Slicer, DefaultsOfAFormCountAsNotGiven)
{
  Command command({"--slicer",
                   "--steps",
                   "20",
                   "--noise_level",
                   "0.000100",
                   "--kind",
                   "round",
                   "--no_scale",
                   "--names",
                   "a,b",
                   "--arguments",
                   "p.nrrd,q.nrrd"});
  ASSERT_TRUE(command.line.Parse());
  EXPECT_FALSE(command.line.IsGiven("steps"));
  EXPECT_FALSE(command.line.IsGiven("noise-level"));
  EXPECT_TRUE(command.line.IsSet("kind")); // the form shows it
  EXPECT_EQ(command.line.GivenUnder("Files"), (Words{"scale", "names"}));
  EXPECT_FALSE(command.options.scale);
  EXPECT_EQ(command.options.names, (Words{"a", "b"}));
  EXPECT_EQ(command.images, (Words{"p.nrrd", "q.nrrd"}));
  EXPECT_EQ(command.run.progress, "slicer");
}

TEST(Slicer, ASliderThatRoundsStillSaysTheDefault)
{
  for (const auto & [text, isGiven] : {std::pair{"0.00010000000000000002", false}, std::pair{"0.0001001", true}})
  {
    Command command({"--slicer", "--noise_level", text});
    ASSERT_TRUE(command.line.Parse());
    EXPECT_EQ(command.line.IsGiven("noise-level"), isGiven) << text;
  }
}

TEST(Slicer, AConfigurationWinsOverDefaultsOfTheForm)
{
  const TemporaryFolder folder;
  std::ofstream(folder.File("c.json")) << R"({"steps": 7, "kind": "square", "progress": "none"})";
  Command command(
      {"--slicer", "--steps", "20", "--kind", "round", "--noise_level", "0.2", "--config", folder.File("c.json")});
  ASSERT_TRUE(command.line.Parse());
  EXPECT_EQ(command.options.steps, 7);
  EXPECT_EQ(command.options.kind, "square");
  EXPECT_EQ(command.options.noiseLevel, 0.2);
  EXPECT_EQ(command.run.progress, "none");
}

TEST(Slicer, OutsideAFormNothingIsTakenForIt)
{
  EXPECT_THROW(Command({"--noise_level", "0.1"}).line.Parse(), UsageError);
  EXPECT_THROW(Command({"--arguments", "x"}).line.Parse(), UsageError);
  Command command({"--steps", "20"});
  ASSERT_TRUE(command.line.Parse());
  EXPECT_TRUE(command.line.IsGiven("steps"));
  EXPECT_EQ(command.run.progress, "auto");
}

TEST(Slicer, DescribesEachKindOfOption)
{
  const std::string xml = Xml();
  const auto has = [&](const std::string & text) { return xml.find(text) != std::string::npos; };
  EXPECT_EQ(xml.rfind("<?xml", 0), 0U);
  EXPECT_TRUE(has("<title>Draw</title>"));
  // The range is too wide for a slider above, and stays open there.
  EXPECT_TRUE(has("<default>20</default>\n<constraints>\n<minimum>1</minimum>\n<step>1</step>")) << xml;
  EXPECT_TRUE(has("<longflag>noise_level</longflag>\n<description>of a &lt; b &amp; c [a.u.;"));
  EXPECT_TRUE(has("<default>0.000100</default>\n<constraints>\n<minimum>0</minimum>\n<maximum>0.5</maximum>\n"
                  "<step>0.0001</step>"));
  EXPECT_TRUE(has("<double-vector>\n<name>weight</name>\n<longflag>weight</longflag>"));
  EXPECT_TRUE(has("<default>round</default>\n<element>round</element>\n<element>square</element>"));
  EXPECT_TRUE(has("<name>noScale</name>\n<longflag>no_scale</longflag>"));
  EXPECT_TRUE(has("<string-vector>\n<name>names</name>"));
  EXPECT_TRUE(has("<image>\n<name>output</name>"));
  EXPECT_TRUE(has("<image multiple=\"true\">\n<name>imageArgument</name>\n<longflag>arguments</longflag>"));
  EXPECT_TRUE(has("<parameters advanced=\"true\">\n<label>General</label>"));
  EXPECT_TRUE(has("<label>overwrite</label>\n<default>true</default>"));
  EXPECT_TRUE(has("<double>\n<name>meanValue</name>\n<description>of the image</description>"));
  EXPECT_FALSE(has("<name>progress</name>"));
}

TEST(Slicer, WritesTheFiguresThatWereReported)
{
  const TemporaryFolder folder;
  Command command({"--returnparameterfile", folder.File("r.params")});
  ASSERT_TRUE(command.line.Parse());
  command.line.Report("mean-value", 0.25);
  command.line.Report("spread", std::nan(""));
  EXPECT_THROW(command.line.Report("median", 1.0), std::logic_error);
  command.line.WriteResults();
  EXPECT_EQ(TextOf(folder.File("r.params")), "meanValue = 0.25\n");
}

TEST(Slicer, NamesModules)
{
  EXPECT_EQ(SlicerModuleName("simulate mri"), "TweedieSimulateMRI");
  EXPECT_EQ(SlicerModuleName("validate closed-form"), "TweedieValidateClosedForm");
  EXPECT_EQ(SlicerTitle("geometry ct"), "Geometry CT");
}

TEST(Slicer, ALinkIsTheCommandThatItIsNamedAfter)
{
  for (const char * name : {"/usr/bin/tweedie-simulate-mri", "TweedieSimulateMRI"})
  {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(RunProgram({"--xml"}, name), 0);
    EXPECT_NE(::testing::internal::GetCapturedStdout().find("<title>Simulate MRI</title>"), std::string::npos) << name;
  }
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RunProgram({"--xml"}, "/usr/bin/tweedie"), 1);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("--xml"), std::string::npos);
}

TEST(Slicer, ShowsProgressByTags)
{
  ::testing::internal::CaptureStdout();
  {
    ProgressDisplay display("slicer");
    const ProgressCallback show = display.Callback();
    show({"first & last", 1, 4, 0.0, 0.5, "loss 1"});
    show({"first & last", 2, 4, 0.0, 0.6, ""}); // too soon after the other
    show({"first & last", 4, 4, 0.0, 1.0, ""});
    show({"second", 1, 2, 0.0, 0.25, ""});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(),
            "<filter-start>\n<filter-name>first &amp; last</filter-name>\n<filter-comment>loss 1</filter-comment>\n"
            "</filter-start>\n<filter-progress>0.25</filter-progress>\n<filter-progress>1</filter-progress>\n"
            "<filter-end>\n<filter-name>first &amp; last</filter-name>\n<filter-time>1</filter-time>\n</filter-end>\n"
            "<filter-start>\n<filter-name>second</filter-name>\n<filter-comment></filter-comment>\n</filter-start>\n"
            "<filter-progress>0.5</filter-progress>\n"
            "<filter-end>\n<filter-name>second</filter-name>\n<filter-time>0.25</filter-time>\n</filter-end>\n");
}
} // namespace
} // namespace tweedie
