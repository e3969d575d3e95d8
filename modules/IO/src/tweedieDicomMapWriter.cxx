// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieDicomFrames.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tweedie
{
namespace
{
const DicomCode quantity{"246205007", "SCT", "Quantity"}; // names the item (PS3.3 C.7.6.16.2.11)

/** Values 1 and 2 are fixed (PS3.3 C.8.32.2.1), value 4 is one of C.8.16.1.4. */
std::string
ImageType(const DicomMapMeaning & meaning)
{
  const std::string & code = meaning.derivation.value;
  return std::string("DERIVED\\PRIMARY\\VOLUME\\") + (code == "113061"   ? "STD_DEVIATION"
                                                      : code == "113049" ? "MEAN"
                                                                         : "NONE");
}

/** Stored floats are the values themselves. */
void
PutMeaning(DcmItem & shared, const Volume & volume, const DicomMapMeaning & meaning)
{
  DcmItem & identity = AddItem(shared, DCM_PixelValueTransformationSequence);
  PutText(identity, DCM_RescaleIntercept, "0");
  PutText(identity, DCM_RescaleSlope, "1");
  PutText(identity, DCM_RescaleType, "US");
  DcmItem & map = AddItem(shared, DCM_RealWorldValueMappingSequence);
  const auto [low, high] = std::minmax_element(volume.Data(), volume.Data() + volume.NumberOfElements());
  PutDecimals(map, DCM_DoubleFloatRealWorldValueFirstValueMapped, {*low});
  PutDecimals(map, DCM_DoubleFloatRealWorldValueLastValueMapped, {*high});
  PutDecimals(map, DCM_RealWorldValueIntercept, {0.0});
  PutDecimals(map, DCM_RealWorldValueSlope, {1.0});
  PutText(map, DCM_LUTExplanation, PlainText(meaning.explanation, 64));
  PutText(map, DCM_LUTLabel, meaning.label);
  AddCode(map, DCM_MeasurementUnitsCodeSequence, meaning.units);
  DcmItem & definition = AddItem(map, DCM_QuantityDefinitionSequence);
  PutText(definition, DCM_ValueType, "CODE");
  AddCode(definition, DCM_ConceptNameCodeSequence, quantity);
  AddCode(definition, DCM_ConceptCodeSequence, meaning.quantity);
  const std::string type = ImageType(meaning);
  // C.8.32.2.1)
  PutText(AddItem(shared, DCM_ParametricMapFrameTypeSequence), DCM_FrameType, type);
}

/** A window that shows the map in viewers without a choice of their own. */
void
PutWindow(DcmItem & shared, const Volume & volume)
{
  const auto [low, high] = std::minmax_element(volume.Data(), volume.Data() + volume.NumberOfElements());
  const double width = std::max(static_cast<double>(*high) - *low, 1e-6);
  DcmItem & window = AddItem(shared, DCM_FrameVOILUTSequence);
  PutDecimals(window, DCM_WindowCenter, {0.5 * (static_cast<double>(*low) + *high)});
  PutDecimals(window, DCM_WindowWidth, {width});
  PutText(window, DCM_VOILUTFunction, "LINEAR_EXACT"); // of real numbers: a width below 1 has no other meaning
}
} // namespace

std::string
WriteParametricMap(const std::string & path,
                   const Volume & volume,
                   const DicomSeries & source,
                   const DicomMapMeaning & meaning,
                   const DicomWriteOptions & options)
{
  RequireWritableVolume(volume, "DICOM map");
  RequireWritable(path, options.overwrite);
  const QuietDcmtk quiet;
  const Grid & grid = volume.GetGrid();
  const DerivedSeries series(source,
                             options,
                             "map of " + meaning.label + ' ' + meaning.quantity.value + ' ' + meaning.units.value +
                                 ' ' + meaning.explanation);
  const DicomSource from = SourceOf(source, grid, 0);
  DcmFileFormat file;
  DcmItem & object = *file.getDataset();
  series.Fill(object, from, UID_ParametricMapStorage, 1, PlainText(source.modality, 16));
  const std::string described = meaning.explanation + " [" + meaning.units.value + "]";
  PutText(object, DCM_SeriesDescription, PlainText(options.description.empty() ? described : options.description, 64));
  PutText(object, DCM_ImageType, ImageType(meaning));
  PutContent(object, meaning.label, meaning.explanation);
  PutText(object, DCM_ContentQualification, "RESEARCH");
  PutText(object, DCM_PresentationLUTShape, "IDENTITY");
  PutText(object, DCM_RecognizableVisualFeatures, "NO");
  PutEmptySequence(object, DCM_AcquisitionContextSequence);
  MultiFrame frames{grid, source, series, {}, series.Derivation(meaning.explanation), meaning.derivation};
  frames.slices.resize(static_cast<std::size_t>(grid.size.z));
  std::iota(frames.slices.begin(), frames.slices.end(), std::int64_t{0});
  PutMultiFrame(object, frames, from);
  PutMeaning(SharedGroups(object), volume, meaning);
  PutWindow(SharedGroups(object), volume);
  PutInteger(object, DCM_BitsAllocated, 32);
  PutFloats(object, DCM_FloatPixelData, volume.Data(), static_cast<std::size_t>(volume.NumberOfElements()));
  WriteAtomically(path, [&](const std::string & temporary) { DerivedSeries::Save(file, temporary); });
  return series.Uid();
}
} // namespace tweedie
