// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieImagePart.h"
#include "tweedieSliceSelection.h"
#include "tweedieVolumeTensor.h"

#include <array>
#include <cmath>

namespace tweedie
{
namespace
{
/** Where a voxel lies in space. */
std::array<double, 3>
Place(const Grid & grid, std::array<double, 3> index)
{
  const auto spacing = grid.spacing.Xyz();
  std::array<double, 3> place = grid.origin;
  for (int row = 0; row < 3; ++row)
  {
    for (int column = 0; column < 3; ++column)
    {
      place[row] += grid.direction[3 * row + column] * spacing[column] * index[column];
    }
  }
  return place;
}

/** 3 x 4 x 5 voxels (x, y, z), turned by 20 degrees about x, with patient axes x -> -P, y -> S, z -> L; the value of a
 * voxel is its index as x + 10 y + 100 z. */
Volume
ObliqueVolume()
{
  const double c = std::cos(0.35);
  const double s = std::sin(0.35);
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({3, 4, 5});
  grid.spacing = Axes<double>::FromXyz({1.5, 2.0, 0.7});
  grid.origin = {-10.0, 20.0, 5.0};
  grid.direction = {0.0, 0.0, 1.0, -c, s, 0.0, s, c, 0.0};
  Volume volume(grid, Volume::Element::Real);
  for (std::int64_t z = 0, i = 0; z < 5; ++z)
  {
    for (std::int64_t y = 0; y < 4; ++y)
    {
      for (std::int64_t x = 0; x < 3; ++x, ++i)
      {
        volume.Data()[i] = static_cast<float>(x + 10 * y + 100 * z);
      }
    }
  }
  return volume;
}

TEST(SliceRange, ReadsBothEndsAndStep)
{
  EXPECT_EQ(ParseSliceRange("84:107", 181).Count(), 24);
  const auto stepped = ParseSliceRange("84:107:6", 181);
  EXPECT_EQ(stepped.first, 84);
  EXPECT_EQ(stepped.Count(), 4);
  EXPECT_EQ(ParseSliceRange("7", 8).Count(), 1);
  EXPECT_EQ(ParseSliceRange("", 8).Count(), 8);
}

TEST(SliceRange, RefusesEverythingElse)
{
  for (const char * text : {"a",
                            "1:",
                            ":3",
                            "1:3:",
                            "1:3:0",
                            "3:1",
                            "0:8",
                            "-1:3",
                            "1:2:3:4",
                            "1 2",
                            "1:3 ",
                            "1.5",
                            "99999999999999999999"})
  {
    EXPECT_THROW_MESSAGE(ParseSliceRange(text, 8), UsageError, "within 0:7");
  }
}

TEST(SliceSelection, FindsThePatientAxisOfEachIndexAxis)
{
  const Grid grid = ObliqueVolume().GetGrid();
  EXPECT_EQ(SliceAxis(grid, "sagittal"), 2);
  EXPECT_EQ(SliceAxis(grid, "coronal"), 0);
  EXPECT_EQ(SliceAxis(grid, "axial"), 1);
  EXPECT_EQ(SliceAxis(Grid(), "axial"), 2);
  EXPECT_THROW_MESSAGE(SliceAxis(grid, "transverse"), UsageError, "axial|coronal|sagittal");
}

TEST(SliceSelection, EveryVoxelStaysWhereItWas)
{
  const Volume volume = ObliqueVolume();
  for (const char * axis : {"axial", "coronal", "sagittal"})
  {
    const Volume selected = SelectSlices(volume, axis, "1:2");
    const Grid & grid = selected.GetGrid();
    EXPECT_EQ(grid.size.z, 2);
    std::int64_t i = 0;
    for (std::int64_t z = 0; z < grid.size.z; ++z)
    {
      for (std::int64_t y = 0; y < grid.size.y; ++y)
      {
        for (std::int64_t x = 0; x < grid.size.x; ++x, ++i)
        {
          const int value = static_cast<int>(selected.Data()[i]);
          const auto was = Place(volume.GetGrid(), {value % 10 + 0.0, value / 10 % 10 + 0.0, value / 100 + 0.0});
          const auto is = Place(grid, {x + 0.0, y + 0.0, z + 0.0});
          for (int row = 0; row < 3; ++row)
          {
            EXPECT_NEAR(is[row], was[row], 1e-12); // sums of three products of numbers around 10: a few 1e-15
          }
        }
      }
    }
  }
}

TEST(SliceSelection, AxialSlicesOfAStandardVolumeAreItsSlices)
{
  const Grid grid{Axes<std::int64_t>::FromXyz({2, 3, 6}), {2.0, 1.0, 1.0}, {1.0, 2.0, 3.0}, Grid().direction};
  const Volume volume = VolumeFromTensor(at::arange(36, at::kFloat).reshape({1, 6, 3, 2}), grid);
  const Volume selected = SelectSlices(volume, "axial", "1:5:2");
  EXPECT_TRUE(selected.GetGrid().IsCongruent(grid.Slices(1, 3, 2)));
  EXPECT_TENSOR_EQUAL(TensorView(selected), TensorView(volume.Slices(1, 3, 2)));
}

TEST(ImagePart, MagnitudePhaseAndComplex)
{
  Grid grid;
  grid.size.x = 2;
  Volume volume(grid, Volume::Element::Complex);
  volume.ComplexData()[0] = {3.0F, 4.0F};
  volume.ComplexData()[1] = {0.0F, -2.0F};
  EXPECT_EQ(ImagePart(volume, "magnitude").Data()[0], 5.0F);
  EXPECT_NEAR(ImagePart(volume, "phase").Data()[1], -std::acos(0.0), 1e-6); // float
  EXPECT_EQ(ImagePart(volume, "complex").Data(), volume.Data());
  EXPECT_THROW_MESSAGE(ImagePart(volume, "real"), UsageError, "magnitude|complex|phase");
  EXPECT_THROW_MESSAGE(ImagePart(Volume(grid, Volume::Element::Real), "complex"), UsageError, "real");
}

TEST(ImagePart, EachPartHasItsDeviation)
{
  VolumeEstimate estimate;
  estimate.mean = Volume(Grid(), Volume::Element::Complex);
  estimate.standardDeviation = Volume(Grid(), Volume::Element::Real);
  estimate.magnitudeStandardDeviation = Volume(Grid(), Volume::Element::Real);
  estimate.phaseStandardDeviation = Volume(Grid(), Volume::Element::Real);
  EXPECT_EQ(PartDeviation(estimate, "complex").Data(), estimate.standardDeviation.Data());
  EXPECT_EQ(PartDeviation(estimate, "magnitude").Data(), estimate.magnitudeStandardDeviation.Data());
  EXPECT_EQ(PartDeviation(estimate, "phase").Data(), estimate.phaseStandardDeviation.Data());
  EXPECT_TRUE(PartDeviation(VolumeEstimate(), "magnitude").IsEmpty());
}
} // namespace
} // namespace tweedie
