// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanFixture_h
#define tweedieScanFixture_h

#include "tweedieMRIScan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace test
{
/** Anisotropic, oblique, off-centre: a geometry in which no two axes can be mistaken for each other. */
inline Grid
ObliqueGrid(std::int64_t x, std::int64_t y, std::int64_t z)
{
  const double c = std::cos(0.3);
  const double s = std::sin(0.3);
  Grid grid;
  grid.size = {z, y, x};
  grid.spacing = {3.5, 2.25, 0.75};
  grid.origin = {-40.5, 12.25, 101.0};
  grid.direction = {c, -s * c, s * s, s, c * c, -c * s, 0.0, s, c};
  return grid;
}

/** Numbers that are all different; the imaginary part of a complex one is not its real part's. */
inline Volume
NumberedVolume(const Grid & grid, Volume::Element element, std::int64_t channels = 1)
{
  Volume volume(grid, element, channels);
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    const auto value = static_cast<float>(i) + 0.5f;
    if (volume.IsComplex())
    {
      volume.ComplexData()[i] = {value, -3.0f * value};
    }
    else
    {
      volume.Data()[i] = value;
    }
  }
  return volume;
}

inline void
ExpectSameValues(const Volume & a, const Volume & b)
{
  ASSERT_EQ(a.IsComplex(), b.IsComplex());
  ASSERT_EQ(a.Channels(), b.Channels());
  ASSERT_EQ(a.GetGrid().size, b.GetGrid().size);
  const std::int64_t floats = a.NumberOfElements() * (a.IsComplex() ? 2 : 1);
  EXPECT_TRUE(std::equal(a.Data(), a.Data() + floats, b.Data())) << "values differ"; // float to float: no rounding
}

/** A mask that keeps lines y = first, first + step ... of every slice. */
inline Volume
LineMask(Grid grid, std::int64_t first, std::int64_t step)
{
  grid.size.z = 1;
  Volume mask(grid, Volume::Element::Real);
  for (std::int64_t y = first; y < grid.size.y; y += step)
  {
    std::fill_n(mask.Data() + y * grid.size.x, grid.size.x, 1.0f);
  }
  return mask;
}

/** Numbered k-space on the lines 1, 3, 5 ..., zero elsewhere, with maps of one slice. */
inline MRIScan
LineScan(std::int64_t x = 5, std::int64_t y = 6, std::int64_t z = 3, std::int64_t coils = 2)
{
  const Grid grid = ObliqueGrid(x, y, z);
  MRIScan scan;
  scan.kspace = NumberedVolume(grid, Volume::Element::Complex, coils);
  scan.mask = LineMask(grid, 1, 2);
  for (std::int64_t i = 0; i < scan.kspace.NumberOfElements(); ++i)
  {
    scan.kspace.ComplexData()[i] *= scan.mask.Data()[i % (x * y)];
  }
  scan.sensitivities = NumberedVolume(grid.Slices(0, 1), Volume::Element::Complex, coils);
  scan.noise = 0.0123456789012345;
  scan.scale = 1234.5;
  return scan;
}
} // namespace test
} // namespace tweedie

#endif
