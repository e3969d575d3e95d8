// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomSeriesFixture_h
#define tweedieDicomSeriesFixture_h

#include "tweedieDicomSeries.h"
#include "tweedieDicomWriterFixture.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace tweedie::test
{
/** Files of a scanner, written with DCMTK alone: stored value 100 slice + 10 y + x, slope 2 + slice, intercept -7. */
class DicomSeriesTest : public ::testing::Test
{
protected:
  using Edit = std::function<void(DcmDataset &, std::int64_t)>;

  std::vector<double>
  Position(std::int64_t slice) const
  {
    const Grid & grid = m_Source.grid;
    std::vector<double> p;
    for (std::size_t i = 0; i < 3; ++i)
    {
      p.push_back(grid.origin[i] + static_cast<double>(slice) * grid.spacing.z * grid.direction[3 * i + 2]);
    }
    return p;
  }

  void
  FillPixels(DcmDataset & set, std::int64_t slice) const
  {
    std::vector<Uint16> words;
    for (std::int64_t y = 0; y < m_Source.grid.size.y; ++y)
    {
      for (std::int64_t x = 0; x < m_Source.grid.size.x; ++x)
      {
        words.push_back(static_cast<Uint16>(100 * slice + 10 * y + x));
      }
    }
    set.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
  }

  float
  Value(std::int64_t slice, std::int64_t y, std::int64_t x) const
  {
    return static_cast<float>((2 + slice) * (100 * slice + 10 * y + x) - 7);
  }

  /** File names run against the slices, so that they cannot be what orders them. */
  std::string
  Write(const Edit & edit = {}) const
  {
    const Grid & grid = m_Source.grid;
    const auto & d = grid.direction;
    for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
    {
      DcmFileFormat file;
      DcmDataset & set = *file.getDataset();
      m_Source.FillSlice(set, slice);
      WriterSource::Text(set, DCM_ImagePositionPatient, WriterSource::Decimals(Position(slice)));
      WriterSource::Text(
          set, DCM_ImageOrientationPatient, WriterSource::Decimals({d[0], d[3], d[6], d[1], d[4], d[7]}));
      WriterSource::Text(set, DCM_PixelSpacing, WriterSource::Decimals({grid.spacing.y, grid.spacing.x}));
      WriterSource::Text(set, DCM_RescaleSlope, std::to_string(2 + slice));
      WriterSource::Text(set, DCM_RescaleIntercept, "-7");
      set.putAndInsertUint16(DCM_SamplesPerPixel, 1);
      set.putAndInsertUint16(DCM_BitsStored, 12);
      set.putAndInsertUint16(DCM_HighBit, 11);
      set.putAndInsertUint16(DCM_PixelRepresentation, 0);
      WriterSource::Text(set, DCM_PhotometricInterpretation, "MONOCHROME2");
      FillPixels(set, slice);
      if (edit)
      {
        edit(set, slice);
      }
      const std::string path = m_Folder.File("z" + std::to_string(9 - slice) + ".dcm");
      if (file.saveFile(path.c_str(), EXS_LittleEndianExplicit).bad())
      {
        throw std::runtime_error("DicomSeriesTest: " + path);
      }
    }
    return m_Folder.Path().string();
  }

  std::string
  Refusal(const DicomReadOptions & options = {}) const
  {
    try
    {
      ReadDicomVolume(SelectDicomSeries(m_Folder.Path().string(), options));
    }
    catch (const DataError & error)
    {
      return error.what();
    }
    return "";
  }

  static void
  ExpectPart(const std::string & text, const std::string & part)
  {
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(text.find("Muster"), std::string::npos) << "a patient's name in " << text;
  }

  TemporaryFolder m_Folder;
  WriterSource m_Source;
};
} // namespace tweedie::test

#endif
