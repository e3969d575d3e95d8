// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIImageRecord.h"

#include "tweedieError.h"
#include "tweedieVector3.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::int64_t largestCount = 65535; // counters have 16 bits
constexpr double samePlace = 1e-3;           // mm
constexpr double unevenSteps = 0.01;         // of the distance between slices
constexpr double sameAxis = 1e-4;            // of directions, which are floats

Vector3
VectorOf(const std::array<float, 3> & values)
{
  return {values[0], values[1], values[2]};
}

std::array<float, 3>
FloatsOf(const Vector3 & values)
{
  return {static_cast<float>(values[0]), static_cast<float>(values[1]), static_cast<float>(values[2])};
}

Vector3
Column(const Grid & grid, std::size_t column)
{
  return {grid.direction[column], grid.direction[3 + column], grid.direction[6 + column]};
}

/** Numbers of ISMRMRD: complex float and float; complex, magnitude and real images. */
void
PutKind(MRIImageHead & head, const Volume & volume)
{
  constexpr std::uint16_t floats = 5, complexFloats = 7, magnitude = 1, real = 3, complexImage = 5;
  const float * const end = volume.Data() + volume.NumberOfElements();
  const bool isSigned =
      !volume.IsComplex() && std::any_of(volume.Data(), end, [](float value) { return value < 0.0F; });
  head.dataType = volume.IsComplex() ? complexFloats : floats;
  head.imageType = volume.IsComplex() ? complexImage : isSigned ? real : magnitude;
}

bool
IsSameVolume(const MRIImageHead & a, const MRIImageHead & b)
{
  const auto isClose = [](const std::array<float, 3> & u, const std::array<float, 3> & v)
  { return Length(AddScaled(VectorOf(u), -1.0, VectorOf(v))) < sameAxis; };
  return a.matrix == b.matrix && a.channels == b.channels && a.average == b.average && a.contrast == b.contrast &&
         a.phase == b.phase && a.repetition == b.repetition && a.set == b.set &&
         isClose(a.fieldOfView, b.fieldOfView) && isClose(a.readDirection, b.readDirection) &&
         isClose(a.phaseDirection, b.phaseDirection) && isClose(a.sliceDirection, b.sliceDirection);
}

void
RequireOneVolume(const std::vector<MRIImageHead> & heads)
{
  const auto other = std::find_if(
      heads.begin(), heads.end(), [&](const MRIImageHead & head) { return !IsSameVolume(head, heads.front()); });
  if (other != heads.end())
  {
    throw DataError("given image 0 and image " + std::to_string(other - heads.begin()) +
                    " of other sizes, directions, repetitions, contrasts, phases, sets or averages; required slices of "
                    "one volume");
  }
  const MRIImageHead & head = heads.front();
  if (heads.size() > 1 && head.matrix[2] > 1)
  {
    throw DataError("given " + std::to_string(heads.size()) + " volumes; required one, or slices of one");
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (head.matrix[axis] < 1 || !(head.fieldOfView[axis] > 0.0F) || !std::isfinite(head.fieldOfView[axis]))
    {
      throw DataError("given an image of " + std::to_string(head.matrix[axis]) + " pixels over " +
                      std::to_string(head.fieldOfView[axis]) + " mm along axis " + std::to_string(axis) +
                      "; required at least 1, and more than 0 mm");
    }
  }
}

/** The axes of an image, or the patient's where it does not say. */
std::array<Vector3, 3>
AxesOf(const MRIImageHead & head)
{
  std::array<Vector3, 3> axes{
      VectorOf(head.readDirection), VectorOf(head.phaseDirection), VectorOf(head.sliceDirection)};
  if (!(Length(axes[0]) > 0.0) || !(Length(axes[1]) > 0.0))
  {
    return {Vector3{1.0, 0.0, 0.0}, Vector3{0.0, 1.0, 0.0}, Vector3{0.0, 0.0, 1.0}};
  }
  axes[2] = Length(axes[2]) > 0.0 ? axes[2] : Cross(axes[0], axes[1]);
  for (Vector3 & axis : axes)
  {
    axis = AddScaled({0.0, 0.0, 0.0}, 1.0 / Length(axis), axis);
  }
  constexpr double flattest = 1e-3;
  const double volume = Dot(Cross(axes[0], axes[1]), axes[2]);
  if (!(std::abs(volume) > flattest))
  {
    throw DataError("given directions of an image that lie in one plane; required three axes");
  }
  return axes;
}

