// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomHeader.h"

#include "tweedieDicomItems.h"
#include "tweedieError.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <algorithm>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr std::uint32_t largestHeaderValue = 65536; // bytes; what is longer stays in the file until it is asked for
constexpr std::int64_t mostPixels = std::int64_t(1) << 33U;

template <std::size_t count>
bool
Read(DcmItem * item, const DcmTagKey & tag, std::array<double, count> & numbers)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    const auto number = DicomItems::Number(item, tag, static_cast<unsigned long>(i));
    if (!number)
    {
      return false;
    }
    numbers[i] = *number;
  }
  return true;
}

/** M, P, R or I. */
std::string
PartOf(const std::string & component, const std::string & imageType)
{
  for (const char * part : {"MAGNITUDE", "PHASE", "REAL", "IMAGINARY"})
  {
    if (component == part)
    {
      return std::string(1, part[0]);
    }
  }
  const std::string values = "\\" + imageType + "\\";
  for (const auto & [word, part] : {std::pair("\\M\\", "M"),
                                    std::pair("\\P\\", "P"),
                                    std::pair("\\R\\", "R"),
                                    std::pair("\\I\\", "I"),
                                    std::pair("\\PHASE\\", "P"),
                                    std::pair("\\REAL\\", "R"),
                                    std::pair("\\IMAGINARY\\", "I")})
  {
    if (values.find(word) != std::string::npos)
    {
      return part;
    }
  }
  return "";
}

void
ReadIdentity(DcmItem & set, DicomImage & image)
{
  image.classUid = DicomItems::Text(&set, DCM_SOPClassUID);
  image.instanceUid = DicomItems::Text(&set, DCM_SOPInstanceUID);
  image.studyUid = DicomItems::Text(&set, DCM_StudyInstanceUID);
  image.seriesUid = DicomItems::Text(&set, DCM_SeriesInstanceUID);
  image.frameUid = DicomItems::Text(&set, DCM_FrameOfReferenceUID);
  image.modality = DicomItems::Text(&set, DCM_Modality);
  image.description = DicomItems::Text(&set, DCM_SeriesDescription);
  image.seriesNumber = DicomItems::Integer(&set, DCM_SeriesNumber, 0);
  image.instanceNumber = DicomItems::Integer(&set, DCM_InstanceNumber, 0);
  image.acquisition = DicomItems::Integer(&set, DCM_AcquisitionNumber, 0);
  image.isLossy = DicomItems::Text(&set, DCM_LossyImageCompression) == "01";
}

void
ReadFormat(DcmItem & set, DicomImage & image)
{
  DicomPixelFormat & format = image.pixels;
  format.rows = DicomItems::Integer(&set, DCM_Rows, 0);
  format.columns = DicomItems::Integer(&set, DCM_Columns, 0);
  format.frames = std::max<std::int64_t>(1, DicomItems::Integer(&set, DCM_NumberOfFrames, 1));
  format.bitsAllocated = DicomItems::Integer(&set, DCM_BitsAllocated, 0);
  format.bitsStored = DicomItems::Integer(&set, DCM_BitsStored, format.bitsAllocated);
  format.highBit = DicomItems::Integer(&set, DCM_HighBit, format.bitsStored - 1);
  format.isSigned = DicomItems::Integer(&set, DCM_PixelRepresentation, 0) == 1;
  format.isFloat = set.tagExists(DCM_FloatPixelData) || set.tagExists(DCM_DoubleFloatPixelData);
  for (const auto & [tag, value] :
       {std::pair(DCM_PixelPaddingValue, &format.padding), std::pair(DCM_PixelPaddingRangeLimit, &format.paddingLimit)})
  {
    const auto number = DicomItems::Number(&set, tag);
    const bool isNegative = number && format.isSigned && *number > 32767.0; // written as an unsigned word
    *value = number ? std::optional<std::int64_t>(static_cast<std::int64_t>(*number) - (isNegative ? 65536 : 0))
                    : std::nullopt;
  }
}

