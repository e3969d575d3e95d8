// SPDX-License-Identifier: Apache-2.0
#include "tweedieMapGrid.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieValidationExample.h"

namespace tweedie
{
namespace
{
Volume
Constant(float value, std::int64_t slices = 1)
{
  Grid grid;
  grid.size = {slices, 4, 5};
  Volume volume(grid, Volume::Element::Real);
  std::fill(volume.Data(), volume.Data() + volume.NumberOfElements(), value);
  return volume;
}

TEST(MapGrid, AGroupSharesItsWindow)
{
  const ImageGrid grid = MapGrid({{"a", Constant(1.0F), "u", ColorMap::Gray, 1},
                                  {"b", Constant(4.0F), "u", ColorMap::Gray, 1},
                                  {"c", Constant(2.0F), "u", ColorMap::Warm}},
                                 {});
  EXPECT_EQ(grid.bars[0]->high, "≥ 4.00");
  EXPECT_EQ(grid.bars[1]->high, "≥ 4.00");
  EXPECT_EQ(grid.bars[2]->high, "≥ 2.00");
  EXPECT_EQ(grid.bars[2]->low, "0");
}

TEST(MapGrid, SignedMapsAreSymmetricAndSayThatBothEndsAreCut)
{
  Volume difference = Constant(-0.5F);
  difference.Data()[7] = 0.25F;
  const ImageGrid grid = MapGrid({{"difference", difference, "HU", ColorMap::Signed}}, {});
  EXPECT_EQ(grid.bars[0]->low, "≤ -0.500");
  EXPECT_EQ(grid.bars[0]->high, "≥ 0.500");
}

TEST(MapGrid, WindowsLookInsideOfTheMaskAlone)
{
  Volume image = Constant(1.0F), mask = Constant(1.0F);
  image.Data()[0] = 100.0F;
  EXPECT_EQ(MapGrid({{"a", image, ""}}, {}).bars[0]->high, "≥ 100");
  mask.Data()[0] = 0.0F;
  EXPECT_EQ(MapGrid({{"a", image, ""}}, {mask, {}, ""}).bars[0]->high, "≥ 1.00");
  EXPECT_EQ(image.Data()[0], 100.0F); // the caller's image stays
}

TEST(MapGrid, ShowsAllOfThreeSlicesAndThreeOfMany)
{
  const auto names = [](std::int64_t slices)
  {
    std::string text;
    for (const ImageRow & row : MapGrid({{"a", Constant(1.0F, slices), ""}}, {}).rows)
    {
      text += row.name + ';';
    }
    return text;
  };
  EXPECT_EQ(names(3), "slice 1;slice 2;slice 3;");
  EXPECT_EQ(names(20), "slice 6;slice 11;slice 16;");
}

TEST(MapGrid, OnlyTheFirstPictureHasLettersAndAScaleBar)
{
  const ImageGrid grid = test::ExampleImages();
  EXPECT_EQ(grid.rows[0].images[0].left, "R");
  EXPECT_EQ(grid.rows[0].images[0].scaleBarLabel, "5 cm");
  EXPECT_EQ(grid.rows[0].images[1].left, "");
}

TEST(MapGrid, RefusesWhatDoesNotFit)
{
  const auto make = [](const std::vector<MapColumn> & columns, const MapGridOptions & options)
  { MapGrid(columns, options); };
  EXPECT_THROW_MESSAGE(make({}, {}), DataError, "given none");
  EXPECT_THROW_MESSAGE(
      make({{"a", Constant(1.0F), ""}, {"b", Constant(1.0F, 2), ""}}, {}), DataError, "'b' of another");
  EXPECT_THROW_MESSAGE(make({{"a", Constant(1.0F), ""}}, {Constant(1.0F, 2), {}, ""}), DataError, "mask of another");
  EXPECT_THROW_MESSAGE(make({{"a", Constant(1.0F), ""}}, {{}, {1}, ""}), DataError, "slice 1; required 0 to 0");
}

TEST(MapGrid, WhatIsNotFiniteDoesNotBreakAWindow)
{
  Volume image = Constant(std::nanf(""));
  EXPECT_EQ(MapGrid({{"a", image, ""}}, {}).bars[0]->high, "≥ 1.00");
}
} // namespace
} // namespace tweedie
