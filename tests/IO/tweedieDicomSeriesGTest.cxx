// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSeriesFixture.h"

#include "tweedieDicomWriter.h"
#include "tweedieImageFile.h"
#include "tweedieProcess.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::DicomSeriesTest;
using test::TemporaryFolder;
using test::WriterSource;

constexpr const char * seriesUid = "1.2.826.0.1.3680043.2.1125.2";

TEST_F(DicomSeriesTest, PlacesAndValuesOfAnObliqueSeries)
{
  const Volume volume = ReadImage(Write());
  // Ten digits were written, so that places agree to far less than the 1e-4 that is compared here.
  EXPECT_TRUE(volume.GetGrid().IsCongruent(m_Source.grid, 1e-6));
  const float * value = volume.Data();
  for (std::int64_t z = 0; z < 3; ++z)
  {
    for (std::int64_t y = 0; y < 6; ++y)
    {
      for (std::int64_t x = 0; x < 5; ++x, ++value)
      {
        EXPECT_EQ(*value, Value(z, y, x)) << "whole numbers are exact";
      }
    }
  }
}

TEST_F(DicomSeriesTest, WhatAFolderHoldsIsListedWithoutItsPatient)
{
  Write();
  std::ofstream(m_Folder.File("notes.txt")) << "Muster^Erika";
  const DicomListing listing = ListDicom(m_Folder.Path().string());
  ASSERT_EQ(listing.entries.size(), 1U);
  EXPECT_EQ(listing.files, 4);
  EXPECT_EQ(listing.foreign, 1);
  EXPECT_TRUE(listing.entries[0].problems.empty());
  EXPECT_EQ(listing.entries[0].series.seriesUid, seriesUid);
  EXPECT_EQ(listing.entries[0].series.units, "HU");
}

TEST_F(DicomSeriesTest, BitsBesideTheStoredOnesAreOverlays)
{
  Write(
      [](DcmDataset & set, std::int64_t)
      {
        const Uint16 * words = nullptr;
        unsigned long count = 0;
        set.findAndGetUint16Array(DCM_PixelData, words, &count);
        std::vector<Uint16> marked(words, words + count);
        for (Uint16 & word : marked)
        {
          word = static_cast<Uint16>(word | 0x7000U);
        }
        set.putAndInsertUint16Array(DCM_PixelData, marked.data(), count);
      });
  EXPECT_EQ(ReadImage(m_Folder.Path().string()).Data()[7], Value(0, 1, 2));
}

TEST_F(DicomSeriesTest, NegativeNumbersAndPadding)
{
  Write(
      [](DcmDataset & set, std::int64_t slice)
      {
        set.putAndInsertUint16(DCM_PixelRepresentation, 1);
        set.putAndInsertSint16(DcmTag(DCM_PixelPaddingValue, EVR_SS), -2000);
        std::vector<Uint16> words(30, static_cast<Uint16>(-5 & 0xFFF));
        words[3] = static_cast<Uint16>(-2000 & 0xFFF);
        set.putAndInsertUint16Array(DCM_PixelData, words.data(), 30);
        static_cast<void>(slice);
      });
  const Volume volume = ReadImage(m_Folder.Path().string());
  EXPECT_EQ(volume.Data()[0], 2.0F * -5.0F - 7.0F);
  EXPECT_EQ(volume.Data()[3], 4.0F * -5.0F - 7.0F) << "the lowest value of the volume that is no padding";
}

TEST_F(DicomSeriesTest, AMissingSliceIsAnErrorUnlessFilled)
{
  m_Source.grid.size.z = 4;
  Write();
  fs::remove(m_Folder.File("z7.dcm")); // the third
  ExpectPart(Refusal(), "1 slice is missing");
  ExpectPart(Refusal(), "--fill-missing");
  DicomReadOptions options;
  options.fillMissing = true;
  const DicomSeries series = SelectDicomSeries(m_Folder.Path().string(), options);
  EXPECT_FALSE(series.warnings.empty());
  const Volume volume = ReadDicomVolume(series);
  ASSERT_TRUE(volume.GetGrid().IsCongruent(m_Source.grid, 1e-6));
  const float expected = 0.5F * (Value(1, 0, 3) + Value(3, 0, 3));
  EXPECT_FLOAT_EQ(volume.Data()[2 * 30 + 3], expected);
}

