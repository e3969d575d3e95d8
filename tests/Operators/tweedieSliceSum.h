// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSliceSum_h
#define tweedieSliceSum_h

#include "tweedieFourierSliceProjector.h"
#include "tweedieKaiserBessel.h"
#include "tweedieParallelScan.h"

#include <ATen/ATen.h>

#include <vector>

namespace tweedie
{
namespace test
{
/** Position of a pixel in the scanner. */
inline Vector3
PixelPlace(const Grid & grid, std::int64_t j, std::int64_t i)
{
  Vector3 patient = grid.origin;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    patient[axis] += grid.direction[3 * axis] * grid.spacing.x * static_cast<double>(i) +
                     grid.direction[3 * axis + 1] * grid.spacing.y * static_cast<double>(j);
  }
  return ScannerFromPatient(patient);
}

/** The matrix of one slice, [views * columns, pixels], as the sum over frequencies with every pixel's own phase; rays
 * perpendicular to the detector. */
inline at::Tensor
DirectSum(const ParallelScan & scan, const FourierSliceOptions & options)
{
  const auto & d = scan.detector;
  const std::int64_t period = options.periodicDetector ? d.columns : EvenTransformSize(2 * d.columns);
  const auto m = at::arange(-((period - 1) / 2), (period + 1) / 2, at::kDouble);
  const auto k = m / (static_cast<double>(period) * d.pitchU);
  const auto axis = [&](std::size_t column)
  {
    const auto & a = scan.grid.direction;
    return ScannerFromPatient({a[column], a[3 + column], a[6 + column]});
  };
  std::vector<at::Tensor> views;
  for (const CTView & view : scan.geometry.views)
  {
    at::Tensor u = at::empty({scan.grid.size.y, scan.grid.size.x}, at::kDouble);
    for (std::int64_t j = 0; j < u.size(0); ++j)
    {
      for (std::int64_t i = 0; i < u.size(1); ++i)
      {
        const Vector3 pixel = PixelPlace(scan.grid, j, i);
        u[j][i] = Dot(AddScaled(pixel, -1.0, view.detector), view.alongU);
      }
    }
    const auto columns = d.originU + d.pitchU * at::arange(d.columns, at::kDouble);
    at::Tensor factor = at::ones_like(k);
    if (options.detectorFootprint)
    {
      factor = factor * at::sinc(k * d.pitchU);
    }
    for (const auto & cycles :
         {k * (Dot(axis(0), view.alongU) * scan.grid.spacing.x), k * (Dot(axis(1), view.alongU) * scan.grid.spacing.y)})
    {
      factor = factor * (options.pixelFootprint ? at::sinc(cycles) : cycles.abs().le(0.5 + 1e-9).to(at::kDouble));
    }
    factor = factor * (scan.grid.spacing.x * scan.grid.spacing.y / (static_cast<double>(period) * d.pitchU));
    const auto waves = [](const at::Tensor & phase) { return at::polar(at::ones_like(phase), 2.0 * pi * phase); };
    views.push_back(at::real(at::matmul(waves(at::outer(columns, k)) * factor, waves(-at::outer(k, u.flatten())))));
  }
  return at::cat(views);
}

/** [batch, 1, 1, y, x] -> [batch, 1, views, 1, columns]. */
inline at::Tensor
Multiply(const at::Tensor & matrix, const at::Tensor & x, const ParallelScan & scan)
{
  const auto views = static_cast<std::int64_t>(scan.geometry.views.size());
  return at::matmul(x.flatten(1).to(at::kDouble), matrix.t()).reshape({x.size(0), 1, views, 1, scan.detector.columns});
}
} // namespace test
} // namespace tweedie

#endif
