// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomWriterFixture_h
#define tweedieDicomWriterFixture_h

#include "tweedieDicomWriter.h"

#include "tweedieProcess.h"
#include "tweedieTemporaryFolder.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace tweedie::test
{
constexpr const char * patientName = "Muster^Erika";

/** A series of files as a scanner might have made it, with its description. */
struct WriterSource
{
  using Edit = std::function<void(DcmDataset &)>;

  std::string modality = "CT";
  Grid grid = Oblique();
  Edit edit; ///< of each file before it is written
  /** Whole numbers to be stored, 0 to 65535, with this intercept; empty: no place, and one value everywhere. */
  Volume image;
  double intercept = 0.0;

  /** Turned about two axes, off centre, 3 slices of 6 rows and 5 columns. */
  static Grid
  Oblique()
  {
    Grid grid;
    grid.size = {3, 6, 5};
    grid.spacing = {2.5, 0.7421875, 0.68359375};
    grid.origin = {-123.456789, 87.654321, -1045.123456};
    const double a = 0.3, b = -0.2;
    const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b);
    grid.direction = {ca, -sa * cb, sa * sb, sa, ca * cb, -ca * sb, 0.0, sb, cb};
    return grid;
  }

  static void
  Text(DcmItem & set, const DcmTagKey & tag, const std::string & text)
  {
    if (set.putAndInsertString(DcmTag(tag), text.c_str()).bad())
    {
      throw std::runtime_error("WriterSource: " + text);
    }
  }

  void
  FillCommon(DcmDataset & set) const
  {
    Text(set, DCM_SpecificCharacterSet, "ISO_IR 100");
    Text(set, DCM_PatientName, patientName);
    Text(set, DCM_PatientID, "0815");
    Text(set, DCM_PatientBirthDate, "19400102");
    Text(set, DCM_PatientSex, "F");
    Text(set, DCM_StudyInstanceUID, "1.2.826.0.1.3680043.2.1125.1");
    Text(set, DCM_StudyDate, "20200304");
    Text(set, DCM_StudyTime, "101112");
    Text(set, DCM_SeriesDate, "20200305");
    Text(set, DCM_SeriesTime, "131415");
    Text(set, DCM_AccessionNumber, "");
    Text(set, DCM_ReferringPhysicianName, "");
    Text(set, DCM_StudyID, "1");
    Text(set, DCM_SeriesInstanceUID, "1.2.826.0.1.3680043.2.1125.2");
    Text(set, DCM_FrameOfReferenceUID, "1.2.826.0.1.3680043.2.1125.3");
    Text(set, DCM_PositionReferenceIndicator, "");
    Text(set, DCM_SeriesNumber, "2");
    Text(set, DCM_Modality, modality);
    Text(set, DCM_Manufacturer, "Scanners");
    Text(set, DCM_ManufacturerModelName, "One");
    Text(set, DCM_DeviceSerialNumber, "7");
    Text(set, DCM_SoftwareVersions, "1");
    Text(set, DCM_PatientPosition, "HFS");
    Text(set, DCM_BodyPartExamined, "HEAD");
    Text(set, DCM_Laterality, "");
    Text(set, DCM_AcquisitionNumber, "1");
    set.putAndInsertString(DcmTag(0x0009, 0x0010, EVR_LO), "SCANNERS");
    set.putAndInsertString(DcmTag(0x0009, 0x1001, EVR_LO), patientName);
    const std::vector<Uint16> overlay(4, 0xFFFF);
    set.putAndInsertUint16(DcmTag(0x6000, 0x0010, EVR_US), 6);
    set.putAndInsertUint16Array(DcmTag(0x6000, 0x3000, EVR_OW), overlay.data(), 4);
  }

  void
  FillSlice(DcmDataset & set, std::int64_t slice) const
  {
    FillCommon(set);
    Text(set, DCM_ImageType, modality == "CT" ? "ORIGINAL\\PRIMARY\\AXIAL" : "ORIGINAL\\PRIMARY\\M");
    if (modality == "CT")
    {
      Text(set, DCM_KVP, "120");
    }
    else
    {
      Text(set, DCM_ScanningSequence, "SE");
      Text(set, DCM_SequenceVariant, "SK");
      Text(set, DCM_ScanOptions, "");
      Text(set, DCM_MRAcquisitionType, "2D");
      Text(set, DCM_RepetitionTime, "500");
      Text(set, DCM_EchoTime, "12.5");
      Text(set, DCM_EchoTrainLength, "1");
    }
    Text(set, DCM_SliceThickness, "2.5");
    Text(set, DCM_SOPClassUID, modality == "CT" ? UID_CTImageStorage : UID_MRImageStorage);
    Text(set, DCM_SOPInstanceUID, InstanceUid(slice));
    Text(set, DCM_InstanceNumber, std::to_string(slice + 1));
    const std::vector<Uint16> pixels(static_cast<std::size_t>(grid.size.x * grid.size.y), 1000);
    set.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(grid.size.y));
    set.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(grid.size.x));
    set.putAndInsertUint16(DCM_BitsAllocated, 16);
    set.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
  }

  /** Decimal strings, 16 characters at most each. */
  static std::string
  Decimals(const std::vector<double> & numbers)
  {
    std::string text;
    for (const double number : numbers)
    {
      char word[32];
      std::snprintf(word, sizeof(word), "%s%.10g", text.empty() ? "" : "\\", number);
      text += word;
    }
    return text;
  }

  void
  FillImage(DcmDataset & set, std::int64_t slice) const
  {
    const auto & d = grid.direction;
    std::vector<double> position;
    for (std::size_t i = 0; i < 3; ++i)
    {
      position.push_back(grid.origin[i] + static_cast<double>(slice) * grid.spacing.z * d[3 * i + 2]);
    }
    Text(set, DCM_ImagePositionPatient, Decimals(position));
    Text(set, DCM_ImageOrientationPatient, Decimals({d[0], d[3], d[6], d[1], d[4], d[7]}));
    Text(set, DCM_PixelSpacing, Decimals({grid.spacing.y, grid.spacing.x}));
    Text(set, DCM_RescaleSlope, "1");
    Text(set, DCM_RescaleIntercept, Decimals({intercept}));
    Text(set, DCM_PhotometricInterpretation, "MONOCHROME2");
    set.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    set.putAndInsertUint16(DCM_BitsStored, 16);
    set.putAndInsertUint16(DCM_HighBit, 15);
    set.putAndInsertUint16(DCM_PixelRepresentation, 0);
    const std::int64_t count = grid.size.y * grid.size.x;
    std::vector<Uint16> words(static_cast<std::size_t>(count));
    const float * values = image.Data() + slice * count;
    std::transform(values,
                   values + count,
                   words.begin(),
                   [this](float value) { return static_cast<Uint16>(std::lround(value - intercept)); });
    set.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(count));
  }

  static std::string
  InstanceUid(std::int64_t slice)
  {
    return "1.2.826.0.1.3680043.2.1125.4." + std::to_string(slice + 1);
  }

  /** Into a folder that is made, or emptied. */
  DicomSeries
  WriteAnew(const std::string & folder) const
  {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    return Write(folder);
  }

  /** Writes the files into a folder that is there. */
  DicomSeries
  Write(const std::string & folder) const
  {
    DicomSeries series;
    series.modality = modality;
    series.studyUid = "1.2.826.0.1.3680043.2.1125.1";
    series.seriesUid = "1.2.826.0.1.3680043.2.1125.2";
    series.frameOfReferenceUid = "1.2.826.0.1.3680043.2.1125.3";
    series.units = modality == "CT" ? "HU" : "";
    series.grid = grid;
    for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
    {
      DcmFileFormat file;
      FillSlice(*file.getDataset(), slice);
      if (!image.IsEmpty())
      {
        FillImage(*file.getDataset(), slice);
      }
      if (edit)
      {
        edit(*file.getDataset());
      }
      const std::string path = folder + "/source-" + std::to_string(slice + 1) + ".dcm";
      if (file.saveFile(path.c_str(), EXS_LittleEndianExplicit).bad())
      {
        throw std::runtime_error("WriterSource: " + path);
      }
      series.frames.push_back(
          {path, 0, modality == "CT" ? UID_CTImageStorage : UID_MRImageStorage, InstanceUid(slice), false});
    }
    return series;
  }
};

