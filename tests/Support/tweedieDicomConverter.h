// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomConverter_h
#define tweedieDicomConverter_h

#include "tweedieImageFile.h"
#include "tweedieProcess.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace tweedie::test
{
/** What dcm2niix, of the package of that name, makes of a folder with one series. */
inline Volume
ConvertedDicom(const std::string & from, const std::string & folder, const std::string & name)
{
  const auto result = Process({"/usr/bin/dcm2niix", "-z", "n", "-b", "n", "-f", name, "-o", folder, from}).Run();
  EXPECT_EQ(result.exitCode, 0) << result.output << result.error;
  return ReadImage(folder + "/" + name + ".nii");
}

/** That every voxel of ours is a voxel of the converter's, at the same place with the same value; it turns rows. */
inline void
ExpectSameInSpace(const Volume & found, const Volume & expected, double tolerance)
{
  const Grid & a = found.GetGrid();
  const Grid & b = expected.GetGrid();
  ASSERT_EQ(a.NumberOfVoxels(), b.NumberOfVoxels());
  const std::array<std::int64_t, 3> size = a.size.Xyz();
  const std::array<double, 3> spacing = a.spacing.Xyz(), step = b.spacing.Xyz();
  for (std::int64_t voxel = 0; voxel < b.NumberOfVoxels(); ++voxel)
  {
    const std::array<std::int64_t, 3> index{
        voxel % b.size.x, voxel / b.size.x % b.size.y, voxel / (b.size.x * b.size.y)};
    std::array<double, 3> point = b.origin;
    for (std::size_t i = 0; i < 9; ++i)
    {
      point[i / 3] += b.direction[i] * step[i % 3] * static_cast<double>(index[i % 3]);
    }
    std::int64_t place = 0;
    for (std::size_t axis = 3; axis > 0; --axis)
    {
      double along = 0.0;
      for (std::size_t i = 0; i < 3; ++i)
      {
        along += a.direction[3 * i + axis - 1] * (point[i] - a.origin[i]) / spacing[axis - 1];
      }
      // NIfTI keeps the matrix in floats: 1000 mm to 6e-5 mm, of voxels of 0.7 mm.
      ASSERT_NEAR(along, std::round(along), 5e-4);
      ASSERT_GE(std::llround(along), 0);
      ASSERT_LT(std::llround(along), size[axis - 1]);
      place = place * size[axis - 1] + std::llround(along);
    }
    ASSERT_NEAR(found.Data()[place], expected.Data()[voxel], tolerance);
  }
}
} // namespace tweedie::test

#endif
