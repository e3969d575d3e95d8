// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieDicomFrames.h"
#include "tweedieError.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <algorithm>

namespace tweedie
{
namespace
{
bool
IsInside(float value)
{
  return value != 0.0F;
}

/** Frames without any part of the segment are left out (PS3.3 C.8.20.2). */
std::vector<std::int64_t>
SlicesInside(const Volume & mask)
{
  const Axes<std::int64_t> & size = mask.GetGrid().size;
  std::vector<std::int64_t> slices;
  for (std::int64_t slice = 0; slice < size.z; ++slice)
  {
    const float * first = mask.Data() + slice * size.y * size.x;
    if (std::any_of(first, first + size.y * size.x, IsInside))
    {
      slices.push_back(slice);
    }
  }
  if (slices.empty())
  {
    throw DataError("DICOM mask: given none that is set; required at least one voxel");
  }
  return slices;
}

/** One bit a pixel, the first in the lowest bit, frames without a gap between (PS3.5 8.1.1 and annex D). */
std::vector<std::uint8_t>
PackBits(const Volume & mask, const std::vector<std::int64_t> & slices)
{
  const std::int64_t pixels = mask.GetGrid().size.y * mask.GetGrid().size.x;
  const std::size_t bits = slices.size() * static_cast<std::size_t>(pixels);
  std::vector<std::uint8_t> packed((bits + 15) / 16 * 2); // of even length
  std::size_t bit = 0;
  for (const std::int64_t slice : slices)
  {
    const float * first = mask.Data() + slice * pixels;
    for (std::int64_t i = 0; i < pixels; ++i, ++bit)
    {
      packed[bit / 8] = static_cast<std::uint8_t>(packed[bit / 8] | (IsInside(first[i]) ? 1U << bit % 8 : 0U));
    }
  }
  return packed;
}

void
PutSegment(DcmItem & object, const DicomMaskMeaning & meaning)
{
  PutText(object, DCM_SegmentationType, "BINARY");
  DcmItem & segment = AddItem(object, DCM_SegmentSequence);
  PutInteger(segment, DCM_SegmentNumber, 1);
  PutText(segment, DCM_SegmentLabel, PlainText(meaning.label, 64));
  PutText(segment, DCM_SegmentAlgorithmType, "AUTOMATIC");
  PutText(segment, DCM_SegmentAlgorithmName, "Tweedie");
  AddCode(segment, DCM_SegmentedPropertyCategoryCodeSequence, meaning.category);
  AddCode(segment, DCM_SegmentedPropertyTypeCodeSequence, meaning.type);
  PutInteger(AddItem(SharedGroups(object), DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber, 1);
}
} // namespace

std::string
WriteSegmentation(const std::string & path,
                  const Volume & mask,
                  const DicomSeries & source,
                  const DicomMaskMeaning & meaning,
                  const DicomWriteOptions & options)
{
  RequireWritableVolume(mask, "DICOM mask");
  RequireWritable(path, options.overwrite);
  const QuietDcmtk quiet;
  const Grid & grid = mask.GetGrid();
  const DerivedSeries series(source, options, "mask of " + meaning.label + ' ' + meaning.type.value);
  const DicomSource from = SourceOf(source, grid, 0);
  DcmFileFormat file;
  DcmItem & object = *file.getDataset();
  series.Fill(object, from, UID_SegmentationStorage, 1, "SEG");
  PutText(
      object, DCM_SeriesDescription, PlainText(options.description.empty() ? meaning.label : options.description, 64));
  PutText(object, DCM_ImageType, "DERIVED\\PRIMARY");
  PutContent(object, "SEGMENTATION", meaning.label);
  const DicomCode derivation{"113076", "DCM", "Segmentation"}; // CID 7203
  PutMultiFrame(
      object, {grid, source, series, SlicesInside(mask), series.Derivation(meaning.label), derivation, false}, from);
  PutSegment(object, meaning);
  PutInteger(object, DCM_BitsAllocated, 1);
  PutInteger(object, DCM_BitsStored, 1);
  PutInteger(object, DCM_HighBit, 0);
  PutInteger(object, DCM_PixelRepresentation, 0);
  PutBytes(object, DCM_PixelData, PackBits(mask, SlicesInside(mask)));
  WriteAtomically(path, [&](const std::string & temporary) { DerivedSeries::Save(file, temporary); });
  return series.Uid();
}
} // namespace tweedie
