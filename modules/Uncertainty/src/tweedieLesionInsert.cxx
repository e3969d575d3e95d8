// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionInsert.h"

#include "tweedieCTGeometry.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t finer = 8; ///< points along a pixel

/** Index of the slice of a disc. Throws DataError off the grid. */
std::int64_t
SliceOf(const std::array<double, 3> & index, const Grid & grid)
{
  const auto inside = [](double i, std::int64_t n) { return i > -0.5 && i < static_cast<double>(n) - 0.5; };
  if (!inside(index[0], grid.size.x) || !inside(index[1], grid.size.y) || !inside(index[2], grid.size.z))
  {
    throw DataError("insert: given a centre that is off the image; required one inside of it");
  }
  return std::llround(index[2]);
}

/** Where an axis of n pixels is sampled: an integral number of pixels about the centre, perPixel points in each. */
struct FineAxis
{
  std::int64_t first = 0; ///< pixel
  std::int64_t count = 0; ///< pixels
  at::Tensor index;       ///< of the points, in pixels

  FineAxis(double center, double reach, std::int64_t n, std::int64_t perPixel)
  {
    first = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(center - reach)));
    const std::int64_t last = std::min<std::int64_t>(n - 1, static_cast<std::int64_t>(std::ceil(center + reach)));
    count = last - first + 1;
    const auto per = static_cast<double>(perPixel);
    index = (at::arange(count * perPixel, at::kDouble) + 0.5) / per - 0.5 + static_cast<double>(first);
  }
};

/** u at points of all axes: [z, y, x]. */
at::Tensor
Profile(const LesionInsert & insert,
        const Grid & grid,
        const std::array<double, 3> & index,
        const at::Tensor & z,
        const at::Tensor & y,
        const at::Tensor & x)
{
  const at::Tensor dx = (x - index[0]) * grid.spacing.x, dy = (y - index[1]) * grid.spacing.y;
  at::Tensor square = dx.square().reshape({1, 1, -1}) + dy.square().reshape({1, -1, 1});
  const at::Tensor dz = insert.isBall ? (z - index[2]) * grid.spacing.z : at::zeros_like(z);
  square = square + dz.square().reshape({-1, 1, 1});
  return ((0.5 * (insert.diameter + insert.edge) - square.sqrt()) / insert.edge).clamp(0.0, 1.0);
}

/** exp(-2 pi i k r / n)/n^(1/2) of centred frequencies k = 0 ... n - 1 and positions r in pixels: [k, r]. */
at::Tensor
Wave(std::int64_t n, const at::Tensor & position)
{
  const auto middle = static_cast<double>(n / 2);
  const at::Tensor k = at::arange(n, at::kDouble) - middle;
  const at::Tensor angle = -2.0 * M_PI / static_cast<double>(n) * k.unsqueeze(1) * (position - middle).unsqueeze(0);
  return at::polar(at::full_like(angle, 1.0 / std::sqrt(static_cast<double>(n))), angle);
}

/** Weights of linear interpolation at positions between n pixels: [position, n]. */
at::Tensor
Interpolation(const at::Tensor & position, std::int64_t n)
{
  const at::Tensor inside = position.clamp(0.0, static_cast<double>(n - 1));
  return (1.0 - (inside.unsqueeze(1) - at::arange(n, at::kDouble)).abs()).clamp_min(0.0).to(at::kComplexDouble);
}
} // namespace

std::array<double, 3>
PointOfIndex(const Grid & grid, const std::array<double, 3> & index)
{
  const std::array<double, 3> spacing = grid.spacing.Xyz();
  std::array<double, 3> point = grid.origin;
  for (std::size_t i = 0; i < 3; ++i)
  {
    for (std::size_t j = 0; j < 3; ++j)
    {
      point[i] += grid.direction[3 * i + j] * spacing[j] * index[j];
    }
  }
  return point;
}

std::array<double, 3>
IndexOfPoint(const Grid & grid, const std::array<double, 3> & point)
{
  const Vector3 index = CTIndexMap(grid).Point(ScannerFromPatient({point[0], point[1], point[2]}));
  return {index[0], index[1], index[2]};
}