/** Images by their height along an axis. */
std::vector<std::size_t>
OrderAlong(const std::vector<MRIImageHead> & heads, const Vector3 & axis)
{
  std::vector<double> heights;
  for (const MRIImageHead & head : heads)
  {
    heights.push_back(Dot(VectorOf(head.position), axis));
    if (!std::isfinite(heights.back()))
    {
      throw DataError("given a position of image " + std::to_string(heights.size() - 1) +
                      " that is not finite; required numbers");
    }
  }
  std::vector<std::size_t> order(heads.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return heights[a] < heights[b]; });
  return order;
}

/** From one slice to the next; 0 where all are at one place. */
double
StepOf(const std::vector<MRIImageHead> & heads, const std::vector<std::size_t> & order, const Vector3 & axis)
{
  const auto gap = [&](std::size_t from, std::size_t to)
  { return AddScaled(VectorOf(heads[order[to]].position), -1.0, VectorOf(heads[order[from]].position)); };
  const double step = Dot(gap(0, order.size() - 1), axis) / static_cast<double>(order.size() - 1);
  if (!(step > samePlace))
  {
    return 0.0;
  }
  for (std::size_t i = 1; i < order.size(); ++i)
  {
    const Vector3 off = AddScaled(gap(i - 1, i), -step, axis);
    if (Length(off) > std::max(unevenSteps * step, samePlace))
    {
      throw DataError("given slices " + std::to_string(order[i - 1]) + " and " + std::to_string(order[i]) + " " +
                      std::to_string(Length(off)) + " mm off steps of " + std::to_string(step) +
                      " mm along their normal; required even steps");
    }
  }
  return step;
}
} // namespace

const std::vector<MRIImageMember> &
MRIImageMembers()
{
  using H = MRIImageHead;
  using N = MRINumber;
  static const std::vector<MRIImageMember> members{
      {"version", offsetof(H, version), N::Uint16, 1},
      {"data_type", offsetof(H, dataType), N::Uint16, 1},
      {"flags", offsetof(H, flags), N::Uint64, 1},
      {"measurement_uid", offsetof(H, measurement), N::Uint32, 1},
      {"matrix_size", offsetof(H, matrix), N::Uint16, 3},
      {"field_of_view", offsetof(H, fieldOfView), N::Float, 3},
      {"channels", offsetof(H, channels), N::Uint16, 1},
      {"position", offsetof(H, position), N::Float, 3},
      {"read_dir", offsetof(H, readDirection), N::Float, 3},
      {"phase_dir", offsetof(H, phaseDirection), N::Float, 3},
      {"slice_dir", offsetof(H, sliceDirection), N::Float, 3},
      {"patient_table_position", offsetof(H, tablePosition), N::Float, 3},
      {"average", offsetof(H, average), N::Uint16, 1},
      {"slice", offsetof(H, slice), N::Uint16, 1},
      {"contrast", offsetof(H, contrast), N::Uint16, 1},
      {"phase", offsetof(H, phase), N::Uint16, 1},
      {"repetition", offsetof(H, repetition), N::Uint16, 1},
      {"set", offsetof(H, set), N::Uint16, 1},
      {"acquisition_time_stamp", offsetof(H, timeStamp), N::Uint32, 1},
      {"physiology_time_stamp", offsetof(H, physiologyStamps), N::Uint32, 3},
      {"image_type", offsetof(H, imageType), N::Uint16, 1},
      {"image_index", offsetof(H, imageIndex), N::Uint16, 1},
      {"image_series_index", offsetof(H, series), N::Uint16, 1},
      {"user_int", offsetof(H, userNumbers), N::Int32, 8},
      {"user_float", offsetof(H, userFloats), N::Float, 8},
      {"attribute_string_len", offsetof(H, attributeLength), N::Uint32, 1}};
  return members;
}

std::size_t
SizeOf(MRINumber kind)
{
  return kind == MRINumber::Uint16   ? sizeof(std::uint16_t)
         : kind == MRINumber::Uint64 ? sizeof(std::uint64_t)
                                     : sizeof(std::uint32_t); // whole numbers and floats of four bytes
}

