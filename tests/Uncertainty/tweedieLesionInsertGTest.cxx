// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionInsert.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
Grid
GridOf(std::int64_t x, std::int64_t y, std::int64_t z)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({x, y, z});
  grid.spacing = Axes<double>::FromXyz({1.0, 1.25, 3.0});
  grid.origin = {-11.0, 4.0, 30.0};
  grid.direction = {0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0}; // a quarter turn about z
  return grid;
}

LesionInsert
InsertAt(const Grid & grid, const std::array<double, 3> & index, double diameter, bool isBall = false)
{
  return {PointOfIndex(grid, index), diameter, 1.25, isBall};
}

/** Integral of u exp(-2 pi i k r) over the plane: sharp discs of all radii of the edge, rho J_1(2 pi rho k)/k. */
double
DiscTransform(const LesionInsert & insert, double k)
{
  constexpr int radii = 200;
  double sum = 0.0;
  for (int i = 0; i < radii; ++i)
  {
    const double rho = 0.5 * insert.diameter + insert.edge * ((i + 0.5) / radii - 0.5);
    sum += k > 0.0 ? rho * std::cyl_bessel_j(1.0, 2.0 * M_PI * rho * k) / k : M_PI * rho * rho;
  }
  return sum / radii;
}

double
AreaOf(const LesionInsert & insert)
{
  return M_PI / 4.0 * (insert.diameter * insert.diameter + insert.edge * insert.edge / 3.0);
}

TEST(LesionInsert, PlaceAndIndexAreInverse)
{
  const Grid grid = GridOf(20, 24, 3);
  const std::array<double, 3> index{3.25, 17.5, 1.0};
  const auto point = PointOfIndex(grid, index);
  EXPECT_DOUBLE_EQ(point[0], -11.0 - 1.25 * 17.5); // y runs along -x of the patient
  EXPECT_DOUBLE_EQ(point[1], 4.0 + 3.25);
  const auto back = IndexOfPoint(grid, point);
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(back[i], index[i], 1e-12);
  }
}

TEST(LesionInsert, KSpaceIsTheTransformOfADisc)
{
  const Grid grid = GridOf(21, 24, 1);
  const std::array<double, 3> index{9.3, 13.6, 0.0};
  const LesionInsert insert = InsertAt(grid, index, 6.0);
  const at::Tensor kspace = InsertKSpace(insert, grid)[0];
  double largest = 0.0;
  for (int y = 0; y < 24; ++y)
  {
    for (int x = 0; x < 21; ++x)
    {
      const double ky = (y - 12) / 24.0, kx = (x - 10) / 21.0; // cycles a pixel
      const double size = DiscTransform(insert, std::hypot(ky / 1.25, kx)) / 1.25 / std::sqrt(24.0 * 21.0);
      const double angle = -2.0 * M_PI * (ky * (index[1] - 12.0) + kx * (index[0] - 10.0));
      const auto found = kspace[y][x].item<c10::complex<double>>();
      largest =
          std::max(largest, std::abs(found - c10::complex<double>(size * std::cos(angle), size * std::sin(angle))));
    }
  }
  // Points eight to a pixel fold back what lies beyond eight times the grid's frequencies.
  EXPECT_LT(largest, 1e-3 * AreaOf(insert) / 1.25 / std::sqrt(24.0 * 21.0));
}

TEST(LesionInsert, AllOfKSpaceShowsItAndNothingElse)
{
  const Grid grid = GridOf(40, 40, 1);
  const LesionInsert insert = InsertAt(grid, {20.0, 21.0, 0.0}, 10.0);
  const at::Tensor shown = InsertOfKSpace(InsertKSpace(insert, grid)), pixels = InsertPixels(insert, grid)[0];
  EXPECT_NEAR(shown.sum().item<double>(), AreaOf(insert) / 1.25, 1e-3 * AreaOf(insert));
  // Ringing about an edge of one pixel.
  EXPECT_LT((shown - pixels).abs().max().item<double>(), 0.1);
}

TEST(LesionInsert, ChordsAddUpToTheArea)
{
  const LesionInsert insert{{0.0, 0.0, 0.0}, 5.0, 1.5, false};
  constexpr double step = 1e-3;
  double sum = 0.0;
  for (double s = -4.0 + 0.5 * step; s < 4.0; s += step)
  {
    sum += InsertChord(insert, s) * step;
  }
  EXPECT_NEAR(sum, AreaOf(insert), 1e-5); // rule of midpoints
  EXPECT_NEAR(InsertChord(insert, 0.0), 5.0, 1e-12);
  EXPECT_EQ(InsertChord(insert, 3.3), 0.0);
}

TEST(LesionInsert, PixelsHoldAreaAndVolume)
{
  const Grid grid = GridOf(24, 24, 9);
  const LesionInsert disc = InsertAt(grid, {11.2, 12.1, 4.0}, 7.0),
                     ball = InsertAt(grid, {11.2, 12.1, 4.1}, 14.0, true);
  const at::Tensor flat = InsertPixels(disc, grid), round = InsertPixels(ball, grid);
  EXPECT_NEAR(flat.sum().item<double>() * 1.25, AreaOf(disc), 1e-3 * AreaOf(disc)); // points eight to a pixel
  EXPECT_EQ(flat.select(0, 3).abs().sum().item<double>(), 0.0);
  const double volume = M_PI / 6.0 * 14.0 * (14.0 * 14.0 + 1.25 * 1.25);
  EXPECT_NEAR(round.sum().item<double>() * 1.25 * 3.0, volume, 2e-3 * volume);
}

TEST(LesionInsert, RegionIsItsPixelsAndNeverNone)
{
  const Grid grid = GridOf(24, 24, 3);
  const at::Tensor region = InsertRegion(InsertAt(grid, {11.0, 12.0, 1.0}, 3.0), grid);
  EXPECT_NEAR(region.sum().item<double>(), 1.0, 1e-12);
  EXPECT_EQ(region.gt(0.0).sum().item<std::int64_t>(), 5); // corners lie at 1.6 mm
  EXPECT_GT(InsertRegion(InsertAt(grid, {11.5, 12.5, 1.0}, 1.25), grid).sum().item<double>(), 0.9);
  EXPECT_THROW(InsertRegion(InsertAt(grid, {-2.0, 12.0, 1.0}, 3.0), grid), DataError);
}
} // namespace
} // namespace tweedie