double
InsertChord(const LesionInsert & insert, double distance)
{
  const double high = 0.5 * (insert.diameter + insert.edge);
  const double low = std::max(0.5 * (insert.diameter - insert.edge), std::abs(distance));
  if (low >= high)
  {
    return 0.0;
  }
  const double square = distance * distance;
  const auto integral = [square](double rho)
  {
    const double half = std::sqrt(std::max(rho * rho - square, 0.0));
    return rho * half - (square > 0.0 ? square * std::log(rho + half) : 0.0);
  };
  return (integral(high) - integral(low)) / insert.edge;
}

at::Tensor
InsertPixels(const LesionInsert & insert, const Grid & grid)
{
  const std::array<double, 3> index = IndexOfPoint(grid, insert.center);
  const std::int64_t slice = SliceOf(index, grid);
  const double reach = 0.5 * (insert.diameter + insert.edge);
  const FineAxis x(index[0], reach / grid.spacing.x, grid.size.x, finer);
  const FineAxis y(index[1], reach / grid.spacing.y, grid.size.y, finer);
  const FineAxis z = insert.isBall ? FineAxis(index[2], reach / grid.spacing.z, grid.size.z, finer)
                                   : FineAxis(static_cast<double>(slice), 0.0, grid.size.z, 1);
  const at::Tensor fine = Profile(insert, grid, index, z.index, y.index, x.index);
  const at::Tensor means = fine.reshape({z.count, -1, y.count, finer, x.count, finer}).mean({1, 3, 5});
  at::Tensor pixels = at::zeros({grid.size.z, grid.size.y, grid.size.x}, at::kDouble);
  pixels.narrow(0, z.first, z.count).narrow(1, y.first, y.count).narrow(2, x.first, x.count).copy_(means);
  return pixels;
}

at::Tensor
InsertRegion(const LesionInsert & insert, const Grid & grid)
{
  const std::array<double, 3> index = IndexOfPoint(grid, insert.center);
  const std::int64_t slice = SliceOf(index, grid);
  LesionInsert sharp = insert;
  sharp.edge = 1e-9 * insert.diameter;
  const auto axis = [](std::int64_t n) { return at::arange(n, at::kDouble); };
  at::Tensor inside =
      Profile(sharp, grid, index, axis(grid.size.z), axis(grid.size.y), axis(grid.size.x)).gt(0.25).to(at::kDouble);
  if (!insert.isBall)
  {
    const at::Tensor one = at::arange(grid.size.z, at::kLong).eq(slice).to(at::kDouble);
    inside = inside * one.reshape({-1, 1, 1});
  }
  inside[slice][std::llround(index[1])][std::llround(index[0])] = 1.0;
  return inside / inside.sum();
}

at::Tensor
InsertKSpace(const LesionInsert & insert, const Grid & grid, const at::Tensor & maps)
{
  const std::array<double, 3> index = IndexOfPoint(grid, insert.center);
  SliceOf(index, grid);
  const double reach = 0.5 * (insert.diameter + insert.edge);
  const FineAxis x(index[0], reach / grid.spacing.x, grid.size.x, finer);
  const FineAxis y(index[1], reach / grid.spacing.y, grid.size.y, finer);
  LesionInsert disc = insert;
  disc.isBall = false;
  const at::Tensor fine =
      Profile(disc, grid, index, at::zeros({1}, at::kDouble), y.index, x.index) / static_cast<double>(finer * finer);
  at::Tensor seen = fine.to(at::kComplexDouble);
  if (maps.defined())
  {
    const at::Tensor alongY = Interpolation(y.index, grid.size.y), alongX = Interpolation(x.index, grid.size.x);
    seen = seen * at::matmul(at::matmul(alongY, maps.to(at::kComplexDouble)), alongX.transpose(0, 1));
  }
  return at::matmul(at::matmul(Wave(grid.size.y, y.index), seen), Wave(grid.size.x, x.index).transpose(0, 1));
}

at::Tensor
InsertOfKSpace(const at::Tensor & kspace)
{
  const auto inverse = [](std::int64_t n) { return Wave(n, at::arange(n, at::kDouble)).conj().transpose(0, 1); };
  const at::Tensor image = at::matmul(at::matmul(inverse(kspace.size(-2)).contiguous(), kspace[0]),
                                      inverse(kspace.size(-1)).transpose(0, 1).contiguous());
  return at::real(image).contiguous();
}
} // namespace tweedie