/** Why the pixels cannot be read; empty where they can. */
std::string
FormatProblem(const std::string & path, DcmDataset & set, const DicomPixelFormat & format)
{
  const std::int64_t samples = DicomItems::Integer(&set, DCM_SamplesPerPixel, 1);
  const std::int64_t bits = format.bitsAllocated;
  const auto isIn = [](std::int64_t value, std::int64_t low, std::int64_t high)
  { return value >= low && value <= high; };
  if (!isIn(format.rows, 1, 65535) || !isIn(format.columns, 1, 65535) ||
      format.frames > mostPixels / (format.rows * format.columns))
  {
    return std::to_string(format.columns) + " columns, " + std::to_string(format.rows) + " rows and " +
           std::to_string(format.frames) + " frames; required an image";
  }
  if (samples != 1)
  {
    return std::to_string(samples) + " samples a pixel; required one (no colours)";
  }
  if (!format.isFloat && bits != 8 && bits != 16 && bits != 32)
  {
    return std::to_string(bits) + " bits a pixel; required 8, 16 or 32";
  }
  if (!format.isFloat && (!isIn(format.bitsStored, 1, bits) || !isIn(format.highBit, format.bitsStored - 1, bits - 1)))
  {
    return std::to_string(format.bitsStored) + " bits stored up to bit " + std::to_string(format.highBit) +
           "; required bits inside of " + std::to_string(bits);
  }
  const DcmTagKey tag = set.tagExists(DCM_FloatPixelData)         ? DCM_FloatPixelData
                        : set.tagExists(DCM_DoubleFloatPixelData) ? DCM_DoubleFloatPixelData
                                                                  : DCM_PixelData;
  const std::int64_t width = tag == DCM_FloatPixelData ? 4 : tag == DCM_DoubleFloatPixelData ? 8 : bits / 8;
  DcmElement * element = nullptr;
  set.findAndGetElement(tag, element);
  const DcmXfer syntax(set.getOriginalXfer());
  const std::int64_t needed = format.rows * format.columns * format.frames * width;
  if (element == nullptr)
  {
    return "no pixel data; required " + std::to_string(needed) + " bytes";
  }
  if (!syntax.isEncapsulated())
  {
    const auto given = static_cast<std::int64_t>(element->getLength());
    std::error_code error;
    const auto file = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    const bool isDeflated = syntax.getStreamCompression() != ESC_none;
    if (given < needed || (!isDeflated && file < needed))
    {
      return "pixel data of " + std::to_string(std::min(given, isDeflated ? given : file)) + " bytes; required " +
             std::to_string(needed) + ": the file is cut short, or is none of this size";
    }
  }
  return "";
}