TEST_F(DicomSeriesTest, SlicesAtTheSamePlaceAreAnError)
{
  Write();
  fs::copy_file(m_Folder.File("z8.dcm"), m_Folder.File("copy.dcm"));
  ExpectPart(Refusal(), "1 slice at the place of another");
}

TEST_F(DicomSeriesTest, ATiltedGantryIsAnErrorUnlessResampled)
{
  const double shift = 2.0; // mm a slice, along columns
  Write(
      [&](DcmDataset & set, std::int64_t slice)
      {
        auto p = Position(slice);
        for (std::size_t i = 0; i < 3; ++i)
        {
          p[i] += shift * static_cast<double>(slice) * m_Source.grid.direction[3 * i + 1];
        }
        WriterSource::Text(set, DCM_ImagePositionPatient, WriterSource::Decimals(p));
        std::vector<Uint16> words(30);
        for (std::size_t i = 0; i < 30; ++i)
        {
          // Linear along columns in space, so that linear interpolation must be exact.
          words[i] = static_cast<Uint16>(100 * (i / 5));
        }
        set.putAndInsertUint16Array(DCM_PixelData, words.data(), 30);
        WriterSource::Text(set, DCM_RescaleSlope, "1");
      });
  ExpectPart(Refusal(), "a tilted gantry of 38.66 degrees"); // atan(2 / 2.5)
  DicomReadOptions options;
  options.resampleTilt = true;
  const Volume volume = ReadDicomVolume(SelectDicomSeries(m_Folder.Path().string(), options));
  EXPECT_EQ(volume.GetGrid().size.y, 6 + 6); // 4 mm are 5.39 pixels
  const double pixels = shift / m_Source.grid.spacing.y;
  // Four decimals of a float near 500.
  EXPECT_NEAR(static_cast<double>(volume.Data()[(12 + 5) * 5]), 100.0 * (5.0 - pixels) - 7.0, 1e-3);
}

TEST_F(DicomSeriesTest, FaultsOfGeometryNameTheInstanceAndNotThePatient)
{
  Write([](DcmDataset & set, std::int64_t) { set.findAndDeleteElement(DCM_ImagePositionPatient); });
  ExpectPart(Refusal(), "no image position");
  Write([](DcmDataset & set, std::int64_t) { WriterSource::Text(set, DCM_PixelSpacing, "0\\0.5"); });
  ExpectPart(Refusal(), "pixel spacing of 0 x 0.5 mm");
  Write([](DcmDataset & set, std::int64_t)
        { WriterSource::Text(set, DCM_ImageOrientationPatient, "1\\0\\0\\0.1\\1\\0"); });
  ExpectPart(Refusal(), "off orthonormal");
  Write([](DcmDataset & set, std::int64_t) { set.putAndInsertUint16(DCM_Rows, 7); });
  ExpectPart(Refusal(), "pixel data of 60 bytes; required 70");
  Write([](DcmDataset & set, std::int64_t) { set.putAndInsertUint16(DCM_SamplesPerPixel, 3); });
  ExpectPart(Refusal(), "3 samples a pixel");
  Write(
      [](DcmDataset & set, std::int64_t slice)
      {
        if (slice == 1)
        {
          WriterSource::Text(set, DCM_SeriesInstanceUID, "1.2.3");
        }
      });
  ExpectPart(Refusal(), "2 series (");
  DicomReadOptions options;
  options.series = "1.2.3";
  EXPECT_EQ(SelectDicomSeries(m_Folder.Path().string(), options).frames.size(), 1U);
}

TEST_F(DicomSeriesTest, FilesCutShortAreRefused)
{
  Write();
  const std::string path = m_Folder.File("z8.dcm");
  fs::resize_file(path, fs::file_size(path) - 20);
  EXPECT_FALSE(Refusal().empty());
  fs::resize_file(path, 300);
  EXPECT_FALSE(Refusal().empty());
}

