// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEllipsoidPhantom_h
#define tweedieEllipsoidPhantom_h

#include "tweedieCTGeometry.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tweedie::test
{
/** A body of constant attenuation in patient space (LPS, mm), turned about z. An infinite half axis makes a cylinder.
 */
struct Ellipsoid
{
  double value; ///< 1/mm, added to what else is there
  Vector3 center;
  Vector3 halfAxes;
  double angle = 0.0; ///< radians
};

using EllipsoidPhantom = std::vector<Ellipsoid>;

constexpr double endless = std::numeric_limits<double>::infinity();

inline Vector3
InUnits(const Ellipsoid & body, const Vector3 & p)
{
  const double c = std::cos(body.angle), s = std::sin(body.angle);
  return {(c * p[0] + s * p[1]) / body.halfAxes[0], (c * p[1] - s * p[0]) / body.halfAxes[1], p[2] / body.halfAxes[2]};
}

/** The integral along a ray in the scanner's system: the chord through the unit sphere, times the value. */
inline double
LineIntegral(const EllipsoidPhantom & phantom, const CTRay & ray)
{
  double sum = 0.0;
  for (const Ellipsoid & body : phantom)
  {
    const Vector3 o = InUnits(body, AddScaled(PatientFromScanner(ray.origin), -1.0, body.center));
    const Vector3 d = InUnits(body, PatientFromScanner(ray.direction));
    const double a = Dot(d, d), b = Dot(o, d), c = Dot(o, o) - 1.0;
    const double root = b * b - a * c;
    sum += root > 0.0 ? body.value * 2.0 * std::sqrt(root) / a : 0.0;
  }
  return sum;
}

inline double
ValueAt(const EllipsoidPhantom & phantom, const Vector3 & patient)
{
  double sum = 0.0;
  for (const Ellipsoid & body : phantom)
  {
    const Vector3 p = InUnits(body, AddScaled(patient, -1.0, body.center));
    sum += Dot(p, p) <= 1.0 ? body.value : 0.0;
  }
  return sum;
}

/** [1, 1, views, rows, columns], double. */
inline at::Tensor
Project(const EllipsoidPhantom & phantom, const CTGeometry & geometry, const CTDetector & detector)
{
  const auto views = static_cast<std::int64_t>(geometry.views.size());
  at::Tensor result = at::empty({1, 1, views, detector.rows, detector.columns}, at::kDouble);
  auto values = result.accessor<double, 5>();
  for (std::int64_t k = 0; k < views; ++k)
  {
    for (std::int64_t j = 0; j < detector.rows; ++j)
    {
      for (std::int64_t i = 0; i < detector.columns; ++i)
      {
        const double u = detector.originU + static_cast<double>(i) * detector.pitchU;
        const double v = detector.originV + static_cast<double>(j) * detector.pitchV;
        values[0][0][k][j][i] = LineIntegral(phantom, geometry.Ray(static_cast<std::size_t>(k), u, v));
      }
    }
  }
  return result;
}

/** At the centres of voxels, or the mean of fine^2 points within each voxel's x-y plane. [1, 1, z, y, x], double. */
inline at::Tensor
Rasterize(const EllipsoidPhantom & phantom, const Grid & grid, std::int64_t fine = 1)
{
  at::Tensor result = at::zeros({1, 1, grid.size.z, grid.size.y, grid.size.x}, at::kDouble);
  auto values = result.accessor<double, 5>();
  const std::array<double, 3> spacing = grid.spacing.Xyz();
  for (std::int64_t i = 0; i < result.numel() * fine * fine; ++i)
  {
    const std::int64_t part = i % (fine * fine), voxel = i / (fine * fine);
    const auto inside = [&](std::int64_t n)
    { return (static_cast<double>(n) + 0.5) / static_cast<double>(fine) - 0.5; };
    const std::int64_t x = voxel % grid.size.x, y = voxel / grid.size.x % grid.size.y,
                       z = voxel / grid.size.x / grid.size.y;
    const Vector3 index{(static_cast<double>(x) + inside(part % fine)) * spacing[0],
                        (static_cast<double>(y) + inside(part / fine)) * spacing[1],
                        static_cast<double>(z) * spacing[2]};
    Vector3 p = grid.origin;
    for (std::size_t row = 0; row < 3; ++row)
    {
      p[row] += grid.direction[3 * row] * index[0] + grid.direction[3 * row + 1] * index[1] +
                grid.direction[3 * row + 2] * index[2];
    }
    values[0][0][z][y][x] += ValueAt(phantom, p) / static_cast<double>(fine * fine);
  }
  return result;
}

/** Views k * arc / count of a gantry. */
inline CTGeometry
Circle(CTBeam beam, std::int64_t count, double arc, CTGantry gantry, double detectorRadius = 0.0)
{
  CTGeometry geometry{beam, detectorRadius, {}};
  const double first = gantry.gantryAngle;
  for (std::int64_t k = 0; k < count; ++k)
  {
    gantry.gantryAngle = first + arc * static_cast<double>(k) / static_cast<double>(count);
    geometry.views.push_back(ViewOfGantry(gantry));
  }
  return geometry;
}

inline CTDetector
CenteredDetector(std::int64_t columns, double pitchU, std::int64_t rows = 1, double pitchV = 1.0)
{
  return {columns,
          rows,
          pitchU,
          pitchV,
          -0.5 * static_cast<double>(columns - 1) * pitchU,
          -0.5 * static_cast<double>(rows - 1) * pitchV};
}

/** Centred at the isocentre. */
inline Grid
CenteredGrid(std::int64_t x, std::int64_t y, std::int64_t z, double spacing, double between)
{
  Grid grid;
  grid.size = {z, y, x};
  grid.spacing = {between, spacing, spacing};
  grid.origin = {-0.5 * static_cast<double>(x - 1) * spacing,
                 -0.5 * static_cast<double>(y - 1) * spacing,
                 -0.5 * static_cast<double>(z - 1) * between};
  return grid;
}
} // namespace tweedie::test

#endif
