// SPDX-License-Identifier: Apache-2.0
// Sources of many kinds: what a derived object takes from each.
#include "tweedieDicomWriterFixture.h"

#include "tweedieExpectTensor.h"
#include "tweedieSummary.h"

#include <clocale>
#include <cstdlib>
#include <ctime>

namespace tweedie
{
namespace
{
using test::ExpectValid;
using test::Program;
using test::RandomVolume;
using test::WriterOptions;
using test::WriterSource;
using test::WrittenFile;

constexpr const char * enhancedUid = "1.2.826.0.1.3680043.2.1125.9";

class DicomWriterSources : public test::TemporaryFolderTest
{
protected:
  DicomSeries
  Source(const WriterSource & source)
  {
    return source.WriteAnew(m_Folder.File("source"));
  }
  /** Every kind of object of it is valid; the first file of its mean series. */
  std::string
  WriteAndJudge(const DicomSeries & series, const Grid & grid)
  {
    DicomWriteOptions options = WriterOptions();
    options.overwrite = true;
    const Volume volume = RandomVolume(grid, 1.0F, 900.0F);
    std::vector<std::string> files = WriteDicomSeries(m_Folder.File("mean"), volume, series, {}, options).files;
    const std::string first = files[0];
    for (const char * name : {"map.dcm", "mask.dcm", "report.dcm"})
    {
      files.push_back(m_Folder.File(name));
    }
    const DicomCode tissue{"85756007", "SCT", "Tissue"};
    WriteParametricMap(
        m_Folder.File("map.dcm"), volume, series, {StandardDeviationCode(), RatioCode(), "STD", "spread"}, options);
    WriteSegmentation(m_Folder.File("mask.dcm"), volume, series, {tissue, tissue, "inside"}, options);
    WriteEncapsulatedPdf(m_Folder.File("report.dcm"), "%PDF-1.4\n", series, "Report", options);
    for (const std::string & file : files)
    {
      if (!Program("dciodvfy").empty())
      {
        ExpectValid(file, false);
      }
    }
    return first;
  }
};

/** One file of three frames, the last slice first, as of Enhanced MR Image Storage. */
DicomSeries
WriteEnhanced(const std::string & path)
{
  WriterSource source;
  source.modality = "MR";
  DcmFileFormat file;
  DcmDataset & set = *file.getDataset();
  source.FillCommon(set);
  WriterSource::Text(set, DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  WriterSource::Text(set, DCM_SOPInstanceUID, enhancedUid);
  WriterSource::Text(set, DCM_ImageType, "ORIGINAL\\PRIMARY\\M\\NONE");
  WriterSource::Text(set, DCM_EchoPulseSequence, "SPIN");
  WriterSource::Text(set, DCM_MRAcquisitionType, "3D");
  WriterSource::Text(set, DCM_NumberOfFrames, "3");
  const auto add = [](DcmItem & item, const DcmTagKey & sequence)
  {
    DcmItem * added = nullptr;
    item.findOrCreateSequenceItem(DcmTag(sequence), added, -2);
    return added;
  };
  DcmItem * shared = add(set, DCM_SharedFunctionalGroupsSequence);
  WriterSource::Text(*add(*shared, DCM_MRTimingAndRelatedParametersSequence), DCM_RepetitionTime, "2000");
  DicomSeries series;
  series.modality = "MR";
  series.studyUid = "1.2.826.0.1.3680043.2.1125.1";
  series.seriesUid = "1.2.826.0.1.3680043.2.1125.2";
  series.grid = source.grid;
  for (int frame = 0; frame < 3; ++frame)
  {
    DcmItem * groups = add(set, DCM_PerFrameFunctionalGroupsSequence);
    add(*groups, DCM_MREchoSequence)->putAndInsertFloat64(DCM_EffectiveEchoTime, 10.0 + frame);
    WriterSource::Text(*add(*groups, DCM_PixelMeasuresSequence), DCM_SliceThickness, "2.5");
    series.frames.push_back({path, 2 - frame, UID_EnhancedMRImageStorage, enhancedUid, false});
  }
  if (file.saveFile(path.c_str(), EXS_LittleEndianExplicit).bad())
  {
    throw std::runtime_error("WriteEnhanced: " + path);
  }
  return series;
}

TEST_F(DicomWriterSources, AMultiFrameFile)
{
  const DicomSeries series = WriteEnhanced(m_Folder.File("enhanced.dcm"));
  WriteAndJudge(series, series.grid);
  for (int slice = 0; slice < 3; ++slice)
  {
    WrittenFile file(m_Folder.File("mean/image-000" + std::to_string(slice + 1) + ".dcm"));
    EXPECT_EQ(file.Text(DCM_EchoTime), std::to_string(12 - slice)); // the frame's own
    EXPECT_EQ(file.Text(DCM_RepetitionTime), "2000");               // that of all frames
    EXPECT_EQ(file.Text(DCM_ScanningSequence), "SE");
    EXPECT_EQ(file.Text(DCM_MRAcquisitionType), "3D");
    EXPECT_EQ(file.Text(DCM_SliceThickness), "2.5");
    EXPECT_EQ(file.Text(DCM_ReferencedSOPInstanceUID), enhancedUid);
    EXPECT_EQ(file.Text(DCM_ReferencedFrameNumber), std::to_string(3 - slice)); // counted from 1
    EXPECT_FALSE(file.Has(DCM_PerFrameFunctionalGroupsSequence));
  }
  WrittenFile map(m_Folder.File("map.dcm"));
  EXPECT_EQ(map.Text(DCM_ReferencedFrameNumber), "3"); // of the first slice
}

TEST_F(DicomWriterSources, SlicesThatTheSourceDoesNotHave)
{
  const DicomSeries series = Source({});
  Grid thin = series.grid;
  thin.size.z = 6;
  thin.spacing.z = 1.25;
  WrittenFile file(WriteAndJudge(series, thin));
  EXPECT_EQ(file.Text(DCM_SliceThickness), "1.25");
  DcmSequenceOfItems * sources = nullptr;
  ASSERT_TRUE(file.Set().findAndGetSequence(DCM_SourceImageSequence, sources).good());
  EXPECT_EQ(sources->card(), 3u); // made of all slices
}

TEST_F(DicomWriterSources, WhatWasLostStaysLost)
{
  WriterSource source;
  source.edit = [](DcmDataset & set)
  {
    WriterSource::Text(set, DCM_LossyImageCompression, "01");
    WriterSource::Text(set, DCM_LossyImageCompressionRatio, "8.5");
    WriterSource::Text(set, DCM_LossyImageCompressionMethod, "ISO_15444_1");
  };
  WriteAndJudge(Source(source), source.grid);
  for (const char * name : {"mean/image-0002.dcm", "map.dcm", "mask.dcm"})
  {
    WrittenFile file(m_Folder.File(name));
    EXPECT_EQ(file.Text(DCM_LossyImageCompression), "01") << name;
    EXPECT_EQ(file.Text(DCM_LossyImageCompressionRatio), "8.5") << name;
  }
  EXPECT_EQ(WrittenFile(WriteAndJudge(Source({}), source.grid)).Text(DCM_LossyImageCompression), "00");
}

TEST_F(DicomWriterSources, SidesOfTheBody)
{
  struct Row
  {
    const char * part;
    const char * side;
    bool isKept;
  };
  for (const Row & row : std::vector<Row>{
           {"HEAD", "", false}, {"CHEST", "L", false}, {"KNEE", "R", true}, {"KNEE", "", true}, {"", "", true}})
  {
    SCOPED_TRACE(std::string(row.part) + row.side);
    WriterSource source;
    source.edit = [&](DcmDataset & set)
    {
      WriterSource::Text(set, DCM_BodyPartExamined, row.part);
      WriterSource::Text(set, DCM_Laterality, row.side);
    };
    WrittenFile file(WriteAndJudge(Source(source), source.grid));
    EXPECT_EQ(file.Has(DCM_Laterality), row.isKept);
    EXPECT_EQ(file.Text(DCM_Laterality), row.isKept ? row.side : "");
  }
}

TEST_F(DicomWriterSources, OneThatSaysLittle)
{
  WriterSource source;
  source.edit = [](DcmDataset & set)
  {
    WriterSource::Text(set, DCM_PatientIdentityRemoved, "YES"); // and not how
    for (const DcmTagKey & tag : {DCM_FrameOfReferenceUID,
                                  DCM_SeriesDate,
                                  DCM_SeriesTime,
                                  DCM_StudyDate,
                                  DCM_StudyTime,
                                  DCM_PatientBirthDate,
                                  DCM_SpecificCharacterSet,
                                  DCM_Manufacturer,
                                  DCM_KVP,
                                  DCM_SliceThickness,
                                  DCM_BodyPartExamined,
                                  DCM_Laterality})
    {
      delete set.remove(tag);
    }
  };
  const std::string first = WriteAndJudge(Source(source), source.grid);
  WrittenFile file(first), last(m_Folder.File("mean/image-0003.dcm")), map(m_Folder.File("map.dcm"));
  EXPECT_EQ(file.Text(DCM_FrameOfReferenceUID).rfind("2.25.", 0), 0u);
  EXPECT_EQ(file.Text(DCM_FrameOfReferenceUID), last.Text(DCM_FrameOfReferenceUID));
  EXPECT_EQ(file.Text(DCM_FrameOfReferenceUID), map.Text(DCM_FrameOfReferenceUID));
  EXPECT_TRUE(file.Has(DCM_KVP));
  EXPECT_TRUE(file.Has(DCM_PatientBirthDate));
  EXPECT_EQ(file.Text(DCM_ContentDate), "19000101"); // no date that there is would be the source's
}

TEST_F(DicomWriterSources, NeitherLocaleNorTimeZoneMatters)
{
  const DicomSeries series = Source({});
  const std::string plain = test::ReadFile(WriteAndJudge(series, series.grid));
  const std::string map = test::ReadFile(m_Folder.File("map.dcm"));
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const char * zone = std::getenv("TZ");
  const std::string home = zone == nullptr ? "" : zone;
  setenv("TZ", "Pacific/Kiritimati", 1);
  tzset();
  for (const char * locale : {"de_DE.UTF-8", "tr_TR.UTF-8"})
  {
    std::setlocale(LC_ALL, locale); // where it is not installed the time zone is still another
    EXPECT_EQ(test::ReadFile(WriteAndJudge(series, series.grid)), plain) << locale;
    EXPECT_EQ(test::ReadFile(m_Folder.File("map.dcm")), map) << locale;
  }
  std::setlocale(LC_ALL, before.c_str());
  zone == nullptr ? unsetenv("TZ") : setenv("TZ", home.c_str(), 1);
  tzset();
}

TEST_F(DicomWriterSources, FilesOfScanners)
{
  const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files/";
  if (!std::filesystem::exists(folder + "CT_small.dcm"))
  {
    GTEST_SKIP() << "the test files of the package python3-pydicom are not installed";
  }
  for (const char * name :
       {"CT_small.dcm", "MR_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm"})
  {
    SCOPED_TRACE(name);
    WrittenFile file(folder + name);
    DicomSeries series;
    series.modality = file.Text(DCM_Modality);
    series.seriesUid = file.Text(DCM_SeriesInstanceUID);
    series.grid = WriterSource::Oblique();
    series.grid.size.z = 1;
    series.frames = {{folder + name, 0, file.Text(DCM_SOPClassUID), file.Text(DCM_SOPInstanceUID), false}};
    WrittenFile mean(WriteAndJudge(series, series.grid));
    EXPECT_EQ(mean.Text(DCM_PatientName), file.Text(DCM_PatientName));
    EXPECT_EQ(mean.Text(DCM_EchoTime), file.Text(DCM_EchoTime));
    EXPECT_EQ(mean.Text(DCM_KVP), file.Text(DCM_KVP));
  }
}

TEST(DicomProvenance, IsThatOfTheRun)
{
  Summary summary;
  summary.method = "daps";
  summary.guidance = "pc-tweedie";
  summary.seed = 17;
  summary.options = R"({"steps":50})";
  const DicomProvenance provenance = DicomProvenanceOf(summary, "ab12");
  EXPECT_EQ(provenance.method, "daps, guidance pc-tweedie");
  EXPECT_EQ(provenance.modelSha256, "ab12");
  EXPECT_EQ(provenance.seed, 17u);
  EXPECT_EQ(provenance.configuration, R"({"steps":50})");
  EXPECT_FALSE(provenance.deterministicUids);
}

TEST_F(DicomWriterSources, LettersBeyondAscii)
{
  WriterSource source;
  source.edit = [](DcmDataset & set) { WriterSource::Text(set, DCM_PatientName, "M\xFCller^J\xF6rg"); };
  DicomSeries series = Source(source);
  DicomWriteOptions options = WriterOptions();
  options.provenance.configuration = "σ = 0.1, \xC3\xBC"
                                     "ber\\alles\n";
  options.description = "Mittelwert für den Kopf, der mehr als vierundsechzig Zeichen lang sein wird";
  const auto record =
      WriteDicomSeries(m_Folder.File("Größe 1"), RandomVolume(series.grid, 0.0F, 1.0F), series, {}, options);
  WrittenFile file(record.files[0]);
  EXPECT_EQ(file.Text(DCM_PatientName), "M\xFCller^J\xF6rg"); // byte for byte in its own character set
  EXPECT_NE(file.Text(DCM_DerivationDescription).find("? = 0.1, ?ber/alles?"), std::string::npos);
  EXPECT_EQ(file.Text(DCM_SeriesDescription).size(), 64u);
  EXPECT_EQ(record.files[0], m_Folder.File("Größe 1") + "/image-0001.dcm");
}
} // namespace
} // namespace tweedie