TEST_F(DicomSeriesTest, MagnitudeAndPhaseOfOneSeriesAreComplex)
{
  m_Source.modality = "MR";
  const auto phase = [&](DcmDataset & set, std::int64_t slice)
  {
    WriterSource::Text(set, DCM_ImageType, "ORIGINAL\\PRIMARY\\P");
    WriterSource::Text(set, DCM_RescaleSlope, "2");
    WriterSource::Text(set, DCM_RescaleIntercept, "-4096");
    WriterSource::Text(set, DCM_SOPInstanceUID, "1.2.4." + std::to_string(slice));
    const std::vector<Uint16> words(30, 3072); // 2048: a quarter turn
    set.putAndInsertUint16Array(DCM_PixelData, words.data(), 30);
  };
  Write(phase);
  fs::create_directory(m_Folder.File("phase"));
  for (std::int64_t slice = 0; slice < 3; ++slice)
  {
    const std::string name = "z" + std::to_string(9 - slice) + ".dcm";
    fs::rename(m_Folder.File(name), m_Folder.File("phase/" + name));
  }
  const Volume volume = ReadImage(Write());
  ASSERT_TRUE(volume.IsComplex());
  const float magnitude = Value(2, 5, 4);
  // Single precision of pi / 2.
  EXPECT_NEAR(volume.ComplexData()[89].real() / magnitude, 0.0F, 1e-6F);
  EXPECT_NEAR(volume.ComplexData()[89].imag() / magnitude, 1.0F, 1e-6F);
}

TEST_F(DicomSeriesTest, WhatIsWrittenIsReadBack)
{
  const std::string folder = m_Folder.File("source");
  fs::create_directory(folder);
  const DicomSeries source = m_Source.Write(folder);
  const Volume volume = test::RandomVolume(m_Source.grid, -1000.0F, 2000.0F);
  const auto record = WriteDicomSeries(m_Folder.File("mean"), volume, source, {}, test::WriterOptions());
  const Volume mean = ReadImage(m_Folder.File("mean"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(m_Source.grid, 1e-6));
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    // Half a step, and the rounding of a float of some thousand.
    EXPECT_NEAR(mean.Data()[i], volume.Data()[i], 0.5 * record.slope + 3e-4);
  }
  DicomMapMeaning meaning;
  meaning.label = "MAP";
  WriteParametricMap(m_Folder.File("map.dcm"), volume, source, meaning, test::WriterOptions());
  const Volume map = ReadImage(m_Folder.File("map.dcm"));
  EXPECT_TRUE(map.GetGrid().IsCongruent(m_Source.grid, 1e-6));
  EXPECT_TRUE(std::equal(map.Data(), map.Data() + map.NumberOfElements(), volume.Data())) << "floats are kept as such";
}

TEST_F(DicomSeriesTest, EveryTransferSyntaxGivesTheSameNumbers)
{
  m_Source.grid.size = {3, 64, 48}; // encoders of JPEG 2000 fail on less
  Write([](DcmDataset & set, std::int64_t) { set.findAndDeleteElement(DcmTagKey(0x6000, 0x3000)); });
  const Volume expected = ReadImage(m_Folder.Path().string());
  const std::vector<std::vector<std::string>> codecs{{"dcmconv", "+ti"},
                                                     {"dcmconv", "+tb"},
                                                     {"dcmconv", "+td"},
                                                     {"dcmcrle"},
                                                     {"dcmcjpeg", "+e1"},
                                                     {"dcmcjpls", "+el"},
                                                     {"gdcmconv", "--j2k"}};
  for (const auto & codec : codecs)
  {
    const TemporaryFolder folder;
    for (std::int64_t slice = 0; slice < 3; ++slice)
    {
      const std::string name = "z" + std::to_string(9 - slice) + ".dcm";
      auto command = codec;
      command[0] = "/usr/bin/" + command[0];
      if (!fs::exists(command[0]))
      {
        GTEST_SKIP() << "without the package dcmtk or libgdcm-tools";
      }
      command.push_back(m_Folder.File(name));
      command.push_back(folder.File(name));
      const auto result = test::Process(command).Run();
      ASSERT_EQ(result.exitCode, 0) << codec[0] << ": " << result.error << result.output;
    }
    const Volume volume = ReadImage(folder.Path().string());
    ASSERT_TRUE(volume.GetGrid().IsCongruent(expected.GetGrid(), 1e-6));
    EXPECT_TRUE(std::equal(volume.Data(), volume.Data() + volume.NumberOfElements(), expected.Data()))
        << codec[0] << ": all of them keep every bit";
  }
}
} // namespace
} // namespace tweedie