/** Numbers between two ends, every one another. */
inline Volume
RandomVolume(const Grid & grid, float low, float high)
{
  Volume volume(grid, Volume::Element::Real);
  std::mt19937 random(7);
  std::uniform_real_distribution<float> between(low, high);
  std::generate(volume.Data(), volume.Data() + volume.NumberOfElements(), [&] { return between(random); });
  return volume;
}

inline DicomWriteOptions
WriterOptions()
{
  DicomWriteOptions options;
  options.provenance.method = "daps";
  options.provenance.modelSha256 = std::string(64, 'a');
  options.provenance.seed = 3;
  options.provenance.configuration = "steps 50";
  options.provenance.inputsDigest = "1234";
  options.provenance.deterministicUids = true;
  return options;
}

/** A DICOM file that was written, looked into. */
class WrittenFile
{
public:
  explicit WrittenFile(const std::string & path)
  {
    if (m_File.loadFile(path.c_str()).bad())
    {
      throw std::runtime_error("WrittenFile: " + path);
    }
  }
  DcmDataset &
  Set()
  {
    return *m_File.getDataset();
  }
  /** Of an attribute at any depth, the first; all values. */
  std::string
  Text(const DcmTagKey & tag)
  {
    DcmStack stack;
    OFString text;
    if (Set().search(tag, stack, ESM_fromHere, OFTrue).good())
    {
      dynamic_cast<DcmElement *>(stack.top())->getOFStringArray(text);
    }
    return text.c_str();
  }
  bool
  Has(const DcmTagKey & tag)
  {
    return Set().tagExists(tag, OFTrue) == OFTrue;
  }
  std::vector<double>
  Numbers(const DcmTagKey & tag, DcmItem * item = nullptr)
  {
    std::vector<double> numbers;
    double number = 0.0;
    for (unsigned long i = 0; (item == nullptr ? Set() : *item).findAndGetFloat64(tag, number, i, OFTrue).good(); ++i)
    {
      numbers.push_back(number);
    }
    return numbers;
  }

private:
  DcmFileFormat m_File;
};

/** Where an outside program is; empty: not installed. */
inline std::string
Program(const std::string & name)
{
  const std::string path = "/usr/bin/" + name;
  return std::filesystem::exists(path) ? path : "";
}

/** 0 errors and exit 0; with isClean no warnings either. The validator's other lines name the object. */
inline void
ExpectValid(const std::string & path, bool isClean)
{
  const auto result = Process({Program("dciodvfy"), "-new", path}).Run();
  EXPECT_EQ(result.exitCode, 0) << result.error;
  std::istringstream lines(result.output + "\n" + result.error);
  for (std::string line; std::getline(lines, line);)
  {
    EXPECT_NE(line.rfind("Error", 0), 0u) << path << ": " << line;
    EXPECT_FALSE(isClean && line.rfind("Warning", 0) == 0) << path << ": " << line;
  }
}
} // namespace tweedie::test

#endif