std::string
PackedHead(const MRIImageHead & head)
{
  std::string bytes;
  for (const MRIImageMember & member : MRIImageMembers())
  {
    bytes.append(reinterpret_cast<const char *>(&head) + member.offset, member.count * SizeOf(member.kind));
  }
  return bytes;
}

std::vector<MRIImageHead>
HeadsOfSlices(const Volume & volume)
{
  const Grid & grid = volume.GetGrid();
  if (std::max({grid.size.x, grid.size.y, grid.size.z, volume.Channels()}) > largestCount)
  {
    throw DataError("ISMRMRD image: given more than 65535 pixels, slices or channels; required fewer");
  }
  MRIImageHead head{};
  head.version = 1;
  PutKind(head, volume);
  head.matrix = {static_cast<std::uint16_t>(grid.size.x), static_cast<std::uint16_t>(grid.size.y), 1};
  head.fieldOfView = FloatsOf({grid.spacing.x * static_cast<double>(grid.size.x),
                               grid.spacing.y * static_cast<double>(grid.size.y),
                               grid.spacing.z});
  head.channels = static_cast<std::uint16_t>(volume.Channels());
  head.readDirection = FloatsOf(Column(grid, 0));
  head.phaseDirection = FloatsOf(Column(grid, 1));
  head.sliceDirection = FloatsOf(Column(grid, 2));
  Vector3 middle = AddScaled(grid.origin, grid.spacing.x * static_cast<double>(grid.size.x / 2), Column(grid, 0));
  middle = AddScaled(middle, grid.spacing.y * static_cast<double>(grid.size.y / 2), Column(grid, 1));
  std::vector<MRIImageHead> heads;
  for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
  {
    head.position = FloatsOf(AddScaled(middle, grid.spacing.z * static_cast<double>(slice), Column(grid, 2)));
    head.slice = static_cast<std::uint16_t>(slice);
    head.imageIndex = static_cast<std::uint16_t>(slice + 1); // from 1, as reconstructions number them
    heads.push_back(head);
  }
  return heads;
}

MRIImagePlaces
PlacesOfImages(const std::vector<MRIImageHead> & heads)
{
  RequireOneVolume(heads);
  const MRIImageHead & head = heads.front();
  const auto axes = AxesOf(head);
  MRIImagePlaces places;
  places.order = OrderAlong(heads, axes[2]);
  const auto count = [&](std::size_t axis) { return static_cast<std::int64_t>(head.matrix[axis]); };
  const auto spacing = [&](std::size_t axis)
  { return static_cast<double>(head.fieldOfView[axis]) / static_cast<double>(head.matrix[axis]); };
  Grid & grid = places.grid;
  const bool isStack = heads.size() > 1;
  grid.size =
      Axes<std::int64_t>::FromXyz({count(0), count(1), isStack ? static_cast<std::int64_t>(heads.size()) : count(2)});
  const double step = isStack ? StepOf(heads, places.order, axes[2]) : 0.0;
  const bool hasGaps = step > 0.0 && std::abs(step - spacing(2)) > sameAxis * spacing(2);
  grid.spacing = Axes<double>::FromXyz({spacing(0), spacing(1), hasGaps ? step : spacing(2)});
  grid.origin = VectorOf(heads[places.order.front()].position);
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    grid.origin = AddScaled(grid.origin, -spacing(axis) * static_cast<double>(head.matrix[axis] / 2), axes[axis]);
    for (std::size_t i = 0; i < 3; ++i)
    {
      grid.direction[3 * i + axis] = axes[axis][i];
    }
  }
  return places;
}

std::vector<float>
SlicePixels(const Volume & volume, std::int64_t slice)
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  const std::int64_t floats = size.x * size.y * (volume.IsComplex() ? 2 : 1);
  std::vector<float> pixels;
  pixels.reserve(static_cast<std::size_t>(floats * volume.Channels()));
  for (std::int64_t channel = 0; channel < volume.Channels(); ++channel)
  {
    const float * const first = volume.Data() + (channel * size.z + slice) * floats;
    pixels.insert(pixels.end(), first, first + floats);
  }
  return pixels;
}
} // namespace tweedie
