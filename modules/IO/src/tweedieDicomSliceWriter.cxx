// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomDerived.h"
#include "tweedieDicomQuantize.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieFolderOutput.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <filesystem>

namespace tweedie
{
namespace
{
/** What is the same in all slices. */
struct Slices
{
  const Volume & volume;
  const DicomSeries & source;
  const DicomValues & values;
  const DicomWriteOptions & options;
  const DerivedSeries & series;
  DicomScale scale;
  bool isHounsfield = false;
  std::string units;
  std::pair<double, double> shown; ///< of a map: what the window covers
};

std::string
FileName(std::int64_t slice)
{
  const std::string number = std::to_string(slice + 1);
  return "image-" + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number + ".dcm";
}

/** Required where the body part is one of a pair or not known, forbidden else (PS3.3 C.7.3.1). */
void
PutLaterality(DcmItem & object, const DicomSource & from)
{
  if (!IsUnpaired(from.Text(DCM_BodyPartExamined)))
  {
    from.CopyOrEmpty(object, {DCM_Laterality});
  }
}

/** CT Image module (PS3.3 C.8.2.1). */
void
PutCT(DcmItem & object, const DicomSource & from)
{
  PutText(object, DCM_ImageType, "DERIVED\\SECONDARY\\AXIAL");
  from.CopyOrEmpty(object, {DCM_KVP});
  from.Copy(object,
            {DCM_ScanOptions,
             DCM_DataCollectionDiameter,
             DCM_DistanceSourceToDetector,
             DCM_DistanceSourceToPatient,
             DCM_GantryDetectorTilt,
             DCM_TableHeight,
             DCM_RotationDirection,
             DCM_ExposureTime,
             DCM_XRayTubeCurrent,
             DCM_Exposure,
             DCM_FilterType});
}

/** MR Image module (PS3.3 C.8.3.1); an enhanced source says in other words what was measured. */
void
PutMR(DcmItem & object, const DicomSource & from)
{
  PutText(object, DCM_ImageType, "DERIVED\\SECONDARY\\OTHER");
  const std::string pulses = from.Text(DCM_EchoPulseSequence);
  PutText(object, DCM_ScanningSequence, pulses == "SPIN" ? "SE" : pulses == "GRADIENT" ? "GR" : "RM");
  PutText(object, DCM_SequenceVariant, "NONE");
  from.Copy(object, {DCM_ScanningSequence, DCM_SequenceVariant});
  from.CopyOrEmpty(object,
                   {DCM_ScanOptions, DCM_MRAcquisitionType, DCM_RepetitionTime, DCM_EchoTime, DCM_EchoTrainLength});
  const std::string echo = from.Text(DCM_EffectiveEchoTime);
  if (!echo.empty() && TextOf(object, DCM_EchoTime).empty())
  {
    PutText(object, DCM_EchoTime, PlainText(echo, 16));
  }
  from.Copy(object,
            {DCM_SequenceName,
             DCM_AngioFlag,
             DCM_InversionTime,
             DCM_TriggerTime,
             DCM_NumberOfAverages,
             DCM_ImagingFrequency,
             DCM_ImagedNucleus,
             DCM_EchoNumbers,
             DCM_MagneticFieldStrength,
             DCM_PixelBandwidth,
             DCM_ReceiveCoilName,
             DCM_FlipAngle});
}

void
PutPlace(DcmItem & object, const Grid & grid, std::int64_t slice, const Slices & s, const DicomSource & from)
{
  const std::vector<double> position = SlicePosition(grid, slice);
  PutDecimals(object, DCM_PixelSpacing, {grid.spacing.y, grid.spacing.x});
  PutDecimals(object, DCM_ImagePositionPatient, position);
  PutDecimals(object, DCM_ImageOrientationPatient, SliceOrientation(grid));
  if (grid.size.z == s.source.grid.size.z)
  {
    from.CopyOrEmpty(object, {DCM_SliceThickness});
  }
  else
  {
    PutDecimals(object, DCM_SliceThickness, {grid.spacing.z});
  }
  double height = 0.0;
  for (std::size_t i = 0; i < 3; ++i)
  {
    height += grid.direction[3 * i + 2] * position[i];
  }
  PutDecimals(object, DCM_SliceLocation, {height});
}

/** Without units a number that came out of slope and intercept would be taken for what the modality measures. */
void
PutRealWorldValues(DcmItem & object, const Slices & s)
{
  DcmItem & map = AddItem(object, DCM_RealWorldValueMappingSequence);
  PutInteger(map, DCM_RealWorldValueFirstValueMapped, 0);
  PutInteger(map, DCM_RealWorldValueLastValueMapped, 65535);
  PutDecimals(map, DCM_RealWorldValueIntercept, {s.scale.intercept});
  PutDecimals(map, DCM_RealWorldValueSlope, {s.scale.slope});
  PutText(map, DCM_LUTExplanation, PlainText(s.values.quantity, 64));
  PutText(map, DCM_LUTLabel, PlainText(s.values.quantity, 16));
  AddCode(map, DCM_MeasurementUnitsCodeSequence, UnitsCode(s.units));
}

void
PutScale(DcmItem & object, const Slices & s, const DicomSource & from)
{
  PutDecimals(object, DCM_RescaleIntercept, {s.scale.intercept});
  PutDecimals(object, DCM_RescaleSlope, {s.scale.slope});
  if (s.source.modality == "CT")
  {
    PutText(object, DCM_RescaleType, s.isHounsfield ? "HU" : "US"); // US: unspecified (PS3.3 C.11.1.1.2)
  }
  if (s.isHounsfield)
  {
    PutText(object, DCM_WindowCenter,
            "40"); // soft tissue, where the source has no window
    PutText(object, DCM_WindowWidth, "400");
    if (!from.Text(DCM_WindowCenter).empty() && !from.Text(DCM_WindowWidth).empty())
    {
      from.Copy(object, {DCM_WindowCenter, DCM_WindowWidth});
    }
    return;
  }
  PutRealWorldValues(object, s);
  PutDecimals(object, DCM_WindowCenter, {0.5 * (s.shown.first + s.shown.second)});
  PutDecimals(object, DCM_WindowWidth, {s.shown.second - s.shown.first});
  PutText(object, DCM_VOILUTFunction, "LINEAR_EXACT");
}

void
PutPixels(DcmItem & object, const Slices & s, std::int64_t slice, DicomSeriesRecord & record)
{
  const Axes<std::int64_t> & size = s.volume.GetGrid().size;
  PutInteger(object, DCM_SamplesPerPixel, 1);
  PutText(object, DCM_PhotometricInterpretation, "MONOCHROME2");
  PutInteger(object, DCM_Rows, size.y);
  PutInteger(object, DCM_Columns, size.x);
  PutInteger(object, DCM_BitsAllocated, 16);
  PutInteger(object, DCM_BitsStored, 16);
  PutInteger(object, DCM_HighBit, 15);
  PutInteger(object, DCM_PixelRepresentation, 0);
  const std::vector<std::uint16_t> stored = QuantizeSlice(s.volume, slice, s.scale, record);
  PutWords(object, DCM_PixelData, stored);
}

void
PutSources(DcmItem & object, const Slices & s, const DicomSource & from)
{
  if (s.volume.GetGrid().size.z == static_cast<std::int64_t>(s.source.frames.size()))
  {
    DerivedSeries::AddSource(object, DCM_SourceImageSequence, from.Frame(), from.IsMultiFrame());
    return;
  }
  for (const DicomFrame & frame : s.source.frames) // slices that are not the source's are made of all of them
  {
    DerivedSeries::AddSource(object, DCM_SourceImageSequence, frame, from.IsMultiFrame());
  }
}

void
WriteSlice(const std::string & path, const Slices & s, std::int64_t slice, DicomSeriesRecord & record)
{
  const bool isCT = s.source.modality == "CT";
  const DicomSource from = SourceOf(s.source, s.volume.GetGrid(), slice);
  DcmFileFormat file;
  DcmItem & object = *file.getDataset();
  s.series.Fill(object, from, isCT ? UID_CTImageStorage : UID_MRImageStorage, slice + 1, s.source.modality);
  const std::string title = s.values.quantity + (s.isHounsfield || s.units.empty() ? "" : " [" + s.units + "]");
  const std::string & method = s.options.provenance.method;
  const std::string made = title + (method.empty() ? "" : ", " + method);
  PutText(object, DCM_SeriesDescription, PlainText(s.options.description.empty() ? made : s.options.description, 64));
  from.Copy(object, {DCM_BodyPartExamined, DCM_ProtocolName});
  PutLaterality(object, from);
  from.CopyOrEmpty(object, {DCM_PatientPosition, DCM_PositionReferenceIndicator});
  PutText(object, DCM_FrameOfReferenceUID, s.series.FrameOfReference(from));
  from.CopyOrEmpty(object, {DCM_AcquisitionNumber, DCM_PatientOrientation});
  from.Copy(object, {DCM_AcquisitionDate, DCM_AcquisitionTime, DCM_ImageLaterality});
  isCT ? PutCT(object, from) : PutMR(object, from);
  PutPlace(object, s.volume.GetGrid(), slice, s, from);
  PutText(object, DCM_DerivationDescription, s.series.Derivation(title));
  if (!s.values.derivation.value.empty())
  {
    AddCode(object, DCM_DerivationCodeSequence, s.values.derivation);
  }
  PutSources(object, s, from);
  PutText(object, DCM_BurnedInAnnotation, "NO");
  s.series.PutLossy(object, from);
  PutScale(object, s, from);
  PutPixels(object, s, slice, record);
  DerivedSeries::Save(file, path);
}
} // namespace

void
RequireApart(const std::string & folder, const DicomSeries & source)
{
  for (const std::vector<DicomFrame> * frames : {&source.frames, &source.partners})
  {
    for (const DicomFrame & frame : *frames)
    {
      RequireOutside(frame.path, folder);
    }
  }
}

void
RequireDicomFolder(const std::string & folder, bool overwrite)
{
  RequireWritableFolder(folder, {".dcm"}, overwrite);
}

DicomSeriesRecord
WriteDicomSeries(const std::string & folder,
                 const Volume & volume,
                 const DicomSeries & source,
                 const DicomValues & values,
                 const DicomWriteOptions & options)
{
  RequireWritableVolume(volume, "DICOM series");
  if (source.modality != "CT" && source.modality != "MR")
  {
    throw DataError("DICOM series: given a source of modality '" + PlainText(source.modality, 16) +
                    "'; required CT or MR");
  }
  RequireApart(folder, source);
  const QuietDcmtk quiet;
  const bool isHounsfield = source.modality == "CT" && values.isImage;
  const DicomScale scale = ChooseScale(volume, values, isHounsfield);
  const std::string units = values.units.empty() ? source.units : values.units;
  const DerivedSeries series(source,
                             options,
                             "images of " + values.quantity + " in " + units + ", slope " + NumberText(values.slope) +
                                 ", intercept " + NumberText(values.intercept.value_or(0.0)));
  const Slices slices{volume,
                      source,
                      values,
                      options,
                      series,
                      scale,
                      isHounsfield,
                      units,
                      isHounsfield ? std::pair(0.0, 1.0) : ShownRange(volume)};
  DicomSeriesRecord record;
  record.slope = scale.slope;
  record.intercept = scale.intercept;
  record.seriesUid = series.Uid();
  WriteFolderAtomically(folder,
                        {".dcm"},
                        options.overwrite,
                        [&](const std::string & temporary)
                        {
                          for (std::int64_t slice = 0; slice < volume.GetGrid().size.z; ++slice)
                          {
                            WriteSlice(temporary + '/' + FileName(slice), slices, slice, record);
                            record.files.push_back((std::filesystem::path(folder) / FileName(slice)).string());
                          }
                        });
  return record;
}
} // namespace tweedie
