// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeidentify.h"
#include "tweedieDicomBytes.h"
#include "tweedieDicomWriterFixture.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::FileBytes;
using test::WriterSource;
using test::WrittenFile;

const fs::path corpus = "/usr/lib/python3/dist-packages/pydicom/data/test_files";

class Deidentified : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    std::ofstream(Key()) << "sixteen bytes or more";
    m_Options.keyFile = Key();
  }
  std::string
  Key() const
  {
    return m_Folder.File("key");
  }
  std::string
  In() const
  {
    return m_Folder.File("in");
  }
  std::string
  Out() const
  {
    return m_Folder.File("out");
  }
  DeidentifyResult
  Run(const std::vector<std::string> & paths)
  {
    return Deidentify(paths, Out(), m_Options, true);
  }
  /** The only line of a refusal. */
  std::string
  Refusal(const std::vector<std::string> & paths)
  {
    try
    {
      Run(paths);
    }
    catch (const Error & error)
    {
      const std::string text = error.what();
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      EXPECT_EQ(text.find("Muster"), std::string::npos) << text;
      return text;
    }
    return "";
  }
  /** The path of an instance, by the UID that it had. */
  std::string
  OneOf(const WriterSource & source, const WriterSource::Edit & edit)
  {
    WriterSource edited = source;
    edited.grid.size.z = 1;
    edited.edit = edit;
    return edited.WriteAnew(In()).frames[0].path;
  }
  std::vector<std::string>
  Files() const
  {
    std::vector<std::string> files;
    for (const auto & entry : fs::directory_iterator(Out()))
    {
      files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  test::TemporaryFolder m_Folder;
  DeidentifyOptions m_Options;
};

TEST_F(Deidentified, ASeriesHasTheSamePixelsAndPlacesAndStaysValid)
{
  const DicomSeries source = WriterSource().WriteAnew(In());
  const Volume volume = test::RandomVolume(source.grid, -900.0F, 2000.0F);
  const std::string written = m_Folder.File("written");
  WriteDicomSeries(written, volume, source, {}, test::WriterOptions());
  const Volume before = ReadDicomVolume(SelectDicomSeries(written));
  const DeidentifyResult result = Run({written});
  EXPECT_EQ(result.written, 3u);
  EXPECT_EQ(result.patients, 1u);
  const DicomSeries series = SelectDicomSeries(Out());
  const Volume after = ReadDicomVolume(series);
  EXPECT_EQ(
      std::memcmp(before.Data(), after.Data(), sizeof(float) * static_cast<std::size_t>(before.NumberOfElements())), 0);
  EXPECT_EQ(before.GetGrid().origin, after.GetGrid().origin);
  EXPECT_EQ(before.GetGrid().direction, after.GetGrid().direction);
  EXPECT_NE(series.studyUid, source.studyUid);
  EXPECT_EQ(series.units, "HU");
  for (const std::string & file : Files())
  {
    const std::string bytes = FileBytes(file);
    for (const char * part : {"Muster", "0815", "19400102", "20200304", "101112", "1.2.826.0.1.3680043.2.1125."})
    {
      EXPECT_EQ(bytes.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(fs::path(file).stem().string(), test::InstanceUid(file));
    WrittenFile cleaned(file);
    EXPECT_EQ(cleaned.Text(DCM_PatientIdentityRemoved), "YES");
    EXPECT_EQ(cleaned.Text(DCM_LongitudinalTemporalInformationModified), "REMOVED");
    EXPECT_EQ(cleaned.Text(DCM_Manufacturer), "Tweedie");
    if (!test::Program("dciodvfy").empty())
    {
      test::ExpectValid(file, false);
    }
  }
}

TEST_F(Deidentified, FilesThatReferToOneAnotherStillDoInOneRunAndInTwo)
{
  const DicomSeries source = WriterSource().WriteAnew(In());
  const std::string map = m_Folder.File("map.dcm");
  WriteParametricMap(map,
                     test::RandomVolume(source.grid, 0.0F, 9.0F),
                     source,
                     {StandardDeviationCode(), HounsfieldCode(), "STD", "how far off"},
                     test::WriterOptions());
  const std::string mask = m_Folder.File("mask.dcm");
  WriteSegmentation(mask,
                    test::RandomVolume(source.grid, 1.0F, 2.0F),
                    source,
                    {{"85756007", "SCT", "Tissue"}, {"85756007", "SCT", "Tissue"}, "body"},
                    test::WriterOptions());
  Run({mask});
  if (!test::Program("dciodvfy").empty())
  {
    test::ExpectValid(Files()[0], false);
  }
  Run({In(), map});
  std::set<std::string> uids;
  std::string together;
  for (const std::string & file : Files())
  {
    uids.insert(test::InstanceUid(file));
    together = WrittenFile(file).Has(DCM_SharedFunctionalGroupsSequence) ? file : together;
    if (!test::Program("dciodvfy").empty() && together == file)
    {
      test::ExpectValid(file, false);
    }
  }
  ASSERT_EQ(uids.size(), 4u);
  const std::string reference = WrittenFile(together).Text(DCM_ReferencedSOPInstanceUID);
  EXPECT_EQ(uids.count(reference), 1u) << reference;
  const std::string study = WrittenFile(together).Text(DCM_StudyInstanceUID);
  const std::string bytes = FileBytes(together);

  Run({map});
  ASSERT_EQ(Files().size(), 1u);
  EXPECT_EQ(FileBytes(Files()[0]), bytes) << "the same key, the same bytes";
  m_Options.keyFile = "";
  Run({map});
  EXPECT_NE(WrittenFile(Files()[0]).Text(DCM_StudyInstanceUID), study) << "without a key nobody can say which";
}

TEST_F(Deidentified, DatesAreRemovedKeptOrShiftedTogether)
{
  WriterSource().WriteAnew(In());
  m_Options.keep = {"dates"};
  Run({In()});
  EXPECT_EQ(WrittenFile(Files()[0]).Text(DCM_StudyDate), "20200304");
  EXPECT_EQ(WrittenFile(Files()[0]).Text(DCM_PatientBirthDate), "") << "no date of the study";
  m_Options.keep = {"modified-dates"};
  Run({In()});
  WrittenFile shifted(Files()[0]);
  const std::string study = shifted.Text(DCM_StudyDate), series = shifted.Text(DCM_SeriesDate);
  EXPECT_LT(study, "20200304");
  EXPECT_GE(study, "20100304"); // ten years
  EXPECT_LT(study, series) << "a day apart as before";
  EXPECT_EQ(shifted.Text(DCM_StudyTime), "101112");
  EXPECT_EQ(shifted.Text(DCM_LongitudinalTemporalInformationModified), "MODIFIED");
  for (const std::string & file : Files())
  {
    EXPECT_EQ(WrittenFile(file).Text(DCM_StudyDate), study);
  }
  EXPECT_NE(FileBytes(Files()[0]).find("113107"), std::string::npos);
}

TEST_F(Deidentified, WhatMayHoldANameElsewhereIsRefused)
{
  const auto put = [](const DcmTagKey & tag, const char * text)
  { return [=](DcmDataset & set) { WriterSource::Text(set, tag, text); }; };
  const std::vector<std::pair<WriterSource::Edit, std::string>> cases{
      {put(DCM_BurnedInAnnotation, "YES"), "BurnedInAnnotation YES"},
      {put(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage), "does not say BurnedInAnnotation NO"},
      {put(DCM_ImageType, "DERIVED\\SECONDARY\\SCREEN SAVE"), "does not say BurnedInAnnotation NO"},
      {[](DcmDataset & set) { delete set.remove(DcmTagKey(0x6000, 0x3000)); }, "an overlay inside of the pixels"}};
  for (const auto & [edit, text] : cases)
  {
    const std::string path = OneOf({}, edit);
    EXPECT_NE(Refusal({path}).find(text), std::string::npos) << text;
    EXPECT_FALSE(fs::exists(Out()));
    m_Options.burnedIn = true;
    EXPECT_EQ(Run({path}).written, 1u) << text;
    m_Options.burnedIn = false;
    fs::remove_all(Out());
  }
  for (const char * kind : {UID_BasicTextSRStorage,
                            UID_EncapsulatedPDFStorage,
                            UID_GrayscaleSoftcopyPresentationStateStorage,
                            UID_RTStructureSetStorage,
                            "1.2.3.4"})
  {
    const std::string path = OneOf({}, put(DCM_SOPClassUID, kind));
    EXPECT_NE(Refusal({path}).find("required an image, a parametric map or a segmentation"), std::string::npos) << kind;
  }
}

TEST_F(Deidentified, ARefusedFileIsLeftOutWhereThatIsAskedFor)
{
  WriterSource source;
  source.Write((fs::create_directory(In()), In()));
  std::ofstream(In() + "/note.txt") << "Muster";
  std::ofstream(In() + "/cut.dcm", std::ios::binary) << FileBytes(In() + "/source-1.dcm").substr(0, 700);
  EXPECT_NE(Refusal({In()}).find("--leave-out"), std::string::npos);
  EXPECT_FALSE(fs::exists(Out())) << "whole or not at all";
  m_Options.leaveOut = true;
  const DeidentifyResult result = Run({In()});
  EXPECT_EQ(result.written, 3u);
  EXPECT_EQ(result.foreign, 1u);
  ASSERT_EQ(result.refused.size(), 1u);
  EXPECT_NE(result.refused[0].find("cut.dcm"), std::string::npos);
  EXPECT_EQ(Files().size(), 3u);
}

TEST_F(Deidentified, WrongUseIsSaidAndChangesNothing)
{
  WriterSource().WriteAnew(In());
  EXPECT_THROW(Deidentify({In()}, In(), m_Options, true), UsageError);
  EXPECT_THROW(Deidentify({In()}, m_Folder.Path().string(), m_Options, true), UsageError);
  EXPECT_EQ(std::distance(fs::directory_iterator(In()), {}), 3);
  EXPECT_THROW(Deidentify({m_Folder.File("none")}, Out(), m_Options, false), DataError);
  std::ofstream(Key()) << "short";
  EXPECT_NE(Refusal({In()}).find("--key"), std::string::npos);
  m_Options.keyFile = "";
  m_Options.patientId = "Volunteer 7";
  Run({In()});
  EXPECT_EQ(WrittenFile(Files()[0]).Text(DCM_PatientName), "Volunteer 7");
  EXPECT_THROW(Deidentify({In()}, Out(), m_Options, false), UsageError) << "exists";
  const std::string other = m_Folder.File("other");
  fs::create_directory(other);
  WriterSource second;
  second.edit = [](DcmDataset & set) { WriterSource::Text(set, DCM_PatientID, "4711"); };
  second.Write(other);
  EXPECT_NE(Refusal({In(), other}).find("several patients"), std::string::npos);
}

/** Behind the tag of the pixels and its type, which DCMTK corrects. */
std::string
PixelBytes(const std::string & bytes, bool isBigEndian)
{
  const std::size_t at =
      bytes.rfind(isBigEndian ? std::string("\x7F\xE0\x00\x10O", 5) : std::string("\xE0\x7F\x10\x00O", 5));
  return at == std::string::npos ? "" : bytes.substr(at + 8);
}

TEST_F(Deidentified, CompressedPixelsKeepEveryByte)
{
  m_Options.burnedIn = true; // one of them is a secondary capture
  for (const char * name : {"MR_small_RLE.dcm",
                            "JPEG2000.dcm",
                            "JPGExtended.dcm",
                            "MR_small_jpeg_ls_lossless.dcm",
                            "MR_small_bigendian.dcm"})
  {
    if (!fs::exists(corpus / name))
    {
      GTEST_SKIP() << "without the package python3-pydicom";
    }
    const std::string before = FileBytes((corpus / name).string());
    Run({(corpus / name).string()});
    const std::string after = FileBytes(Files()[0]);
    const bool isBigEndian = std::string(name).find("big") != std::string::npos;
    const std::string pixels = PixelBytes(after, isBigEndian);
    EXPECT_GT(pixels.size(), 200u) << name;
    EXPECT_EQ(PixelBytes(before, isBigEndian).substr(0, pixels.size()), pixels) << name;
  }
}

Uint32
PixelLength(DcmFileFormat & file)
{
  DcmElement * element = nullptr;
  file.getDataset()->findAndGetElement(DCM_PixelData, element);
  return element == nullptr ? 0 : element->getLength(file.getDataset()->getOriginalXfer());
}

TEST_F(Deidentified, ADeflatedFileIsWhole)
{
  const std::string path = (corpus / "image_dfl.dcm").string();
  if (!fs::exists(path))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  m_Options.burnedIn = true;
  Run({path});
  DcmFileFormat before, after;
  ASSERT_TRUE(before.loadFile(path.c_str()).good() && after.loadFile(Files()[0].c_str()).good());
  const Uint8 *one = nullptr, *other = nullptr;
  before.getDataset()->findAndGetUint8Array(DCM_PixelData, one);
  ASSERT_TRUE(after.getDataset()->findAndGetUint8Array(DCM_PixelData, other).good());
  ASSERT_EQ(PixelLength(before), PixelLength(after));
  EXPECT_EQ(std::memcmp(one, other, PixelLength(before)), 0);
}

TEST_F(Deidentified, EveryFileOfPydicomGoesThroughWithoutItsPatientOrIsRefusedInOneLine)
{
  if (!fs::exists(corpus))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  std::size_t written = 0, refused = 0;
  for (const auto & entry : fs::recursive_directory_iterator(corpus))
  {
    const std::string path = entry.path().string();
    DcmFileFormat file;
    if (!entry.is_regular_file())
    {
      continue;
    }
    m_Options.leaveOut = true;
    m_Options.burnedIn = true;
    try
    {
      const DeidentifyResult result = Run({path});
      ++written;
      OFString name;
      file.loadFile(path.c_str());
      DcmFileFormat cleaned;
      EXPECT_TRUE(cleaned.loadFile(Files()[0].c_str()).good()) << path;
      EXPECT_EQ(PixelLength(cleaned), PixelLength(file)) << path;
      file.getDataset()->findAndGetOFString(DCM_PatientName, name);
      const bool isLeft = name.size() > 3 && FileBytes(Files()[0]).find(name.c_str()) != std::string::npos;
      EXPECT_FALSE(isLeft) << path << ": " << name;
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << path << error.what();
      ++refused;
    }
  }
  EXPECT_GE(written, 40u);
  EXPECT_GE(refused, 10u) << "reports, directories, plans, waveforms and what was cut short";
}
} // namespace
} // namespace tweedie
