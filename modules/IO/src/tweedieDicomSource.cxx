// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomDerived.h"

#include "tweedieDicomItems.h"
#include "tweedieError.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::uint32_t largestHeaderValue = 4096; // bytes; what is longer stays in the file until it is asked for

/** The item with an attribute that is not empty, at any depth below. */
DcmItem *
Below(DcmItem & item, const DcmTagKey & tag)
{
  DcmStack stack;
  if (item.search(tag, stack, ESM_fromHere, OFTrue).bad() || stack.card() < 2 || stack.top()->getLength() == 0)
  {
    return nullptr;
  }
  return dynamic_cast<DcmItem *>(stack.elem(1));
}

double
Component(const Grid & grid, std::size_t row, std::size_t column)
{
  return grid.direction[3 * row + column];
}

std::array<double, 3>
Normal(const Grid & grid)
{
  std::array<double, 3> normal{};
  for (std::size_t i = 0; i < 3; ++i)
  {
    const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
    normal[i] = Component(grid, j, 0) * Component(grid, k, 1) - Component(grid, k, 0) * Component(grid, j, 1);
  }
  return normal;
}
} // namespace

DicomSource::DicomSource(const DicomFrame & frame) : m_Frame(frame), m_File(std::make_unique<DcmFileFormat>())
{
  const OFCondition status = m_File->loadFileUntilTag(
      frame.path.c_str(), EXS_Unknown, EGL_noChange, largestHeaderValue, ERM_autoDetect, DCM_FloatPixelData);
  if (status.bad() || TextOf(*m_File->getDataset(), DCM_StudyInstanceUID).empty())
  {
    throw DataError("source " + frame.path + ": given no DICOM image that can be read; required one of the series");
  }
  m_IsMultiFrame =
      SequenceItem(&Dataset(), DCM_PerFrameFunctionalGroupsSequence, static_cast<long>(frame.frame)) != nullptr ||
      SequenceItem(&Dataset(), DCM_SharedFunctionalGroupsSequence) != nullptr;
}

DicomSource::DicomSource(const std::vector<DicomAttribute> & attributes) : m_File(std::make_unique<DcmFileFormat>())
{
  for (const DicomAttribute & attribute : attributes)
  {
    PutText(Dataset(), DcmTagKey(attribute.group, attribute.element), attribute.text);
  }
}

DcmItem *
DicomSource::Holder(const DcmTagKey & tag) const
{
  for (DcmItem * group :
       {SequenceItem(&Dataset(), DCM_PerFrameFunctionalGroupsSequence, static_cast<long>(m_Frame.frame)),
        SequenceItem(&Dataset(), DCM_SharedFunctionalGroupsSequence)})
  {
    DcmItem * holder = group == nullptr ? nullptr : Below(*group, tag);
    if (holder != nullptr)
    {
      return holder;
    }
  }
  return Dataset().tagExistsWithValue(tag) ? &Dataset() : nullptr;
}

std::string
DicomSource::Text(const DcmTagKey & tag) const
{
  DcmItem * holder = Holder(tag);
  return holder == nullptr ? "" : TextOf(*holder, tag);
}

void
DicomSource::Copy(DcmItem & item, std::initializer_list<DcmTagKey> tags) const
{
  for (const DcmTagKey & tag : tags)
  {
    if (DcmItem * holder = Holder(tag))
    {
      CopyAttributes(*holder, item, {tag});
    }
  }
}

void
DicomSource::CopyOrEmpty(DcmItem & item, std::initializer_list<DcmTagKey> tags) const
{
  for (const DcmTagKey & tag : tags)
  {
    DcmItem * holder = Holder(tag);
    tweedie::CopyOrEmpty(holder == nullptr ? Dataset() : *holder, item, {tag});
  }
}

const DicomFrame &
NearestFrame(const DicomSeries & source, const Grid & grid, std::int64_t slice)
{
  if (source.frames.empty())
  {
    throw DataError("source series: given no images; required the series that "
                    "the volume was made of");
  }
  const std::vector<double> position = SlicePosition(grid, slice);
  double height = 0.0;
  for (std::size_t i = 0; i < 3; ++i)
  {
    height += Component(source.grid, i, 2) * (position[i] - source.grid.origin[i]);
  }
  const double index = std::round(height / source.grid.spacing.z);
  const double last = static_cast<double>(source.frames.size() - 1);
  return source.frames[static_cast<std::size_t>(std::clamp(index, 0.0, last))];
}

DicomSource
SourceOf(const DicomSeries & source, const Grid & grid, std::int64_t slice)
{
  return source.frames.empty() && !source.attributes.empty() ? DicomSource(source.attributes)
                                                             : DicomSource(NearestFrame(source, grid, slice));
}

std::vector<double>
SlicePosition(const Grid & grid, std::int64_t slice)
{
  std::vector<double> position(3);
  for (std::size_t i = 0; i < 3; ++i)
  {
    position[i] = grid.origin[i] + static_cast<double>(slice) * grid.spacing.z * Component(grid, i, 2);
  }
  return position;
}

std::vector<double>
SliceOrientation(const Grid & grid)
{
  std::vector<double> cosines;
  for (const std::size_t column : {0U, 1U})
  {
    for (std::size_t row = 0; row < 3; ++row)
    {
      cosines.push_back(Component(grid, row, column));
    }
  }
  return cosines;
}

void
RequireWritableVolume(const Volume & volume, const char * name)
{
  const auto refuse = [name](const std::string & given, const std::string & required)
  { throw DataError(std::string(name) + ": given " + given + "; required " + required); };
  if (volume.IsEmpty() || volume.IsComplex() || volume.Channels() != 1)
  {
    refuse(volume.IsComplex() ? "complex numbers" : "none or several channels", "a real volume of one channel");
  }
  const Grid & grid = volume.GetGrid();
  constexpr std::int64_t largest = 65535; // of Rows and Columns
  if (std::max(grid.size.x, grid.size.y) > largest)
  {
    refuse("slices of more than 65535 rows or columns", "fewer");
  }
  constexpr std::int64_t bytes = 0xFFFFFFFE; // of one attribute (PS3.5 7.1.1); the headers are small beside it
  constexpr std::int64_t headers = 1 << 24;
  if (grid.NumberOfVoxels() > (bytes - headers) / 4)
  {
    refuse("more than 4 GiB of voxels", "fewer slices");
  }
  volume.RequireFinite(name);
  // The tolerance of readers: 1e-4 of the axes, both of their lengths and of their angles.
  constexpr double tolerance = 1e-4;
  const std::array<double, 3> normal = Normal(grid);
  double along = 0.0, across = 0.0, lengths[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < 3; ++i)
  {
    along += normal[i] * Component(grid, i, 2);
    across += Component(grid, i, 0) * Component(grid, i, 1);
    lengths[0] += Component(grid, i, 0) * Component(grid, i, 0);
    lengths[1] += Component(grid, i, 1) * Component(grid, i, 1);
  }
  if (std::abs(std::abs(along) - 1.0) > tolerance || std::abs(across) > tolerance ||
      std::abs(lengths[0] - 1.0) > tolerance || std::abs(lengths[1] - 1.0) > tolerance)
  {
    refuse("axes that are not orthonormal", "slices along their normal");
  }
}
} // namespace tweedie
