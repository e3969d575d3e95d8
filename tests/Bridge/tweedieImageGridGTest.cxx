// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageGrid.h"

#include "tweedieError.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** Anisotropic, oblique, off-centre. */
Grid
ObliqueGrid()
{
  const double c = std::cos(0.3);
  const double s = std::sin(0.3);
  Grid grid;
  grid.size = {4, 3, 5};
  grid.spacing = {3.5, 2.25, 0.75};
  grid.origin = {-40.5, 12.25, 101.0};
  grid.direction = {c, -s * c, s * s, s, c * c, -c * s, 0.0, s, c};
  return grid;
}

/** p = origin + direction diag(spacing) i, as tweedieGrid.h has it. */
std::array<double, 3>
PhysicalPoint(const Grid & grid, std::array<double, 3> index)
{
  auto point = grid.origin;
  for (std::size_t row = 0; row < 3; ++row)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      point[row] += grid.direction[3 * row + axis] * grid.spacing.Xyz()[axis] * index[axis];
    }
  }
  return point;
}

TEST(ImageGridTest, ItkPutsVoxelsWhereTheGridDoes)
{
  auto image = itk::ImageBase<3>::New();
  SetImageGrid(*image, ObliqueGrid());
  itk::ImageBase<3>::PointType point;
  image->TransformIndexToPhysicalPoint(itk::Index<3>{{4, 1, 3}}, point);
  const auto expected = PhysicalPoint(ObliqueGrid(), {4.0, 1.0, 3.0});
  for (unsigned int row = 0; row < 3; ++row)
  {
    EXPECT_NEAR(point[row], expected[row], 1e-12); // a few roundings of numbers near 100
  }
  EXPECT_TRUE(GridFromImage(*image).IsCongruent(ObliqueGrid(), 1e-14));
}

TEST(ImageGridTest, OriginIsTheFirstBufferedPixel)
{
  auto image = itk::ImageBase<3>::New();
  SetImageGrid(*image, ObliqueGrid());
  image->SetBufferedRegion(itk::ImageRegion<3>({{1, 2, 3}}, {{2, 1, 1}}));
  const Grid grid = GridFromImage(*image);
  EXPECT_EQ(grid.size, (Axes<std::int64_t>{1, 1, 2}));
  const auto expected = PhysicalPoint(ObliqueGrid(), {1.0, 2.0, 3.0});
  for (std::size_t row = 0; row < 3; ++row)
  {
    EXPECT_NEAR(grid.origin[row], expected[row], 1e-12); // as above
  }
}

TEST(ImageGridTest, FourthAxisIsTheChannel)
{
  auto image = itk::ImageBase<4>::New();
  SetImageGrid(*image, ObliqueGrid(), 6);
  EXPECT_EQ(image->GetLargestPossibleRegion().GetSize(3), 6u);
  EXPECT_TRUE(GridFromImage(*image).IsCongruent(ObliqueGrid(), 1e-14));
  image->SetBufferedRegion(itk::ImageRegion<4>());
  EXPECT_TRUE(GridFromInformation(*image).IsCongruent(ObliqueGrid(), 1e-14)); // no pixels needed
  auto direction = image->GetDirection();
  direction(0, 0) = direction(3, 3) = std::cos(0.1);
  direction(0, 3) = -std::sin(0.1);
  direction(3, 0) = std::sin(0.1);
  image->SetDirection(direction);
  EXPECT_THROW(GridFromImage(*image), DataError);
  EXPECT_THROW(GridFromInformation(*image), DataError);
}

TEST(ImageGridTest, InformationAloneLeavesTheOtherRegions)
{
  auto image = itk::ImageBase<3>::New();
  SetImageInformation(*image, ObliqueGrid());
  EXPECT_EQ(image->GetLargestPossibleRegion().GetNumberOfPixels(), 60u);
  EXPECT_EQ(image->GetBufferedRegion().GetNumberOfPixels(), 0u);
  EXPECT_TRUE(GridFromInformation(*image).IsCongruent(ObliqueGrid(), 1e-14)); // copied
  auto plane = itk::ImageBase<2>::New();
  EXPECT_THROW(SetImageInformation(*plane, ObliqueGrid()), DataError); // four slices
  Grid grid = ObliqueGrid();
  grid.size.z = 1;
  SetImageInformation(*plane, grid);
  EXPECT_EQ(plane->GetBufferedRegion().GetNumberOfPixels(), 0u);
  EXPECT_EQ(GridFromInformation(*plane).size, grid.size);
  EXPECT_EQ(GridFromInformation(*plane).spacing.x, grid.spacing.x);
}

TEST(ImageGridTest, PlanesKeepWhatTheyCan)
{
  auto image = itk::ImageBase<2>::New();
  EXPECT_THROW(SetImageGrid(*image, ObliqueGrid()), DataError); // four slices
  Grid grid = ObliqueGrid();
  grid.size.z = 1;
  SetImageGrid(*image, grid);
  EXPECT_DOUBLE_EQ(image->GetDirection()(1, 0), grid.direction[3]);
  const Grid back = GridFromImage(*image);
  EXPECT_EQ(back.size, grid.size);
  EXPECT_EQ(back.spacing, (Axes<double>{1.0, 2.25, 0.75}));
  EXPECT_EQ(back.direction[8], 1.0);
  grid.direction = {0, 0, 1, 1, 0, 0, 0, 1, 0}; // sagittal: edge-on for a plane
  SetImageGrid(*image, grid);
  EXPECT_EQ(image->GetDirection()(0, 0), 1.0);
  EXPECT_EQ(image->GetDirection()(1, 0), 0.0);
}
} // namespace
} // namespace tweedie
