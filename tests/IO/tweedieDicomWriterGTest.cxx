// SPDX-License-Identifier: Apache-2.0
// What was written, read back with DCMTK.
#include "tweedieDicomWriterFixture.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace tweedie
{
namespace
{
using test::RandomVolume;
using test::WriterOptions;
using test::WriterSource;
using test::WrittenFile;

class DicomWriter : public test::TemporaryFolderTest
{
protected:
  DicomSeries
  Source(const WriterSource & source)
  {
    return source.WriteAnew(m_Folder.File("source"));
  }
  std::string
  Output(const std::string & name = "out") const
  {
    return m_Folder.File(name);
  }
};

DicomWriteOptions
Replacing()
{
  DicomWriteOptions options = WriterOptions();
  options.overwrite = true;
  return options;
}

const DicomMapMeaning deviationMeaning{StandardDeviationCode(), HounsfieldCode(), "STD", "spread of samples"};
const DicomMaskMeaning maskMeaning{{"85756007", "SCT", "Tissue"}, {"85756007", "SCT", "Tissue"}, "inside"};

/** Decimal texts have 16 characters, of which a position of 1000 mm leaves 11 behind the point. */
void
ExpectPlace(WrittenFile & file, const Grid & grid, std::int64_t slice, DcmItem * frame = nullptr)
{
  const std::vector<double> position = file.Numbers(DCM_ImagePositionPatient, frame);
  const std::vector<double> cosines = file.Numbers(DCM_ImageOrientationPatient);
  const std::vector<double> spacing = file.Numbers(DCM_PixelSpacing);
  ASSERT_EQ(position.size(), 3u);
  ASSERT_EQ(cosines.size(), 6u);
  ASSERT_EQ(spacing.size(), 2u);
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double expected = grid.origin[i] + static_cast<double>(slice) * grid.spacing.z * grid.direction[3 * i + 2];
    EXPECT_NEAR(position[i], expected, 1e-10);
    EXPECT_NEAR(cosines[i], grid.direction[3 * i], 1e-12);
    EXPECT_NEAR(cosines[3 + i], grid.direction[3 * i + 1], 1e-12);
  }
  EXPECT_EQ(spacing[0], grid.spacing.y);
  EXPECT_EQ(spacing[1], grid.spacing.x);
}

/** Turned, off centre, with slices against the normal of the rows and columns, one slice, two slices, in the axes. */
std::vector<Grid>
Grids()
{
  const Grid oblique = WriterSource::Oblique();
  std::vector<Grid> grids(5, oblique);
  for (std::size_t i = 0; i < 3; ++i)
  {
    grids[1].direction[3 * i + 2] *= -1.0;
  }
  grids[2].size.z = 1;
  grids[3].size.z = 2;
  grids[4].direction = Grid().direction;
  grids[4].origin = {-1e-7, 1.0 / 3.0, -12345.678901234};
  return grids;
}

TEST_F(DicomWriter, PlacesAndValuesComeBack)
{
  for (const char * modality : {"CT", "MR"})
  {
    for (const Grid & grid : Grids())
    {
      WriterSource source;
      source.modality = modality;
      source.grid = grid;
      const DicomSeries series = Source(source);
      const Volume volume = RandomVolume(grid, source.modality == "CT" ? -1000.0F : 0.0F, 2000.0F);
      const DicomSeriesRecord record = WriteDicomSeries(Output(), volume, series, {}, Replacing());
      ASSERT_EQ(record.files.size(), static_cast<std::size_t>(grid.size.z));
      double largest = 0.0;
      for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
      {
        WrittenFile file(record.files[static_cast<std::size_t>(slice)]);
        ExpectPlace(file, grid, slice);
        const double slope = file.Numbers(DCM_RescaleSlope)[0], intercept = file.Numbers(DCM_RescaleIntercept)[0];
        EXPECT_EQ(slope, record.slope);
        EXPECT_EQ(intercept, record.intercept);
        const Uint16 * stored = nullptr;
        unsigned long count = 0;
        ASSERT_TRUE(file.Set().findAndGetUint16Array(DCM_PixelData, stored, &count).good());
        ASSERT_EQ(count, static_cast<unsigned long>(grid.size.x * grid.size.y));
        for (unsigned long i = 0; i < count; ++i)
        {
          const double value = volume.Data()[slice * grid.size.x * grid.size.y + static_cast<std::int64_t>(i)];
          largest = std::max(largest, std::abs(slope * stored[i] + intercept - value));
        }
      }
      EXPECT_LE(largest, 0.5 * record.slope * (1.0 + 1e-9)); // rounding to the nearest; 1e-9: doubles of 1000
      EXPECT_EQ(largest, record.largestError);
      EXPECT_EQ(record.clamped, 0);
      EXPECT_EQ(record.slope, source.modality == "CT" ? 1.0 : record.slope);
      EXPECT_LT(record.slope, source.modality == "CT" ? 1.01 : 2000.0 / 65000.0); // nearly all of 16 bits are used
    }
  }
}

TEST_F(DicomWriter, ScaleAsAskedFor)
{
  const DicomSeries series = Source({});
  Volume volume = RandomVolume(series.grid, -900.0F, 900.0F);
  volume.Data()[0] = -3000.5F;
  DicomValues values;
  DicomSeriesRecord record = WriteDicomSeries(Output(), volume, series, values, Replacing());
  EXPECT_EQ(record.intercept, -3001.0); // noise below -1024 HU is kept
  EXPECT_EQ(record.clamped, 0);
  values.intercept = -1024.0;
  values.slope = 0.02; // up to 286.7 HU
  record = WriteDicomSeries(Output(), volume, series, values, Replacing());
  const auto isBeyond = [](float value) { return value < -1024.01F || value > 286.71F; };
  EXPECT_EQ(record.clamped, std::count_if(volume.Data(), volume.Data() + volume.NumberOfElements(), isBeyond));
  EXPECT_GT(record.clamped, 1);
  EXPECT_LE(record.largestError, 0.5 * 0.02 * (1.0 + 1e-9));
  WrittenFile file(record.files[0]);
  EXPECT_EQ(file.Text(DCM_RescaleSlope), "0.02");
  EXPECT_EQ(file.Text(DCM_RescaleType), "HU");
  values.slope = -1.0;
  EXPECT_THROW_MESSAGE(WriteDicomSeries(Output(), volume, series, values, Replacing()), UsageError, "a slope from 0");
}

TEST_F(DicomWriter, ADeviationIsNeverShownAsHounsfieldUnits)
{
  const DicomSeries series = Source({});
  DicomValues values;
  values.quantity = "standard deviation";
  values.isImage = false;
  values.derivation = {"113061", "DCM", "Standard Deviation"};
  const auto record =
      WriteDicomSeries(Output(), RandomVolume(series.grid, 3.0F, 40.0F), series, values, WriterOptions());
  WrittenFile file(record.files[1]);
  EXPECT_EQ(file.Text(DCM_RescaleType), "US");
  EXPECT_EQ(file.Text(DCM_SeriesDescription), "standard deviation [HU], daps");
  EXPECT_LT(record.slope, 40.0 / 65000.0);
  DcmItem * map = nullptr;
  ASSERT_TRUE(file.Set().findAndGetSequenceItem(DCM_RealWorldValueMappingSequence, map).good());
  EXPECT_EQ(file.Numbers(DCM_RealWorldValueSlope)[0], record.slope);
  OFString units;
  EXPECT_TRUE(map->findAndGetOFString(DCM_CodeValue, units, 0, OFTrue).good());
  EXPECT_EQ(std::string(units.c_str()), "[hnsf'U]");
}

TEST_F(DicomWriter, MapsComeBackBitByBit)
{
  for (const Grid & grid : Grids())
  {
    WriterSource source;
    source.grid = grid;
    const DicomSeries series = Source(source);
    Volume volume = RandomVolume(grid, 0.0F, 1e-3F);
    volume.Data()[1] = 1e-42F; // denormal
    volume.Data()[2] = -0.0F;
    WriteParametricMap(Output("map.dcm"), volume, series, deviationMeaning, Replacing());
    WrittenFile file(Output("map.dcm"));
    const Float32 * stored = nullptr;
    unsigned long count = 0;
    ASSERT_TRUE(file.Set().findAndGetFloat32Array(DCM_FloatPixelData, stored, &count).good());
    ASSERT_EQ(count, static_cast<unsigned long>(grid.NumberOfVoxels()));
    EXPECT_EQ(std::memcmp(stored, volume.Data(), count * sizeof(float)), 0);
    for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
    {
      DcmItem * frame = nullptr;
      ASSERT_TRUE(file.Set()
                      .findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, frame, static_cast<long>(slice))
                      .good());
      ExpectPlace(file, grid, slice, frame);
      OFString instance;
      ASSERT_TRUE(frame->findAndGetOFString(DCM_ReferencedSOPInstanceUID, instance, 0, OFTrue).good());
      EXPECT_EQ(std::string(instance.c_str()), WriterSource::InstanceUid(slice));
    }
    EXPECT_EQ(file.Text(DCM_ContentQualification), "RESEARCH");
    EXPECT_EQ(file.Text(DCM_ImageType), "DERIVED\\PRIMARY\\VOLUME\\STD_DEVIATION");
  }
}

