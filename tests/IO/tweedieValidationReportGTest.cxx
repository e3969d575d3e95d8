// SPDX-License-Identifier: Apache-2.0
#include "tweedieValidationReport.h"

#include "tweedieError.h"
#include "tweedieProcess.h"
#include "tweedieReportJson.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieValidationExample.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

/** The contents of one kind of a JSON report, in order. */
std::vector<Json>
OfKind(const Json & report, const std::string & kind)
{
  std::vector<Json> found;
  for (const Json & section : report["sections"])
  {
    for (const Json & item : section["content"])
    {
      if (item["kind"] == kind)
      {
        found.push_back(item);
      }
    }
  }
  return found;
}

std::vector<std::string>
Titles(const Json & report)
{
  std::vector<std::string> titles;
  for (const Json & section : report["sections"])
  {
    titles.push_back(section["title"]);
  }
  return titles;
}

TEST(ValidationReport, SectionsStandInTheOrderOfTheReportWhateverTheOrderOfTheCalls)
{
  const Json report = Json::parse(ValidationJson(test::ExampleValidation()));
  EXPECT_EQ(Titles(report),
            (std::vector<std::string>{"", // the warning
                                      "Verdicts",
                                      "In short",
                                      "Where the numbers come from",
                                      "Images",
                                      "Held-out calibration",
                                      "Regions of interest",
                                      "Classical reconstruction beside it",
                                      "Health of the sampler",
                                      "Closed-form problems of this build",
                                      "What was not tested",
                                      "Limits in plain words"}));
}

TEST(ValidationReport, WhatIsMissingIsSaidToBeUntested)
{
  const Json report = Json::parse(ValidationJson(test::ExampleValidation()));
  const Json items = OfKind(report, "list").at(1)["items"];
  ASSERT_EQ(items.size(), 5u); // a verdict, three parts, and what was given
  EXPECT_EQ(items[0], "Step doubling: Not asked for: give --check-steps.");
  EXPECT_EQ(items[1].get<std::string>().rfind("Data consistency: ", 0), 0u);
  EXPECT_EQ(items[2].get<std::string>().rfind("Against the truth: ", 0), 0u);
  EXPECT_EQ(items[3].get<std::string>().rfind("Lesion test: ", 0), 0u);
  EXPECT_EQ(items[4], "Motion between the lines.");
}

TEST(ValidationReport, TheTwinForProgramsHasEveryDigit)
{
  const Json report = Json::parse(ValidationJson(test::ExampleValidation()));
  EXPECT_EQ(report["format"], "tweedie-report");
  EXPECT_EQ(report["use"], "research use only");
  const Json verdicts = OfKind(report, "verdicts").at(0)["verdicts"];
  EXPECT_EQ(verdicts[1]["verdict"], "failed");
  EXPECT_EQ(verdicts[1]["p"].get<double>(), 2e-7);
  EXPECT_TRUE(verdicts[3]["value"].is_null());
  const Json table = OfKind(report, "table").at(1);
  EXPECT_EQ(table["rows"][0]["sliced-wasserstein"].get<double>(), 0.0712345678901234);
  EXPECT_EQ(table["columns"][1]["label"], "sliced Wasserstein");
  const Json regions = OfKind(report, "table").at(0)["rows"];
  EXPECT_TRUE(regions[1]["conformal-low"].is_null());
  EXPECT_EQ(regions[1]["replica-high"].get<double>(), 0.23);
  const Json plots = OfKind(report, "plots");
  EXPECT_EQ(plots[1]["plots"][2]["series"][0]["x"].size(), 20001u);
  EXPECT_EQ(plots[0]["plots"][0]["series"][1]["kind"], "bars");
  EXPECT_EQ(plots[0]["plots"][1]["marks"][0]["axis"], "x");
  EXPECT_EQ(plots[0]["plots"][1]["series"][1]["y"].get<std::vector<double>>(),
            test::ExampleCalibration()[1].series[1].y);
}

TEST(ValidationReport, WhatIsNotFiniteIsNullInTheTwin)
{
  Plot plot;
  plot.series = {{"a", {1.0, 2.0}, {std::nan(""), std::numeric_limits<double>::infinity()}, 0}};
  ReportJson report("t", "s");
  report.AddPlots({plot}, "");
  const Json json = Json::parse(report.Text(""));
  EXPECT_EQ(json["sections"][0]["content"][0]["plots"][0]["series"][0]["y"].dump(), "[null,null]");
}

TEST(ValidationReport, TheTwinForProgramsNamesPicturesAndHoldsNone)
{
  const std::string text = ValidationJson(test::ExampleValidation());
  const Json images = OfKind(Json::parse(text), "images").at(0);
  const Json first = images["rows"][0]["images"][0];
  EXPECT_EQ(first["description"], "posterior mean, slice 1");
  EXPECT_EQ(first["picture"]["width"], 80);
  EXPECT_EQ(first["picture"]["height"], 96);
  EXPECT_GT(first["picture"]["bytes"].get<int>(), 100);
  EXPECT_TRUE(images["rows"][1]["images"][0]["picture"].is_null());
  EXPECT_EQ(images["color-bars"][0]["label"], "a.u.");
  EXPECT_EQ(text.find("iVBOR"), std::string::npos);
}

