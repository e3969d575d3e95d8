// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRadialWave_h
#define tweedieRadialWave_h

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <functional>

namespace tweedie
{
namespace test
{
/** An object of circular symmetry, of one material, behind a point source, and where its pattern is recorded; m. */
struct RadialScene
{
  double wavelength;
  double delta;
  double beta;
  double radius;                                                 ///< the object ends here
  std::function<at::Tensor(const at::Tensor & angle)> thickness; ///< at the radius times sin(angle)
  double distance;
  double sourceDistance = 0.0; ///< 0: parallel light
};

inline RadialScene
SphereScene(double wavelength, double delta, double beta, double radius, double distance, double sourceDistance = 0.0)
{
  const auto chord = [radius](const at::Tensor & angle) { return angle.cos() * (2.0 * radius); };
  return {wavelength, delta, beta, radius, chord, distance, sourceDistance};
}

/** The wave at radii of the detector over the one without object, by Fresnel's integral over the object and nothing
 * else: no grid, no Fourier transform, no scaling theorem.
 *
 *    u(r) = 1 + k / (i z g(r)) e^(i k r^2 / 2 z) int_0^R (o(s) - 1) e^(i k s^2 (1 / z_1 + 1 / z) / 2) J_0(k r s / z) s
 * ds g(r) = e^(i k r^2 / 2 (z_1 + z)) / (1 + z / z_1): the spherical wave where it is recorded
 *
 * with s = R sin(a), which takes the edge off a sphere, by Gauss' rule of two points in each of panels. */
inline at::Tensor
RadialWave(const RadialScene & scene, const at::Tensor & radii, std::int64_t panels)
{
  const double pi = 3.14159265358979323846;
  const double k = 2.0 * pi / scene.wavelength;
  const double curvature = scene.sourceDistance > 0.0 ? 1.0 / scene.sourceDistance : 0.0;
  const double z = scene.distance;
  const double width = pi / 2.0 / static_cast<double>(panels);
  const at::Tensor middle = (at::arange(panels, at::kDouble) + 0.5) * width;
  const at::Tensor angle = at::cat({middle - width / std::sqrt(12.0), middle + width / std::sqrt(12.0)});
  const at::Tensor s = angle.sin() * scene.radius;
  const at::Tensor weight = angle.cos() * s * (scene.radius * width / 2.0);
  const at::Tensor thickness = scene.thickness(angle);
  const at::Tensor object = at::polar((thickness * (-k * scene.beta)).exp(), thickness * (-k * scene.delta)) - 1.0;
  const at::Tensor chirp = at::polar(weight, s.square() * (0.5 * k * (curvature + 1.0 / z)));
  const at::Tensor source = at::view_as_real(object * chirp).contiguous(); // [nodes, 2]
  at::Tensor sum = at::empty({radii.numel(), 2}, at::kDouble);
  for (std::int64_t i = 0; i < radii.numel(); i += 64) // a few megabytes at a time
  {
    const at::Tensor part = radii.slice(0, i, i + 64);
    sum.slice(0, i, i + 64).copy_(at::matmul(at::special_bessel_j0(at::outer(part, s) * (k / z)), source));
  }
  // 1 / (1 + z / z_1) of the flat wave divides; its curvature is 1 / (z_1 + z).
  const double flat = curvature / (1.0 + z * curvature);
  const at::Tensor front = at::polar(at::full_like(radii, k / z * (1.0 + z * curvature)),
                                     radii.square() * (0.5 * k * (1.0 / z - flat)) - pi / 2.0);
  return front * at::view_as_complex(sum) + 1.0;
}

/** Mean over each pixel of a function of the radius, known at equal steps from 0: [rows, columns]. */
struct RadialDetector
{
  std::int64_t rows;
  std::int64_t columns;
  double pitch;
  double centreX; ///< of the object, pixels
  double centreY;
  std::int64_t parts = 4; ///< of a pixel, along each side

  /** Radii of the parts, [rows * parts, columns * parts]. */
  at::Tensor
  Radii() const
  {
    const auto n = static_cast<double>(parts);
    const at::Tensor x = ((at::arange(columns * parts, at::kDouble) + 0.5) / n - 0.5 - centreX) * pitch;
    const at::Tensor y = ((at::arange(rows * parts, at::kDouble) + 0.5) / n - 0.5 - centreY) * pitch;
    return (x.square().unsqueeze(0) + y.square().unsqueeze(1)).sqrt();
  }

  at::Tensor
  Binned(const at::Tensor & ofParts) const
  {
    return ofParts.reshape({rows, parts, columns, parts}).mean(at::IntArrayRef{1, 3});
  }

  at::Tensor
  Image(const at::Tensor & table, double step) const
  {
    const at::Tensor place = Radii() / step;
    const at::Tensor below = place.floor().clamp_max(static_cast<double>(table.size(0) - 2));
    const at::Tensor index = below.to(at::kLong);
    const at::Tensor share = place - below;
    return Binned(table.take(index) * (1.0 - share) + table.take(index + 1) * share);
  }
};
} // namespace test
} // namespace tweedie

#endif
