// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportPdf.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieProcess.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieVolumeTensor.h"

#include <filesystem>

namespace tweedie
{
namespace
{
using test::Process;

Grid
PhantomGrid()
{
  Grid grid;
  grid.size = {3, 96, 96};
  grid.spacing = {2.0, 2.0, 2.0};
  grid.origin = {-96.0, -96.0, 10.0};
  return grid;
}

/** An ellipse with a brighter core. */
at::Tensor
Phantom()
{
  const at::Tensor y = at::arange(96, at::kDouble).sub(47.5).div(40.0).view({-1, 1});
  const at::Tensor x = at::arange(96, at::kDouble).sub(47.5).div(30.0);
  const at::Tensor r = y.square() + x.square();
  const at::Tensor slice = r.lt(1.0).to(at::kDouble) * 0.6 + r.lt(0.3).to(at::kDouble) * 0.4;
  return at::stack({slice, 0.9 * slice, 0.8 * slice}).unsqueeze(0);
}

ComparisonInput
PhantomInput(int entries)
{
  ComparisonInput input;
  input.title = "Ellipse, 4-fold undersampled (σ = 0.02)";
  input.description = "One synthetic ellipse, made by the test.";
  input.reference = VolumeFromTensor(Phantom(), PhantomGrid());
  input.sliceNumbers = {84, 85, 86};
  at::manual_seed(1);
  for (int i = 0; i < entries; ++i)
  {
    ComparisonEntry entry;
    entry.name = i == 0 ? "zero-filled" : "DAPS " + std::to_string(i) + ", 8 samples";
    entry.image = VolumeFromTensor(Phantom() + 0.01 * (entries - i) * at::randn({1, 3, 96, 96}), PhantomGrid());
    entry.source = "out/" + std::to_string(i) + ".nii.gz";
    if (i > 0)
    {
      entry.standardDeviation = VolumeFromTensor(0.01 + 0.01 * i * Phantom(), PhantomGrid());
      Summary summary;
      summary.method = "daps";
      summary.deviationKind = DeviationKind::Posterior;
      summary.samples = 8;
      summary.dataFit = 0.98;
      summary.networkEvaluations = 4000;
      summary.wallSeconds = 12.5;
      summary.options = R"({"prior":"brain.safetensors","steps":200,"samples":8,"sigma-max":100,"inner-steps":20})";
      summary.warnings = {"the noise level was estimated"};
      entry.summary = summary;
    }
    input.entries.push_back(entry);
  }
  return input;
}

std::string
Pdf(int entries, const std::string & date = "20200304101112")
{
  const ComparisonInput input = PhantomInput(entries);
  return ComparisonReportPdf(input, CompareWithReference(input), {-1, {{"command", "tweedie compare a b"}}}, date);
}

/** The text of a PDF as another program reads it. */
class ReportPdfText : public test::TemporaryFolderTest
{
protected:
  static bool
  CanRead()
  {
    return std::filesystem::exists("/usr/bin/pdftotext");
  }
  std::string
  Text(const std::string & pdf)
  {
    const std::string path = m_Folder.File("report.pdf");
    test::WriteFile(path, pdf);
    const auto result = Process({"/usr/bin/pdftotext", "-layout", path, "-"}).Run();
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(result.error, "");
    return result.output;
  }
  /** Lines and columns of blanks made one blank each. */
  static std::string
  Joined(const std::string & text)
  {
    std::istringstream words(text);
    std::string joined;
    for (std::string word; words >> word;)
    {
      joined += word + ' ';
    }
    return joined;
  }
  static std::size_t
  Count(const std::string & text, const std::string & part)
  {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    {
      ++count;
    }
    return count;
  }
};

TEST(ReportPdf, SameCallsSameBytes)
{
  const std::string pdf = Pdf(3);
  EXPECT_EQ(pdf.rfind("%PDF-1.", 0), 0u);
  EXPECT_EQ(Pdf(3), pdf);
  EXPECT_NE(pdf.find("D:20200304101112Z"), std::string::npos);
  EXPECT_EQ(Pdf(3, "").find("CreationDate"), std::string::npos);
  EXPECT_THROW_MESSAGE(Pdf(3, "4 March 2020"), UsageError, "YYYYMMDDhhmmss");
}

TEST_F(ReportPdfText, SaysWhatTheWebPageSays)
{
  if (!CanRead())
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  const ComparisonInput input = PhantomInput(3);
  const Comparison comparison = CompareWithReference(input);
  const std::string text = Joined(Text(Pdf(3)));
  for (const char * part : {"Ellipse, 4-fold undersampled (σ = 0.02)",
                            "One synthetic ellipse",
                            "slice 85",
                            "DAPS 2, 8 samples",
                            "no standard deviation",
                            "the noise level was estimated",
                            "tweedie compare a b",
                            "brain.safetensors",
                            "5 cm",
                            "Student",
                            "does not contain the prior",
                            "True against predicted error",
                            "PSNR of each slice",
                            "Page 1 of "})
  {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
  // Every number of the table, as the web page has it.
  const ReportTable table = ComparisonTable(input, comparison);
  for (std::size_t column = 0; column < table.columns.size(); ++column)
  {
    for (std::size_t row = 0; row < table.rows.size() && !table.columns[column].detail; ++row)
    {
      if (!table.IsEmptyColumn(column) && std::holds_alternative<double>(table.rows[row][column]))
      {
        EXPECT_NE(text.find(table.CellText(row, column)), std::string::npos) << table.columns[column].key;
      }
    }
  }
}

TEST_F(ReportPdfText, EveryPageHasItsNumberAndItsWarning)
{
  if (!CanRead())
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  const std::string text = Text(Pdf(12));
  const std::size_t pages = Count(text, "\f");
  EXPECT_GE(pages, 5u); // twelve rows of pictures alone take three
  EXPECT_EQ(Count(text, "RESEARCH USE ONLY"), pages);
  for (std::size_t page = 1; page <= pages; ++page)
  {
    const std::string number = "Page " + std::to_string(page) + " of " + std::to_string(pages);
    EXPECT_NE(text.find(number), std::string::npos) << number;
  }
  EXPECT_EQ(text.find("? "), text.find("predict the error? ")); // no letter that the fonts lack
}

TEST_F(ReportPdfText, ATableThatIsLongGoesOnWithItsHeader)
{
  if (!CanRead())
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  ReportTable table;
  table.columns = {{"name", "method", "", 0, BestValue::None}, {"psnr", "PSNR", "dB", 2, BestValue::Highest}};
  for (int i = 0; i < 120; ++i)
  {
    table.rows.push_back({"row-" + std::to_string(i), 20.0 + 0.01 * i});
  }
  ReportPdf report("Long", "A table.", "");
  report.AddTable(table, "The end.");
  const std::string text = Text(report.Bytes("footer"));
  const std::size_t pages = Count(text, "\f");
  EXPECT_GE(pages, 3u); // 45 rows of 16 points fit on one
  EXPECT_EQ(Count(text, "PSNR"), pages);
  for (int i = 0; i < 120; ++i)
  {
    EXPECT_EQ(Count(text, "row-" + std::to_string(i) + " "), 1u) << i;
  }
  EXPECT_NE(text.find("The end."), std::string::npos);
}

TEST_F(ReportPdfText, WordsWithoutSpacesAreBroken)
{
  if (!CanRead())
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  ReportPdf report("Long words", "x", "");
  report.AddFacts("facts", {{"options", std::string(700, 'w')}, {"letters", "µ ± × ² – „ 漢 \xff √ ≥ ‖"}});
  const std::string text = Text(report.Bytes("footer"));
  EXPECT_EQ(Count(text, "w"), 700u + 2u); // and those of "words" and of the program's name
  EXPECT_NE(text.find("± × ² – ? ? ?"), std::string::npos) << text;
}
} // namespace
} // namespace tweedie