TEST(ValidationReport, SameCallsSameBytesInEveryKind)
{
  const ValidationReport report = test::ExampleValidation();
  EXPECT_EQ(ValidationHtml(report), ValidationHtml(report));
  EXPECT_EQ(ValidationJson(report), ValidationJson(report));
  EXPECT_EQ(ValidationPdf(report, ""), ValidationPdf(report, ""));
}

TEST(ValidationReport, LightsHaveShapeWordNumbersAndSentence)
{
  const std::string html = ValidationHtml(test::ExampleValidation());
  for (const char * text : {"1 failed, 1 warned, 1 passed, 1 not tested.",
                            "1.03 (allowed: 0.9 to 1.1), p = 0.31",
                            "84.6 % (allowed: at least 88), p &lt; 0.0001",
                            "0.0400 (allowed: at most 0.05)",
                            "The residual has &lt;structure&gt; &amp; more.",
                            "<li class=\"failed\">",
                            "<em>not tested</em>",
                            "shared by Holm"})
  {
    EXPECT_NE(html.find(text), std::string::npos) << text;
  }
  EXPECT_LT(html.find("class=\"verdicts\""), html.find("case-7"));
}

TEST(ValidationReport, ARowOfRegionsNeedsAnIntervalForEachKind)
{
  try
  {
    RegionTable({{"lesion", 5, 1.0, {{0.0, 1.0}}}}, {"posterior", "replica"}, "95 %", "HU", 1);
    FAIL() << "nothing was thrown";
  }
  catch (const UsageError & error)
  {
    EXPECT_STREQ(error.what(), "regions: given 1 intervals of 'lesion'; required one for each of 2 kinds");
  }
}

TEST(BenchmarkCard, ComesBackAsItWasWritten)
{
  const BenchmarkCard card = test::ExampleBenchmark();
  const BenchmarkCard back = ReadBenchmark(BenchmarkJson(card));
  EXPECT_EQ(back.command, card.command);
  EXPECT_EQ(back.caption, card.caption);
  EXPECT_EQ(back.table.rows, card.table.rows);
  EXPECT_EQ(back.table.columns[1].label, "sliced Wasserstein");
  EXPECT_EQ(back.table.columns[1].decimals, 3);
}

TEST(BenchmarkCard, ReadsABareTableWithItsCommand)
{
  const BenchmarkCard card =
      ReadBenchmark(R"({"command": "x", "table": [{"some-key": 1.25, "n": 3, "m": "a"}, {"n": null, "m": "b"}]})");
  ASSERT_EQ(card.table.columns.size(), 3u);
  EXPECT_EQ(card.table.columns[0].label, "some key");
  EXPECT_EQ(card.table.CellText(0, 0), "1.250");
  EXPECT_EQ(card.table.CellText(0, 1), "3");
  EXPECT_EQ(card.table.CellText(1, 1), "–");
  EXPECT_EQ(card.table.CellText(1, 2), "b");
}

TEST(BenchmarkCard, AnEmptyOneSaysSoAndADamagedOneIsRefused)
{
  ReportPage page("t", "s");
  AddBenchmark(ReadBenchmark(""), page);
  EXPECT_NE(page.Html("").find("made without a closed-form table"), std::string::npos);
  for (const char * text : {"{",
                            "[]",
                            R"({"table": [{"a": 1}]})",
                            R"({"command": "x", "table": []})",
                            R"({"command": "x", "table": [1]})",
                            R"({"command": "x", "table": [{"a": [1]}]})",
                            R"({"command": "x", "columns": [{}], "table": [{"a": 1}]})"})
  {
    EXPECT_THROW(ReadBenchmark(text), DataError) << text;
  }
}

class ValidationPdfTest : public test::TemporaryFolderTest
{
};

TEST_F(ValidationPdfTest, PaperSaysWhatThePageSays)
{
  if (!std::filesystem::exists("/usr/bin/pdftotext"))
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  const std::string path = m_Folder.File("report.pdf");
  test::WriteFile(path, ValidationPdf(test::ExampleValidation(), "20200304101112"));
  const auto text = test::Process({"/usr/bin/pdftotext", "-layout", path, "-"}).Run();
  ASSERT_EQ(text.exitCode, 0) << text.error;
  for (const char * part : {"1 failed, 1 warned, 1 passed, 1 not tested.",
                            "84.6 % (allowed: at least 88), p < 0.0001",
                            "Step doubling",
                            "Where does the prior decide?",
                            "case-7",
                            "Ranks of held-out data",
                            "density of 20001 points",
                            "ventricle",
                            "tweedie validate closed-form",
                            "What was not tested"})
  {
    EXPECT_NE(text.output.find(part), std::string::npos) << part;
  }
}
} // namespace
} // namespace tweedie