void
ReadPlace(const DicomItems & items, DicomImage & image)
{
  DcmItem * measures = items.Group(DCM_PixelMeasuresSequence);
  image.hasPlace = Read(items.Group(DCM_PlanePositionSequence), DCM_ImagePositionPatient, image.position) &&
                   Read(items.Group(DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, image.orientation) &&
                   Read(measures, DCM_PixelSpacing, image.spacing);
  image.thickness = DicomItems::Number(measures, DCM_SliceThickness).value_or(0.0);
}

void
ReadValues(const DicomItems & items, DicomImage & image)
{
  DcmItem * transformation = items.Group(DCM_PixelValueTransformationSequence);
  image.slope = DicomItems::Number(transformation, DCM_RescaleSlope).value_or(1.0);
  image.intercept = DicomItems::Number(transformation, DCM_RescaleIntercept).value_or(0.0);
  image.rescaleType = DicomItems::Text(transformation, DCM_RescaleType);
  image.hasTable = SequenceItem(&items.Dataset(), DCM_ModalityLUTSequence) != nullptr;
  image.isInverted = DicomItems::Text(&items.Dataset(), DCM_PhotometricInterpretation) == "MONOCHROME1";
}

/** Of MR: how many samples were taken along each side (PS3.3 C.8.3.1 and C.8.13.3): frequency and phase run along
 * either. */
void
ReadMatrix(const DicomItems & items, DicomImage & image)
{
  DcmItem & set = items.Dataset();
  const auto classic = [&](unsigned long index)
  { return DicomItems::Number(&set, DCM_AcquisitionMatrix, index).value_or(0.0); };
  image.acquired = {std::max(classic(0), classic(2)), std::max(classic(1), classic(3))};
  DcmItem * field = items.Group(DCM_MRFOVGeometrySequence);
  const auto frequency = DicomItems::Number(field, DCM_MRAcquisitionFrequencyEncodingSteps);
  const auto phase = DicomItems::Number(field, DCM_MRAcquisitionPhaseEncodingStepsInPlane);
  if (frequency && phase)
  {
    const bool isPhaseAcrossRows = DicomItems::Text(field, DCM_InPlanePhaseEncodingDirection) == "COLUMN";
    image.acquired =
        isPhaseAcrossRows ? std::array<double, 2>{*phase, *frequency} : std::array<double, 2>{*frequency, *phase};
  }
}

/** What tells images of one series apart that lie at the same place. */
void
ReadContrast(const DicomItems & items, DicomImage & image)
{
  DcmItem & set = items.Dataset();
  DcmItem * content = items.Group(DCM_FrameContentSequence);
  DcmItem * frameType = items.Group(DCM_MRImageFrameTypeSequence);
  frameType = frameType == nullptr ? items.Group(DCM_CTImageFrameTypeSequence) : frameType;
  image.stack = DicomItems::Text(content, DCM_StackID);
  image.temporal = DicomItems::Integer(
      content, DCM_TemporalPositionIndex, DicomItems::Integer(&set, DCM_TemporalPositionIdentifier, 0));
  image.echo = DicomItems::Number(items.Group(DCM_MREchoSequence), DCM_EffectiveEchoTime)
                   .value_or(DicomItems::Number(&set, DCM_EchoTime).value_or(0.0));
  image.bValue = DicomItems::Number(items.Group(DCM_MRDiffusionSequence), DCM_DiffusionBValue).value_or(0.0);
  const std::string classicType = DicomItems::Text(&set, DCM_ImageType);
  const std::string type = DicomItems::Text(frameType, DCM_FrameType);
  image.imageType = type.empty() ? classicType : type;
  const std::string component = DicomItems::Text(frameType, DCM_ComplexImageComponent);
  image.part =
      PartOf(component.empty() ? DicomItems::Text(&set, DCM_ComplexImageComponent) : component, image.imageType);
}
} // namespace

void
LoadDicom(const std::string & path, DcmFileFormat & file)
{
  const OFCondition status = file.loadFile(path.c_str(), EXS_Unknown, EGL_noChange, largestHeaderValue, ERM_fileOnly);
  if (status.bad())
  {
    throw DataError(path + ": given a DICOM file that cannot be read (" + status.text() + "); required a whole one");
  }
}

DicomHeader
HeaderOf(const std::string & path, DcmFileFormat & file)
{
  DcmDataset & set = *file.getDataset();
  DicomHeader header;
  header.hasPixels = set.tagExists(DCM_PixelData) || set.tagExists(DCM_FloatPixelData) ||
                     set.tagExists(DCM_DoubleFloatPixelData) || set.tagExists(DCM_Rows);
  if (!header.hasPixels)
  {
    return header;
  }
  DicomImage common;
  common.path = path;
  ReadIdentity(set, common);
  ReadFormat(set, common);
  common.problem = FormatProblem(path, set, common.pixels);
  const std::int64_t frames = common.problem.empty() ? common.pixels.frames : 1;
  DcmItem * shared = SequenceItem(&set, DCM_SharedFunctionalGroupsSequence);
  for (std::int64_t frame = 0; frame < frames; ++frame)
  {
    DicomImage image = common;
    image.frame = frame;
    DicomItems items(set);
    items.SetGroups(SequenceItem(&set, DCM_PerFrameFunctionalGroupsSequence, static_cast<long>(frame)), shared);
    ReadPlace(items, image);
    ReadValues(items, image);
    ReadContrast(items, image);
    ReadMatrix(items, image);
    header.images.push_back(std::move(image));
  }
  return header;
}
} // namespace tweedie