TEST_F(DicomWriter, MasksComeBackBitByBit)
{
  WriterSource source;
  const DicomSeries series = Source(source);
  Volume mask = RandomVolume(source.grid, -1.0F, 1.0F); // 30 pixels a frame: no whole number of bytes
  std::transform(mask.Data(),
                 mask.Data() + mask.NumberOfElements(),
                 mask.Data(),
                 [](float value) { return value > 0.0F ? 2.0F : 0.0F; });
  std::fill_n(mask.Data() + 30, 30, 0.0F); // the middle slice, which becomes no frame
  WriteSegmentation(Output("mask.dcm"), mask, series, maskMeaning, WriterOptions());
  WrittenFile file(Output("mask.dcm"));
  EXPECT_EQ(file.Text(DCM_NumberOfFrames), "2");
  const Uint8 * stored = nullptr;
  unsigned long count = 0;
  ASSERT_TRUE(file.Set().findAndGetUint8Array(DCM_PixelData, stored, &count).good());
  ASSERT_EQ(count, 8u);
  for (int bit = 0; bit < 60; ++bit)
  {
    const int voxel = bit < 30 ? bit : bit + 30;
    EXPECT_EQ(stored[bit / 8] >> bit % 8 & 1, mask.Data()[voxel] > 0.0F ? 1 : 0) << bit;
  }
  DcmItem * frame = nullptr;
  ASSERT_TRUE(file.Set().findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, frame, 1).good());
  ExpectPlace(file, source.grid, 2, frame);
}

