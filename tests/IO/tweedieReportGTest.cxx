// SPDX-License-Identifier: Apache-2.0
#include "tweedieReport.h"
#include "tweedieReportMarkup.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <regex>

namespace tweedie
{
namespace
{
using test::ReadFile;

Grid
PhantomGrid()
{
  Grid grid;
  grid.size = {3, 40, 32};
  grid.spacing = {2.0, 4.0, 4.0};
  grid.origin = {-60.0, -80.0, 10.0};
  return grid;
}

/** An ellipse with a brighter core and an intensity that differs from slice to slice. */
at::Tensor
Phantom()
{
  const at::Tensor y = at::arange(40, at::kDouble).sub(19.5).div(16.0).view({-1, 1});
  const at::Tensor x = at::arange(32, at::kDouble).sub(15.5).div(12.0);
  const at::Tensor r = y.square() + x.square();
  const at::Tensor slice = r.lt(1.0).to(at::kDouble) * 0.6 + r.lt(0.3).to(at::kDouble) * 0.4;
  return at::stack({slice, 0.9 * slice, 0.8 * slice}).unsqueeze(0);
}

ComparisonEntry
Entry(const std::string & name, const at::Tensor & image)
{
  ComparisonEntry entry;
  entry.name = name;
  entry.image = VolumeFromTensor(image, PhantomGrid());
  entry.source = name + ".nii.gz";
  return entry;
}

ComparisonInput
PhantomInput()
{
  ComparisonInput input;
  input.title = "Phantom <b> & more";
  input.description = "One synthetic ellipse.";
  input.reference = VolumeFromTensor(Phantom(), PhantomGrid());
  input.sliceNumbers = {84, 85, 86};
  at::manual_seed(1);
  ComparisonEntry sampled = Entry("DAPS, 8 samples", Phantom() + 0.02 * at::randn({1, 3, 40, 32}));
  sampled.standardDeviation = VolumeFromTensor(0.01 + 0.02 * Phantom(), PhantomGrid());
  Summary summary;
  summary.method = "daps";
  summary.deviationKind = DeviationKind::Posterior;
  summary.deviationOf = "daps";
  summary.samples = 8;
  summary.options = "{\"prior\":\"x.safetensors\"}";
  summary.warnings = {"the noise level was estimated"};
  sampled.summary = summary;
  input.entries = {Entry("zero-filled", 0.8 * Phantom() + 0.05), sampled};
  return input;
}

class ReportTest : public test::TemporaryFolderTest
{
protected:
  /** Writes the phantom's report and returns its folder. */
  std::string
  WritePhantomReport()
  {
    const ComparisonInput input = PhantomInput();
    const std::string folder = m_Folder.File("out/report");
    WriteComparisonReport(folder, input, CompareWithReference(input), {-1, {{"command", "tweedie compare a b"}}});
    return folder;
  }
};

TEST_F(ReportTest, WritesEveryFileThatItNames)
{
  const std::string folder = WritePhantomReport();
  const std::vector<std::string> files = ComparisonReportFiles(folder, PhantomInput());
  for (const std::string & file : files)
  {
    EXPECT_GT(std::filesystem::file_size(file), 100u) << file;
  }
  std::size_t found = 0;
  for (const auto & entry : std::filesystem::recursive_directory_iterator(folder))
  {
    found += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(found, files.size()); // and no temporary file stays behind
  EXPECT_TRUE(std::filesystem::exists(folder + "/figures/daps-8-samples-std.png"));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(folder + "/table.json"))["methods"][1]["samples"], 8.0);
}

TEST_F(ReportTest, PageIsCompleteInItself)
{
  const std::string html = ReadFile(WritePhantomReport() + "/report.html");
  // Nothing is fetched: no link, no script, and no source or url that is not data.
  EXPECT_EQ(html.find("http"), html.find("http-equiv"));
  EXPECT_EQ(html.find("http", html.find("http-equiv") + 4), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<link"), std::string::npos);
  EXPECT_EQ(html.find("url("), std::string::npos);
  const std::regex source("src=\"(?!data:image/png;base64,iVBORw0KGgo)");
  EXPECT_FALSE(std::regex_search(html.substr(0, html.find("<footer>")).c_str(), source));
  // Three images, two errors, one deviation and three colour bars; the slice is too small for a detail.
  const std::regex picture("<img ");
  EXPECT_EQ(std::distance(std::sregex_iterator(html.begin(), html.end(), picture), {}), 9);
}

TEST_F(ReportTest, PageSaysWhatAReaderMustKnow)
{
  const std::string html = ReadFile(WritePhantomReport() + "/report.html");
  for (const char * text : {"Phantom &lt;b&gt; &amp; more",
                            "DAPS, 8 samples",
                            "One synthetic ellipse.",
                            "slice 85",
                            "no standard deviation",
                            "the noise level was estimated",
                            "tweedie compare a b",
                            "x.safetensors",
                            "RESEARCH USE ONLY",
                            "[a.u.]",
                            "5 cm",
                            "Student quantiles",
                            "does not contain the prior",
                            "prefers-color-scheme:dark",
                            "@media print"})
  {
    EXPECT_NE(html.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(html.find("Phantom <b>"), std::string::npos);
  // The description stands under the title, and at the table, the pictures and each group of plots.
  std::size_t count = 0;
  for (std::size_t at = html.find("One synthetic ellipse."); at != std::string::npos;
       at = html.find("One synthetic ellipse.", at + 1))
  {
    ++count;
  }
  EXPECT_GE(count, 5u);
}

TEST_F(ReportTest, RefusesASliceThatIsNotThere)
{
  const ComparisonInput input = PhantomInput();
  const std::string folder = m_Folder.File("report");
  EXPECT_THROW_MESSAGE(
      WriteComparisonReport(folder, input, CompareWithReference(input), {3, {}}), DataError, "slice 3");
  EXPECT_EQ(m_Folder.Count(), 0);
}

TEST(ReportMarkup, EscapesAndRepairsText)
{
  EXPECT_EQ(EscapeHtml("a<b & \"c'"), "a&lt;b &amp; &quot;c&#39;");
  EXPECT_EQ(EscapeHtml("σ → 1\n"), "σ → 1\n");
  EXPECT_EQ(EscapeHtml("\xff\x01 \xe2\x82 \xed\xa0\x80 \xc0\xaf"), "?? ?? ??? ??");
}

TEST(ReportMarkup, Base64VectorsOfRfc4648)
{
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64(std::string("\xff\xfe\x00", 3)), "//4A");
}

TEST(ReportMarkup, PlotShowsEveryPointInsideItsFrame)
{
  Plot plot;
  plot.title = "t";
  plot.isIdealDiagonal = true;
  plot.series = {{"a", {0.0, 0.5, 1.0}, {0.1, 0.4, std::nan("")}, 0}, {"b", {0.2}, {0.9}, 1}};
  const std::string svg = PlotSvg(plot);
  const std::regex circle("<circle cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"");
  int circles = 0;
  for (std::sregex_iterator match(svg.begin(), svg.end(), circle), end; match != end; ++match)
  {
    ++circles;
    EXPECT_GE(std::stod((*match)[1]), 58.0); // the frame's edges, as drawn
    EXPECT_LE(std::stod((*match)[1]), 440.0);
  }
  EXPECT_EQ(circles, 2 + 1); // two finite points of "a" and its sign in the legend
  EXPECT_NE(svg.find("class=\"ideal\""), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(ReportMarkup, EmptyAndConstantPlotsAreDrawn)
{
  Plot plot;
  EXPECT_EQ(PlotSvg(plot).find("nan"), std::string::npos);
  plot.series = {{"a", {3.0, 4.0}, {2.0, 2.0}, 0}};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("∞"), std::string::npos);
}
} // namespace
} // namespace tweedie
