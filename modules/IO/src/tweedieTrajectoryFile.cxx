// SPDX-License-Identifier: Apache-2.0
#include "tweedieTrajectoryFile.h"

#include "tweedieReadouts.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
std::string
SizeText(const BartArray & array)
{
  std::string text;
  int last = BartArray::numberOfDimensions - 1;
  for (; last > 0 && array.dimensions[static_cast<std::size_t>(last)] == 1; --last)
  {
  }
  for (int axis = 0; axis <= last; ++axis)
  {
    text += (axis > 0 ? " x " : "") + std::to_string(array.dimensions[static_cast<std::size_t>(axis)]);
  }
  return text;
}

/** Whether all dimensions but the first three and these are 1. */
bool
HasOnly(const BartArray & array, std::initializer_list<int> more)
{
  for (int axis = 3; axis < BartArray::numberOfDimensions; ++axis)
  {
    if (array.dimensions[static_cast<std::size_t>(axis)] != 1 &&
        std::find(more.begin(), more.end(), axis) == more.end())
    {
      return false;
    }
  }
  return true;
}
} // namespace

Volume
ReadoutsFromBart(const BartArray & array, const std::string & name)
{
  const auto & size = array.dimensions;
  if (size[0] != 1 || !HasOnly(array, {BartArray::coil, BartArray::slice}))
  {
    throw DataError(name + ": " + SizeText(array) +
                    "; required 1 x samples x readouts x coils (slices in dimension 13) for a scan with a trajectory");
  }
  Grid grid;
  grid.size = {size[BartArray::slice], size[2], size[1]};
  const std::int64_t coils = size[BartArray::coil];
  const std::int64_t plane = size[1] * size[2];
  Volume volume(grid, Volume::Element::Complex, coils);
  for (std::int64_t coil = 0; coil < coils; ++coil)
  {
    for (std::int64_t z = 0; z < grid.size.z; ++z)
    {
      std::copy_n(array.data.data() + (z * coils + coil) * plane,
                  plane,
                  volume.ComplexData() + (coil * grid.size.z + z) * plane);
    }
  }
  return volume;
}

BartArray
BartFromReadouts(const Volume & volume)
{
  const auto & size = volume.GetGrid().size;
  const std::int64_t coils = volume.Channels();
  const std::int64_t plane = size.x * size.y;
  BartArray array;
  array.dimensions[1] = size.x;
  array.dimensions[2] = size.y;
  array.dimensions[BartArray::coil] = coils;
  array.dimensions[BartArray::slice] = size.z;
  array.data.resize(static_cast<std::size_t>(volume.NumberOfElements()));
  for (std::int64_t coil = 0; coil < coils; ++coil)
  {
    for (std::int64_t z = 0; z < size.z; ++z)
    {
      std::copy_n(
          volume.ComplexData() + (coil * size.z + z) * plane, plane, array.data.data() + (z * coils + coil) * plane);
    }
  }
  return array;
}

Volume
TrajectoryFromBart(const BartArray & array, const std::string & name)
{
  const std::int64_t rank = array.dimensions[0];
  if ((rank != 2 && rank != 3) || !HasOnly(array, {}))
  {
    throw DataError(name + ": " + SizeText(array) + "; required a trajectory of 3 x samples x readouts");
  }
  bool isFlat = true;
  for (std::size_t i = 0; i < array.data.size(); ++i)
  {
    const auto & value = array.data[i];
    if (!std::isfinite(value.real()) || value.imag() != 0.0f)
    {
      throw DataError(name + ": a number of the trajectory is complex or not finite; required real ones");
    }
    isFlat = isFlat && (i % 3 != 2 || value.real() == 0.0f);
  }
  Grid grid;
  grid.size = {1, array.dimensions[2], array.dimensions[1]};
  const std::int64_t count = grid.NumberOfVoxels();
  const std::int64_t channels = rank == 2 || isFlat ? 2 : 3;
  Volume trajectory(grid, Volume::Element::Real, channels);
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (std::int64_t c = 0; c < channels; ++c)
    {
      trajectory.Data()[c * count + i] = array.data[static_cast<std::size_t>(i * rank + c)].real();
    }
  }
  return trajectory;
}

BartArray
BartFromTrajectory(const Volume & trajectory)
{
  const auto & grid = trajectory.GetGrid();
  const std::int64_t count = grid.NumberOfVoxels();
  BartArray array;
  array.dimensions[0] = 3;
  array.dimensions[1] = grid.size.x;
  array.dimensions[2] = grid.size.y;
  array.data.assign(static_cast<std::size_t>(3 * count), {0.0f, 0.0f});
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (std::int64_t c = 0; c < trajectory.Channels(); ++c)
    {
      array.data[static_cast<std::size_t>(i * 3 + c)] = trajectory.Data()[c * count + i];
    }
  }
  return array;
}

std::int64_t
PixelsOfTrajectory(const Volume & trajectory, const std::string & name)
{
  constexpr float leastReach = 4.0f; // radians end at pi
  constexpr float mostReach = 1e5f;
  float reach = 0.0f;
  for (std::int64_t i = 0; i < trajectory.NumberOfElements(); ++i)
  {
    reach = std::max(reach, std::abs(trajectory.Data()[i]));
  }
  if (!(reach >= leastReach && reach <= mostReach))
  {
    throw DataError(name + ": reaches " + std::to_string(reach) +
                    ", which says nothing of the image's size; required --image-size");
  }
  return 2 * static_cast<std::int64_t>(std::lround(reach));
}

Volume
ReadTrajectory(const std::string & path)
{
  return TrajectoryFromBart(ReadBart(path), BartBase(path) + ".cfl");
}

void
WriteTrajectory(const std::string & path, const Volume & trajectory)
{
  if (trajectory.IsEmpty() || trajectory.IsComplex() || trajectory.Channels() < 2 || trajectory.Channels() > 3 ||
      trajectory.GetGrid().size.z != 1)
  {
    throw DataError("output " + path + ": no trajectory; required 2 or 3 real numbers per sample");
  }
  WriteBart(path, BartFromTrajectory(trajectory));
}
} // namespace tweedie