TEST_F(DicomWriter, ReportsComeBackByteByByte)
{
  const DicomSeries series = Source({});
  const std::string pdf = "%PDF-1.4\nodd\n";
  ASSERT_EQ(pdf.size() % 2, 1u);
  WriteEncapsulatedPdf(Output("report.dcm"), pdf, series, "Report of a run", WriterOptions());
  WrittenFile file(Output("report.dcm"));
  const Uint8 * stored = nullptr;
  unsigned long count = 0;
  ASSERT_TRUE(file.Set().findAndGetUint8Array(DCM_EncapsulatedDocument, stored, &count).good());
  EXPECT_EQ(std::string(reinterpret_cast<const char *>(stored), pdf.size()), pdf);
  EXPECT_EQ(count, pdf.size() + 1);
  EXPECT_EQ(file.Text(DCM_EncapsulatedDocumentLength), std::to_string(pdf.size()));
  EXPECT_EQ(file.Text(DCM_DocumentTitle), "Report of a run");
  EXPECT_THROW_MESSAGE(
      WriteEncapsulatedPdf(Output("other.dcm"), "<html>", series, "x", WriterOptions()), DataError, "no PDF file");
}

/** Of every kind one file. */
std::vector<std::string>
WriteAll(const std::string & folder, const DicomSeries & series, const DicomWriteOptions & options)
{
  std::filesystem::create_directories(folder);
  const Volume volume = RandomVolume(series.grid, 1.0F, 40.0F);
  std::vector<std::string> files = WriteDicomSeries(folder + "/mean", volume, series, {}, options).files;
  for (const char * name : {"map.dcm", "mask.dcm", "report.dcm"})
  {
    files.push_back(folder + '/' + name);
  }
  const std::size_t count = files.size();
  WriteParametricMap(files[count - 3], volume, series, deviationMeaning, options);
  WriteSegmentation(files[count - 2], volume, series, maskMeaning, options);
  WriteEncapsulatedPdf(files[count - 1], "%PDF-1.4\n", series, "Report", options);
  return files;
}

