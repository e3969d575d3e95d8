// SPDX-License-Identifier: Apache-2.0
// The projector against line integrals of ellipses, in closed form.
#include "tweedieExpectTensor.h"
#include "tweedieJosephScans.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
/** Half axes, centre, degrees and density of the modified head phantom (Shepp and Logan 1974; Toft 1996). */
constexpr std::array<std::array<double, 6>, 10> ellipses{{{0.69, 0.92, 0.0, 0.0, 0.0, 1.0},
                                                          {0.6624, 0.874, 0.0, -0.0184, 0.0, -0.8},
                                                          {0.11, 0.31, 0.22, 0.0, -18.0, -0.2},
                                                          {0.16, 0.41, -0.22, 0.0, 18.0, -0.2},
                                                          {0.21, 0.25, 0.0, 0.35, 0.0, 0.1},
                                                          {0.046, 0.046, 0.0, 0.1, 0.0, 0.1},
                                                          {0.046, 0.046, 0.0, -0.1, 0.0, 0.1},
                                                          {0.046, 0.023, -0.08, -0.605, 0.0, 0.1},
                                                          {0.023, 0.023, 0.0, -0.606, 0.0, 0.1},
                                                          {0.023, 0.046, 0.06, -0.605, 0.0, 0.1}}};
constexpr double perDegree = 3.14159265358979323846 / 180.0;

/** The phantom on n x n pixels of 1 mm, each the mean of 16 x 16 points. */
at::Tensor
Head(std::int64_t n)
{
  constexpr int points = 16;
  const at::Tensor image = at::zeros({n, n}, at::kDouble);
  auto values = image.accessor<double, 2>();
  const double pixel = 2.0 / static_cast<double>(n);
  for (const auto & e : ellipses)
  {
    const double c = std::cos(e[4] * perDegree), s = std::sin(e[4] * perDegree);
    const auto radius = [&](double x, double y)
    { return std::hypot((c * (x - e[2]) + s * (y - e[3])) / e[0], (c * (y - e[3]) - s * (x - e[2])) / e[1]); };
    for (std::int64_t i = 0; i < n * n; ++i)
    {
      const double x = (static_cast<double>(i % n) + 0.5) * pixel - 1.0;
      const double y = (static_cast<double>(i / n) + 0.5) * pixel - 1.0;
      const double middle = radius(x, y), reach = pixel / std::min(e[0], e[1]); // more than to the pixel's corners
      double part = middle < 1.0 ? 1.0 : 0.0;
      if (std::abs(middle - 1.0) < reach)
      {
        part = 0.0;
        for (int k = 0; k < points * points; ++k)
        {
          const double dx = (k % points + 0.5) / points - 0.5, dy = (k / points + 0.5) / points - 0.5;
          part += radius(x + dx * pixel, y + dy * pixel) <= 1.0 ? 1.0 / (points * points) : 0.0;
        }
      }
      values[i / n][i % n] += e[5] * part;
    }
  }
  return image.to(at::kFloat);
}

/** ||A x - line integrals|| / ||line integrals|| of the phantom's image, the detector shifted by a part of a column. */
double
ErrorOfHead(const at::Tensor & image, int views, std::int64_t columns, double shift)
{
  const std::int64_t n = image.size(0);
  JosephScan scan{"head", Turn(CTBeam::Parallel, views, 180.0), Centered(columns, 1, 1.0, 1.0), {}};
  scan.grid = CenteredGrid({1, n, n}, {1.0, 1.0, 1.0});
  scan.detector.originU += shift;
  const at::Tensor exact = at::zeros({views, columns}, at::kDouble);
  auto values = exact.accessor<double, 2>();
  const double radius = 0.5 * static_cast<double>(n);
  for (int view = 0; view < views; ++view)
  {
    for (std::int64_t column = 0; column < columns; ++column)
    {
      const double u = scan.detector.originU + static_cast<double>(column);
      const CTRay ray = scan.geometry.Ray(static_cast<std::size_t>(view), u, 0.0);
      const Vector3 p = PatientFromScanner(ray.origin), d = PatientFromScanner(ray.direction);
      for (const auto & e : ellipses)
      {
        const double c = std::cos(e[4] * perDegree), s = std::sin(e[4] * perDegree);
        const double px = p[0] / radius - e[2], py = p[1] / radius - e[3];
        // On the unit circle: |q + t w| = 1.
        const double qx = (c * px + s * py) / e[0], qy = (c * py - s * px) / e[1];
        const double wx = (c * d[0] + s * d[1]) / e[0], wy = (c * d[1] - s * d[0]) / e[1];
        const double a = wx * wx + wy * wy, b = qx * wx + qy * wy, under = b * b - a * (qx * qx + qy * qy - 1.0);
        values[view][column] += under > 0.0 ? 2.0 * radius * e[5] * std::sqrt(under) / a : 0.0;
      }
    }
  }
  return RelativeError(scan.Projector().Forward(image.reshape({1, 1, 1, n, n}))[0][0].select(1, 0), exact);
}
} // namespace

TEST(JosephProjector, HasTheLineIntegralsOfEllipses)
{
  // What the pixels leave of the phantom's edges, proportional to their size: 1.4 % is the project's bar, and half of
  // it on a grid twice as fine. How the columns fall on the edges changes an error by 5 %: the mean over four places.
  const auto error = [](std::int64_t n, std::int64_t columns)
  {
    const at::Tensor image = Head(n);
    double sum = 0.0;
    for (const double shift : {0.0, 0.25, 0.5, 0.75})
    {
      const double here = ErrorOfHead(image, 180, columns, shift);
      sum += here * here;
    }
    return std::sqrt(sum / 4.0);
  };
  const double coarse = error(256, 367);
  const double fine = error(512, 729);
  EXPECT_LE(coarse, 0.014);
  EXPECT_LE(fine, 0.007);
  EXPECT_NEAR(fine / coarse, 0.5, 0.02); // of first order; the mean still varies by 2 %
  EXPECT_LE(ErrorOfHead(Head(256), 180, 367, 0.0), 0.014);
  RecordProperty("errors", std::to_string(coarse) + " " + std::to_string(fine));
}
