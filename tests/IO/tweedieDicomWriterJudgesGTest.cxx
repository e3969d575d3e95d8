// SPDX-License-Identifier: Apache-2.0
// Programs of others look at what was written.
#include "tweedieDicomConverter.h"
#include "tweedieDicomWriterFixture.h"

namespace tweedie
{
namespace
{
using test::ExpectValid;
using test::Process;
using test::Program;
using test::RandomVolume;
using test::WriterOptions;
using test::WriterSource;

/** A file of each kind, made of a CT or an MR series. */
class DicomWriterJudges : public test::TemporaryFolderTest, public ::testing::WithParamInterface<const char *>
{
protected:
  void
  SetUp() override
  {
    WriterSource source;
    source.modality = GetParam();
    const std::string folder = m_Folder.File("source");
    std::filesystem::create_directory(folder);
    const DicomSeries series = source.Write(folder);
    m_Volume = RandomVolume(source.grid, 0.0F, 3000.0F);
    const DicomWriteOptions options = WriterOptions();
    m_Mean = WriteDicomSeries(m_Folder.File("mean"), m_Volume, series, {}, options);
    DicomValues deviation;
    deviation.quantity = "standard deviation";
    deviation.isImage = false;
    m_Twin = WriteDicomSeries(m_Folder.File("twin"), m_Volume, series, deviation, options);
    const DicomCode units = source.modality == "CT" ? HounsfieldCode() : RatioCode();
    WriteParametricMap(Map(), m_Volume, series, {StandardDeviationCode(), units, "STD", "spread of samples"}, options);
    const DicomCode tissue{"85756007", "SCT", "Tissue"};
    Volume mask = m_Volume.Clone();
    std::fill_n(mask.Data(), source.grid.size.x * source.grid.size.y, 0.0F); // a slice without any part
    WriteSegmentation(Mask(), mask, series, {tissue, tissue, "inside"}, options);
    WriteEncapsulatedPdf(Report(), "%PDF-1.4\n%%EOF\n", series, "Report", options);
  }
  std::string
  Map() const
  {
    return m_Folder.File("map.dcm");
  }
  std::string
  Mask() const
  {
    return m_Folder.File("mask.dcm");
  }
  std::string
  Report() const
  {
    return m_Folder.File("report.dcm");
  }

  Volume m_Volume;
  DicomSeriesRecord m_Mean;
  DicomSeriesRecord m_Twin;
};

TEST_P(DicomWriterJudges, TheValidatorFindsNoError)
{
  if (Program("dciodvfy").empty())
  {
    GTEST_SKIP() << "dciodvfy of the package dicom3tools is not installed";
  }
  // Warnings that stay: an MR image with slope and intercept, which all viewers know and the IOD does not name, and the
  // rescale type US, which the validator's list of terms for CT lacks.
  const bool isCT = std::string(GetParam()) == "CT";
  for (const std::string & file : m_Mean.files)
  {
    ExpectValid(file, isCT);
  }
  for (const std::string & file : m_Twin.files)
  {
    ExpectValid(file, false);
  }
  for (const std::string & file : {Map(), Mask(), Report()})
  {
    ExpectValid(file, true);
  }
}

TEST_P(DicomWriterJudges, AreDicomFilesForOthers)
{
  if (Program("dcmftest").empty() || Program("gdcminfo").empty())
  {
    GTEST_SKIP() << "dcmftest of the package dcmtk or gdcminfo of libgdcm-tools is not installed";
  }
  for (const std::string & file : {m_Mean.files[0], m_Twin.files[0], Map(), Mask(), Report()})
  {
    const auto result = Process({Program("dcmftest"), file}).Run();
    EXPECT_EQ(result.exitCode, 0) << result.output;
    EXPECT_EQ(result.output.rfind("yes:", 0), 0u) << result.output;
  }
  for (const std::string & file : {m_Mean.files[0], m_Twin.files[0]})
  {
    const auto result = Process({Program("gdcminfo"), file}).Run();
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_NE(result.output.find("Dimensions: (5,6,1)"), std::string::npos) << result.output;
  }
}

TEST_P(DicomWriterJudges, TheConverterPutsThemAtTheSamePlace)
{
  if (Program("dcm2niix").empty())
  {
    GTEST_SKIP() << "dcm2niix of the package dcm2niix is not installed";
  }
  const auto convert = [&](const std::string & from, const std::string & name)
  { return test::ConvertedDicom(from, m_Folder.Path().string(), name); };
  // Half a step, and values of 3000 in 24 bits after the converter's own slope.
  test::ExpectSameInSpace(convert(m_Folder.File("mean"), "m"), m_Volume, 0.5 * m_Mean.slope + 1e-3);
  test::ExpectSameInSpace(convert(m_Folder.File("twin"), "t"), m_Volume, 0.5 * m_Twin.slope + 1e-3);
  std::filesystem::create_directory(m_Folder.File("one"));
  std::filesystem::rename(Map(), m_Folder.File("one/map.dcm"));
  test::ExpectSameInSpace(convert(m_Folder.File("one"), "p"), m_Volume, 0.0); // floats as they are
}

INSTANTIATE_TEST_SUITE_P(Modalities, DicomWriterJudges, ::testing::Values("CT", "MR"));
} // namespace
} // namespace tweedie
