// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomFrames.h"

#include "tweedieError.h"

#include <algorithm>

namespace tweedie
{
namespace
{
DcmItem &
ItemOf(DcmItem & object, const DcmTagKey & sequence, std::size_t index)
{
  DcmItem * item = nullptr;
  if (object.findOrCreateSequenceItem(DcmTag(sequence), item, static_cast<signed long>(index)).bad())
  {
    throw DataError("DICOM object: functional groups of frame " + std::to_string(index) + " not written");
  }
  return *item;
}

void
PutDimensions(DcmItem & object, const MultiFrame & frames)
{
  const std::string uid = frames.series.NewUid("dimensions");
  PutText(AddItem(object, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, uid);
  PutText(object, DCM_DimensionOrganizationType, "3D");
  DcmItem & index = AddItem(object, DCM_DimensionIndexSequence);
  PutText(index, DCM_DimensionOrganizationUID, uid);
  PutTag(index, DCM_DimensionIndexPointer, DCM_ImagePositionPatient);
  PutTag(index, DCM_FunctionalGroupPointer, DCM_PlanePositionSequence);
  PutText(index, DCM_DimensionDescriptionLabel, "ImagePositionPatient");
}

/** The object's regions as the source codes them; else the head or whatever is in words only is not known. */
void
PutAnatomy(DcmItem & shared, const DicomSource & from)
{
  DcmItem & anatomy = AddItem(shared, DCM_FrameAnatomySequence);
  const std::string side = from.Text(DCM_Laterality);
  PutText(anatomy, DCM_FrameLaterality, side == "L" || side == "R" ? side : "U");
  from.Copy(anatomy, {DCM_AnatomicRegionSequence});
  if (!anatomy.tagExistsWithValue(DCM_AnatomicRegionSequence))
  {
    AddCode(anatomy, DCM_AnatomicRegionSequence, {"123037004", "SCT", "Body structure"});
  }
}

void
PutShared(DcmItem & object, const MultiFrame & frames, const DicomSource & from)
{
  const Grid & grid = frames.grid;
  DcmItem & shared = SharedGroups(object);
  DcmItem & measures = AddItem(shared, DCM_PixelMeasuresSequence);
  PutDecimals(measures, DCM_PixelSpacing, {grid.spacing.y, grid.spacing.x});
  PutDecimals(measures, DCM_SliceThickness, {grid.spacing.z});
  PutDecimals(measures, DCM_SpacingBetweenSlices, {grid.spacing.z});
  PutDecimals(AddItem(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, SliceOrientation(grid));
  if (frames.hasAnatomy)
  {
    PutAnatomy(shared, from);
  }
}

void
PutFrame(DcmItem & object, const MultiFrame & frames, std::size_t frame, bool isMultiFrame)
{
  DcmItem & groups = FrameGroups(object, frame);
  PutIndex(
      AddItem(groups, DCM_FrameContentSequence), DCM_DimensionIndexValues, {static_cast<std::uint32_t>(frame + 1)});
  PutDecimals(AddItem(groups, DCM_PlanePositionSequence),
              DCM_ImagePositionPatient,
              SlicePosition(frames.grid, frames.slices[frame]));
  DcmItem & derivation = AddItem(groups, DCM_DerivationImageSequence);
  PutText(derivation, DCM_DerivationDescription, frames.derivation);
  AddCode(derivation, DCM_DerivationCodeSequence, frames.derivationCode);
  if (frames.source.frames.empty())
  {
    PutEmptySequence(derivation, DCM_SourceImageSequence); // raw data are no images
    return;
  }
  DerivedSeries::AddSource(derivation,
                           DCM_SourceImageSequence,
                           NearestFrame(frames.source, frames.grid, frames.slices[frame]),
                           isMultiFrame);
}
} // namespace

DcmItem &
SharedGroups(DcmItem & object)
{
  return ItemOf(object, DCM_SharedFunctionalGroupsSequence, 0);
}

DcmItem &
FrameGroups(DcmItem & object, std::size_t frame)
{
  return ItemOf(object, DCM_PerFrameFunctionalGroupsSequence, frame);
}

void
PutMultiFrame(DcmItem & object, const MultiFrame & frames, const DicomSource & from)
{
  PutText(object, DCM_FrameOfReferenceUID, frames.series.FrameOfReference(from));
  from.CopyOrEmpty(object, {DCM_PositionReferenceIndicator});
  from.Copy(object, {DCM_BodyPartExamined});
  PutText(object, DCM_NumberOfFrames, std::to_string(frames.slices.size()));
  PutInteger(object, DCM_SamplesPerPixel, 1);
  PutText(object, DCM_PhotometricInterpretation, "MONOCHROME2");
  PutInteger(object, DCM_Rows, frames.grid.size.y);
  PutInteger(object, DCM_Columns, frames.grid.size.x);
  PutText(object, DCM_BurnedInAnnotation, "NO");
  frames.series.PutLossy(object, from);
  PutDimensions(object, frames);
  PutShared(object, frames, from);
  for (std::size_t frame = 0; frame < frames.slices.size(); ++frame)
  {
    PutFrame(object, frames, frame, from.IsMultiFrame());
  }
  if (!frames.source.frames.empty())
  {
    frames.series.AddReferencedSeries(object);
  }
}

void
PutContent(DcmItem & object, const std::string & label, const std::string & description)
{
  constexpr std::size_t longest = 16;
  const bool isCode =
      std::all_of(label.begin(),
                  label.end(),
                  [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' '; });
  if (label.empty() || label.size() > longest || !isCode)
  {
    throw UsageError("content label: given '" + PlainText(label, 40) +
                     "'; required 1 to 16 of A-Z, 0-9, underscore and space");
  }
  PutText(object, DCM_ContentLabel, label);
  PutText(object, DCM_ContentDescription, PlainText(description, 64));
  PutText(object, DCM_ContentCreatorName, ""); // nobody
}
} // namespace tweedie