TEST_F(DicomWriter, PatientAndStudyStayAndTheRestIsNew)
{
  const DicomSeries series = Source({});
  std::set<std::string> instances;
  const std::vector<std::string> files = WriteAll(Output(), series, WriterOptions());
  for (const std::string & path : files)
  {
    WrittenFile file(path);
    EXPECT_EQ(file.Text(DCM_PatientName), test::patientName);
    EXPECT_EQ(file.Text(DCM_PatientID), "0815");
    EXPECT_EQ(file.Text(DCM_SpecificCharacterSet), "ISO_IR 100");
    EXPECT_EQ(file.Text(DCM_StudyInstanceUID), series.studyUid);
    EXPECT_EQ(file.Text(DCM_Manufacturer), "Tweedie");
    EXPECT_EQ(file.Text(DCM_ContentDate), "20200305"); // the source's series
    EXPECT_EQ(file.Text(DCM_InstanceCreationTime), "131415");
    EXPECT_EQ(file.Text(DCM_BurnedInAnnotation), "NO");
    EXPECT_TRUE(instances.insert(file.Text(DCM_SOPInstanceUID)).second);
    for (const DcmTagKey & tag : {DCM_SOPInstanceUID, DCM_SeriesInstanceUID})
    {
      OFString own; // not one of those that it refers to
      ASSERT_TRUE(file.Set().findAndGetOFString(tag, own).good());
      const std::string uid(own.c_str());
      EXPECT_EQ(uid.rfind("2.25.", 0), 0u) << uid;
      EXPECT_LE(uid.size(), 44u) << uid; // 2^128 has 39 digits
    }
    for (unsigned long i = 0; i < file.Set().card(); ++i)
    {
      const DcmTag & tag = file.Set().getElement(i)->getTag();
      EXPECT_EQ(tag.getGroup() % 2, 0) << tag.toString();
      EXPECT_NE(tag.getGroup() & 0xFF00, 0x6000) << tag.toString();
    }
    const bool isReport = path == files.back();
    EXPECT_EQ(file.Has(DCM_FrameOfReferenceUID), !isReport);
    const std::string derivation = file.Text(DCM_DerivationDescription);
    for (const char * text : {"daps", "aaaa", "seed 3", "Tweedie ", "Research use only; not for diagnosis", "steps 50"})
    {
      EXPECT_NE(isReport ? 0 : derivation.find(text), std::string::npos) << text << " in " << derivation;
    }
    EXPECT_NE(file.Text(DCM_ContributionDescription).find(isReport ? "" : "Research use only"), std::string::npos);
  }
}

TEST_F(DicomWriter, SameRunSameBytes)
{
  const DicomSeries series = Source({});
  const std::vector<std::string> first = WriteAll(Output("a"), series, WriterOptions());
  const std::vector<std::string> second = WriteAll(Output("b"), series, WriterOptions());
  DicomWriteOptions options = WriterOptions();
  options.provenance.seed = 4;
  const std::vector<std::string> other = WriteAll(Output("c"), series, options);
  options.provenance.deterministicUids = false;
  const std::vector<std::string> random = WriteAll(Output("d"), series, options);
  const std::vector<std::string> again = WriteAll(Output("e"), series, options);
  for (std::size_t i = 0; i < first.size(); ++i)
  {
    EXPECT_EQ(test::ReadFile(first[i]), test::ReadFile(second[i])) << first[i];
    EXPECT_NE(WrittenFile(first[i]).Text(DCM_SOPInstanceUID), WrittenFile(other[i]).Text(DCM_SOPInstanceUID));
    EXPECT_NE(WrittenFile(random[i]).Text(DCM_SOPInstanceUID), WrittenFile(again[i]).Text(DCM_SOPInstanceUID));
    EXPECT_NE(WrittenFile(random[i]).Text(DCM_ContentDate), "20200305");
    EXPECT_EQ(WrittenFile(random[i]).Text(DCM_StudyDate), "20200304");
  }
}
} // namespace
} // namespace tweedie
