// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageGrid.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr unsigned int spatialDimension = 3;

template <unsigned int VDimension>
Grid
GridOf(const itk::ImageBase<VDimension> & image, const itk::ImageRegion<VDimension> & region)
{
  typename itk::ImageBase<VDimension>::PointType first;
  image.TransformIndexToPhysicalPoint(region.GetIndex(), first);
  std::array<std::int64_t, 3> size{1, 1, 1};
  std::array<double, 3> spacing{1.0, 1.0, 1.0};
  Grid grid;
  for (unsigned int axis = 0; axis < std::min(VDimension, spatialDimension); ++axis)
  {
    size[axis] = static_cast<std::int64_t>(region.GetSize(axis));
    spacing[axis] = image.GetSpacing()[axis];
    grid.origin[axis] = first[axis];
    for (unsigned int row = 0; row < std::min(VDimension, spatialDimension); ++row)
    {
      grid.direction[3 * row + axis] = image.GetDirection()(row, axis);
    }
  }
  grid.size = Axes<std::int64_t>::FromXyz(size);
  grid.spacing = Axes<double>::FromXyz(spacing);
  return grid;
}

template <unsigned int VDimension>
itk::Size<VDimension>
SetInformationOf(itk::ImageBase<VDimension> & image, const Grid & grid, std::int64_t channels)
{
  using ImageType = itk::ImageBase<VDimension>;
  typename ImageType::SizeType size;
  typename ImageType::SpacingType spacing;
  typename ImageType::PointType origin;
  typename ImageType::DirectionType direction;
  direction.SetIdentity();
  const auto gridSize = grid.size.Xyz();
  const auto gridSpacing = grid.spacing.Xyz();
  for (unsigned int axis = 0; axis < VDimension; ++axis)
  {
    const bool spatial = axis < spatialDimension;
    size[axis] = static_cast<itk::SizeValueType>(spatial ? gridSize[axis] : channels);
    spacing[axis] = spatial ? gridSpacing[axis] : 1.0;
    origin[axis] = spatial ? grid.origin[axis] : 0.0;
    for (unsigned int row = 0; spatial && row < std::min(VDimension, spatialDimension); ++row)
    {
      direction(row, axis) = grid.direction[3 * row + axis];
    }
  }
  constexpr double smallestDeterminant = 1e-3; // below, a plane is seen nearly edge-on
  if (VDimension == 2 &&
      std::abs(direction(0, 0) * direction(1, 1) - direction(0, 1) * direction(1, 0)) < smallestDeterminant)
  {
    direction.SetIdentity();
  }
  image.SetLargestPossibleRegion(size);
  image.SetSpacing(spacing);
  image.SetOrigin(origin);
  image.SetDirection(direction);
  return size;
}

void
RequirePlane(const Grid & grid)
{
  if (grid.size.z != 1)
  {
    throw DataError("Bridge: " + std::to_string(grid.size.z) + " slices for a plane; required 1");
  }
}

void
RequireChannelAxis(const itk::ImageBase<4> & image)
{
  constexpr double tolerance = 1e-4; // directions are often stored as float
  for (unsigned int axis = 0; axis < spatialDimension; ++axis)
  {
    if (std::abs(image.GetDirection()(axis, 3)) > tolerance || std::abs(image.GetDirection()(3, axis)) > tolerance)
    {
      throw DataError("Bridge: the direction of the image mixes axis 3 with axis " + std::to_string(axis) +
                      "; axis 3 must be the channel, apart from space");
    }
  }
}
} // namespace

Grid
GridFromImage(const itk::ImageBase<2> & image)
{
  return GridOf(image, image.GetBufferedRegion());
}

Grid
GridFromImage(const itk::ImageBase<3> & image)
{
  return GridOf(image, image.GetBufferedRegion());
}

Grid
GridFromImage(const itk::ImageBase<4> & image)
{
  RequireChannelAxis(image);
  return GridOf(image, image.GetBufferedRegion());
}

Grid
GridFromInformation(const itk::ImageBase<2> & image)
{
  return GridOf(image, image.GetLargestPossibleRegion());
}

Grid
GridFromInformation(const itk::ImageBase<3> & image)
{
  return GridOf(image, image.GetLargestPossibleRegion());
}

Grid
GridFromInformation(const itk::ImageBase<4> & image)
{
  RequireChannelAxis(image);
  return GridOf(image, image.GetLargestPossibleRegion());
}

void
SetImageInformation(itk::ImageBase<2> & image, const Grid & grid)
{
  RequirePlane(grid);
  SetInformationOf(image, grid, 1);
}

void
SetImageInformation(itk::ImageBase<3> & image, const Grid & grid)
{
  SetInformationOf(image, grid, 1);
}

void
SetImageInformation(itk::ImageBase<4> & image, const Grid & grid, std::int64_t channels)
{
  SetInformationOf(image, grid, channels);
}

void
SetImageGrid(itk::ImageBase<2> & image, const Grid & grid, std::int64_t channels)
{
  RequirePlane(grid);
  image.SetRegions(SetInformationOf(image, grid, channels));
}

void
SetImageGrid(itk::ImageBase<3> & image, const Grid & grid, std::int64_t channels)
{
  image.SetRegions(SetInformationOf(image, grid, channels));
}

void
SetImageGrid(itk::ImageBase<4> & image, const Grid & grid, std::int64_t channels)
{
  image.SetRegions(SetInformationOf(image, grid, channels));
}
} // namespace tweedie
