// SPDX-License-Identifier: Apache-2.0
// Programs of others look at what was written.
#include "tweedieDicomWriterFixture.h"

#include "tweedieImageFile.h"

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

/** That every voxel of ours is a voxel of the converter's, at the same place with the same value; it turns rows. */
void
ExpectSame(const Volume & found, const Volume & expected, double tolerance)
{
  const Grid & a = found.GetGrid();
  const Grid & b = expected.GetGrid();
  ASSERT_EQ(a.NumberOfVoxels(), b.NumberOfVoxels());
  const std::array<std::int64_t, 3> size = a.size.Xyz();
  const std::array<double, 3> spacing = a.spacing.Xyz(), step = b.spacing.Xyz();
  for (std::int64_t voxel = 0; voxel < b.NumberOfVoxels(); ++voxel)
  {
    const std::array<std::int64_t, 3> index{
        voxel % b.size.x, voxel / b.size.x % b.size.y, voxel / (b.size.x * b.size.y)};
    std::array<double, 3> point = b.origin;
    for (std::size_t i = 0; i < 9; ++i)
    {
      point[i / 3] += b.direction[i] * step[i % 3] * static_cast<double>(index[i % 3]);
    }
    std::int64_t place = 0;
    for (std::size_t axis = 3; axis > 0; --axis)
    {
      double along = 0.0;
      for (std::size_t i = 0; i < 3; ++i)
      {
        along += a.direction[3 * i + axis - 1] * (point[i] - a.origin[i]) / spacing[axis - 1];
      }
      // NIfTI keeps the matrix in floats: 1000 mm to 6e-5 mm, of voxels of 0.7 mm.
      ASSERT_NEAR(along, std::round(along), 5e-4);
      ASSERT_GE(std::llround(along), 0);
      ASSERT_LT(std::llround(along), size[axis - 1]);
      place = place * size[axis - 1] + std::llround(along);
    }
    ASSERT_NEAR(found.Data()[place], expected.Data()[voxel], tolerance);
  }
}

TEST_P(DicomWriterJudges, TheConverterPutsThemAtTheSamePlace)
{
  if (Program("dcm2niix").empty())
  {
    GTEST_SKIP() << "dcm2niix of the package dcm2niix is not installed";
  }
  const auto convert = [&](const std::string & from, const std::string & name)
  {
    const auto result =
        Process({Program("dcm2niix"), "-z", "n", "-b", "n", "-f", name, "-o", m_Folder.Path().string(), from}).Run();
    EXPECT_EQ(result.exitCode, 0) << result.output << result.error;
    return ReadImage(m_Folder.File(name + ".nii"));
  };
  // Half a step, and values of 3000 in 24 bits after the converter's own slope.
  ExpectSame(convert(m_Folder.File("mean"), "m"), m_Volume, 0.5 * m_Mean.slope + 1e-3);
  ExpectSame(convert(m_Folder.File("twin"), "t"), m_Volume, 0.5 * m_Twin.slope + 1e-3);
  std::filesystem::create_directory(m_Folder.File("one"));
  std::filesystem::rename(Map(), m_Folder.File("one/map.dcm"));
  ExpectSame(convert(m_Folder.File("one"), "p"), m_Volume, 0.0); // floats as they are
}

INSTANTIATE_TEST_SUITE_P(Modalities, DicomWriterJudges, ::testing::Values("CT", "MR"));
} // namespace
} // namespace tweedie
