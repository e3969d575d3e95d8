// SPDX-License-Identifier: Apache-2.0
// Series whose images differ in more than their places: frames of one file, echoes, parts of complex numbers, tables.
#include "tweedieDicomSeriesFixture.h"
#include "tweedieImageFile.h"

#include <dcmtk/dcmdata/dcdicdir.h>

namespace tweedie
{
namespace
{
using test::DicomSeriesTest;
using test::WriterSource;

using DicomFrames = DicomSeriesTest;

DcmItem &
Add(DcmItem & item, const DcmTagKey & sequence)
{
  DcmItem * added = nullptr;
  if (item.findOrCreateSequenceItem(DcmTag(sequence), added, -2).bad())
  {
    throw std::runtime_error("DicomFrames: no item added");
  }
  return *added;
}

/** Enhanced MR Image Storage, the last slice first: frame f of n is slice n - 1 - f, with slope 10 (f + 1). */
void
WriteEnhanced(const std::string & path, const WriterSource & source)
{
  const Grid & grid = source.grid;
  const auto & d = grid.direction;
  DcmFileFormat file;
  DcmDataset & set = *file.getDataset();
  source.FillCommon(set);
  WriterSource::Text(set, DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  WriterSource::Text(set, DCM_SOPInstanceUID, "1.2.826.0.1.3680043.2.1125.9");
  WriterSource::Text(set, DCM_NumberOfFrames, std::to_string(grid.size.z));
  WriterSource::Text(set, DCM_PhotometricInterpretation, "MONOCHROME2");
  set.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  set.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(grid.size.y));
  set.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(grid.size.x));
  set.putAndInsertUint16(DCM_BitsAllocated, 16);
  set.putAndInsertUint16(DCM_BitsStored, 16);
  set.putAndInsertUint16(DCM_HighBit, 15);
  set.putAndInsertUint16(DCM_PixelRepresentation, 0);
  DcmItem & shared = Add(set, DCM_SharedFunctionalGroupsSequence);
  WriterSource::Text(Add(shared, DCM_PixelMeasuresSequence),
                     DCM_PixelSpacing,
                     WriterSource::Decimals({grid.spacing.y, grid.spacing.x}));
  WriterSource::Text(Add(shared, DCM_PlaneOrientationSequence),
                     DCM_ImageOrientationPatient,
                     WriterSource::Decimals({d[0], d[3], d[6], d[1], d[4], d[7]}));
  std::vector<Uint16> words;
  for (std::int64_t frame = 0; frame < grid.size.z; ++frame)
  {
    const auto slice = static_cast<double>(grid.size.z - 1 - frame);
    DcmItem & groups = Add(set, DCM_PerFrameFunctionalGroupsSequence);
    std::vector<double> p;
    for (std::size_t i = 0; i < 3; ++i)
    {
      p.push_back(grid.origin[i] + slice * grid.spacing.z * d[3 * i + 2]);
    }
    WriterSource::Text(Add(groups, DCM_PlanePositionSequence), DCM_ImagePositionPatient, WriterSource::Decimals(p));
    DcmItem & values = Add(groups, DCM_PixelValueTransformationSequence);
    WriterSource::Text(values, DCM_RescaleSlope, std::to_string(10 * (frame + 1)));
    WriterSource::Text(values, DCM_RescaleIntercept, "1");
    words.insert(words.end(), static_cast<std::size_t>(grid.size.y * grid.size.x), static_cast<Uint16>(frame + 5));
  }
  set.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
  if (file.saveFile(path.c_str(), EXS_LittleEndianExplicit).bad())
  {
    throw std::runtime_error("DicomFrames: " + path);
  }
}

TEST_F(DicomFrames, EveryFrameHasItsOwnPlaceAndSlope)
{
  m_Source.modality = "MR";
  WriteEnhanced(m_Folder.File("enhanced.dcm"), m_Source);
  const Volume volume = ReadImage(m_Folder.Path().string());
  EXPECT_TRUE(volume.GetGrid().IsCongruent(m_Source.grid, 1e-6)) << "as written with ten digits";
  for (std::int64_t slice = 0; slice < 3; ++slice)
  {
    const auto frame = static_cast<float>(2 - slice);
    EXPECT_EQ(volume.Data()[30 * slice + 7], 10.0F * (frame + 1.0F) * (frame + 5.0F) + 1.0F);
  }
}

TEST_F(DicomFrames, EchoesOfOneSeriesAreSeriesOfTheirOwn)
{
  m_Source.modality = "MR";
  Write([](DcmDataset & set, std::int64_t slice) { WriterSource::Text(set, DCM_EchoTime, slice == 1 ? "80" : "20"); });
  ExpectPart(Refusal(), "2 series (");
  DicomReadOptions options;
  options.series = "2";
  const DicomSeries series = SelectDicomSeries(m_Folder.Path().string(), options);
  ASSERT_EQ(series.frames.size(), 1U);
  EXPECT_EQ(ReadDicomVolume(series).Data()[0], Value(1, 0, 0));
}

TEST_F(DicomFrames, RealAndImaginaryPartsAreComplex)
{
  m_Source.modality = "MR";
  m_Source.grid.size.z = 2;
  // Two images at one place, told apart by their part only.
  m_Source.grid.spacing.z = 1e-7;
  Write(
      [&](DcmDataset & set, std::int64_t slice)
      {
        WriterSource::Text(set, DCM_ImageType, slice == 0 ? "ORIGINAL\\PRIMARY\\R" : "ORIGINAL\\PRIMARY\\I");
        WriterSource::Text(set, DCM_ImagePositionPatient, WriterSource::Decimals(Position(0)));
      });
  const Volume volume = ReadImage(m_Folder.Path().string());
  ASSERT_TRUE(volume.IsComplex());
  EXPECT_EQ(volume.ComplexData()[8].real(), Value(0, 1, 3));
  EXPECT_EQ(volume.ComplexData()[8].imag(), Value(1, 1, 3));
}

TEST_F(DicomFrames, AModalityTableReplacesSlopeAndIntercept)
{
  Write(
      [](DcmDataset & set, std::int64_t)
      {
        DcmItem & table = Add(set, DCM_ModalityLUTSequence);
        const std::vector<Uint16> descriptor{3, 1, 16}; // of stored 1, 2 and 3; others as the nearest of them
        table.putAndInsertUint16Array(DcmTag(DCM_LUTDescriptor, EVR_US), descriptor.data(), 3);
        const std::vector<Uint16> values{500, 700, 40000};
        table.putAndInsertUint16Array(DcmTag(DCM_LUTData, EVR_US), values.data(), 3);
      });
  const Volume volume = ReadImage(m_Folder.Path().string());
  for (const auto & [stored, value] : {std::pair(0, 500.0F), {1, 500.0F}, {2, 700.0F}, {3, 40000.0F}, {4, 40000.0F}})
  {
    EXPECT_EQ(volume.Data()[stored], value);
  }
}

TEST_F(DicomFrames, ADirectoryBesideTheImagesIsNoImage)
{
  Write();
  DcmDicomDir directory(m_Folder.File("DICOMDIR").c_str());
  ASSERT_TRUE(directory.write().good());
  const DicomListing listing = ListDicom(m_Folder.Path().string());
  EXPECT_EQ(listing.otherDicom, 1);
  EXPECT_EQ(ReadImage(m_Folder.Path().string()).GetGrid().size.z, 3);
}

TEST_F(DicomFrames, TwoThousandSlices)
{
  m_Source.grid.size.z = 2000;
  m_Source.grid.spacing.z = 0.25;
  Write(
      [](DcmDataset & set, std::int64_t slice)
      {
        WriterSource::Text(set, DCM_RescaleSlope, "1");
        const std::vector<Uint16> words(30, static_cast<Uint16>(slice));
        set.putAndInsertUint16Array(DCM_PixelData, words.data(), 30);
      });
  const Volume volume = ReadImage(m_Folder.Path().string());
  ASSERT_EQ(volume.GetGrid().size.z, 2000);
  EXPECT_EQ(volume.Data()[30 * 1999], 1992.0F); // 1999 - 7
}
} // namespace
} // namespace tweedie
