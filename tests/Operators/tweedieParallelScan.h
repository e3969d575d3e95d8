// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieParallelScan_h
#define tweedieParallelScan_h

#include "tweedieEllipsoidPhantom.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace test
{
constexpr double pi = 3.14159265358979323846;

/** Parallel rays through the slices of a grid. */
struct ParallelScan
{
  CTGeometry geometry;
  CTDetector detector;
  Grid grid;
};

/** Views over 180 degrees from `start` degrees on, around the middle of a grid with 1 mm voxels and a row for each
 * slice. */
inline ParallelScan
MakeParallelScan(const Axes<std::int64_t> & size, std::int64_t views, std::int64_t columns, double start = 0.0)
{
  CTGantry gantry;
  gantry.sid = 500.0;
  gantry.gantryAngle = start;
  return {Circle(CTBeam::Parallel, views, 180.0, gantry),
          CenteredDetector(columns, 1.0, size.z),
          CenteredGrid(size.x, size.y, size.z, 1.0, 1.0)};
}

/** Everything that a short cut may forget: spacings of three kinds, a grid turned about its z axis and off the axis of
 * rotation, a detector that is shifted, a pitch that is none of the spacings, odd and even extents, views with an
 * offset of their own. */
inline ParallelScan
MakeAwkwardScan()
{
  ParallelScan scan = MakeParallelScan({2, 15, 22}, 7, 61, 11.0);
  const double c = std::cos(0.4), s = std::sin(0.4);
  scan.grid.direction = {c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0};
  scan.grid.spacing = {1.7, 1.3, 0.8};
  scan.grid.origin = {-4.0, -15.0, 3.0};
  scan.detector.pitchU = 0.9;
  scan.detector.originU = -31.3;
  scan.detector.pitchV = 1.7;
  scan.detector.originV = 3.0;
  for (std::size_t k = 0; k < scan.geometry.views.size(); ++k)
  {
    auto & view = scan.geometry.views[k];
    view.detector = AddScaled(view.detector, 0.3 * static_cast<double>(k), view.alongU);
  }
  return scan;
}

/** The head phantom of Shepp and Logan (1974) with the contrast of Toft (1996), on a field of `width` mm: in each line
 * density, half axes, centre in half widths (y upwards), angle in degrees. */
inline EllipsoidPhantom
SheppLogan(double width)
{
  constexpr double ellipses[10][6] = {{1.0, 0.69, 0.92, 0.0, 0.0, 0.0},
                                      {-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0},
                                      {-0.2, 0.11, 0.31, 0.22, 0.0, -18.0},
                                      {-0.2, 0.16, 0.41, -0.22, 0.0, 18.0},
                                      {0.1, 0.21, 0.25, 0.0, 0.35, 0.0},
                                      {0.1, 0.046, 0.046, 0.0, 0.1, 0.0},
                                      {0.1, 0.046, 0.046, 0.0, -0.1, 0.0},
                                      {0.1, 0.046, 0.023, -0.08, -0.605, 0.0},
                                      {0.1, 0.023, 0.023, 0.0, -0.606, 0.0},
                                      {0.1, 0.023, 0.046, 0.06, -0.605, 0.0}};
  EllipsoidPhantom phantom;
  for (const auto & e : ellipses)
  {
    // The patient's y axis points down in the image.
    const double half = 0.5 * width;
    phantom.push_back(
        {e[0], {half * e[3], -half * e[4], 0.0}, {half * e[1], half * e[2], endless}, -e[5] * pi / 180.0});
  }
  return phantom;
}

/** What a detector reads: the means of line integrals over `parts` rays across each column. */
inline at::Tensor
Readings(const EllipsoidPhantom & phantom, const ParallelScan & scan, std::int64_t parts)
{
  CTDetector fine = scan.detector;
  fine.columns *= parts;
  fine.pitchU /= static_cast<double>(parts);
  fine.originU += 0.5 * (fine.pitchU - scan.detector.pitchU);
  return Project(phantom, scan.geometry, fine).reshape({1, 1, -1, fine.rows, scan.detector.columns, parts}).mean(-1);
}

/** exp(-r^2 / (2 s^2)) at the pixels of one slice, r in mm from a point of the scanner: [y, x]. */
inline at::Tensor
GaussianBlob(const Grid & grid, const Vector3 & center, double s)
{
  at::Tensor image = at::empty({grid.size.y, grid.size.x}, at::kDouble);
  const Vector3 at = PatientFromScanner(center);
  for (std::int64_t j = 0; j < grid.size.y; ++j)
  {
    for (std::int64_t i = 0; i < grid.size.x; ++i)
    {
      const double x = grid.spacing.x * static_cast<double>(i), y = grid.spacing.y * static_cast<double>(j);
      const double px = grid.origin[0] + grid.direction[0] * x + grid.direction[1] * y - at[0];
      const double py = grid.origin[1] + grid.direction[3] * x + grid.direction[4] * y - at[1];
      image[j][i] = std::exp(-0.5 * (px * px + py * py) / (s * s));
    }
  }
  return image;
}
} // namespace test
} // namespace tweedie

#endif
