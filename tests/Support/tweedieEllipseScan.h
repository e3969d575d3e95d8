// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEllipseScan_h
#define tweedieEllipseScan_h

#include "tweedieVolume.h"

#include <array>
#include <cmath>
#include <complex>
#include <vector>

namespace tweedie
{
namespace test
{
/** Places in fields of view from the middle of the image. */
struct Ellipse
{
  double value, x, y, halfX, halfY;
};

constexpr double twoPi = 6.28318530717958647692;

/** A head of sorts that tells left from right and up from down. */
inline const std::vector<Ellipse> &
Ellipses()
{
  static const std::vector<Ellipse> ellipses{
      {1.0, 0.02, -0.01, 0.36, 0.30}, {0.5, 0.14, 0.10, 0.13, 0.11}, {-0.6, -0.13, -0.06, 0.09, 0.12}};
  return ellipses;
}

inline double
EllipsesAt(double x, double y)
{
  double sum = 0.0;
  for (const Ellipse & one : Ellipses())
  {
    sum += std::hypot((x - one.x) / one.halfX, (y - one.y) / one.halfY) < 1.0 ? one.value : 0.0;
  }
  return sum;
}

/** Their Fourier integral, k in cycles per field of view: sum v pi a b 2 J1(2 pi r) / (2 pi r) exp(-2 pi i k x), r the
 * length of (a k_x, b k_y). */
inline std::complex<double>
EllipsesSpectrum(double kx, double ky)
{
  std::complex<double> sum = 0.0;
  for (const Ellipse & one : Ellipses())
  {
    const double t = twoPi * std::hypot(one.halfX * kx, one.halfY * ky);
    const double jinc = t < 1e-6 ? 1.0 : 2.0 * std::cyl_bessel_j(1.0, t) / t;
    sum += std::polar(one.value * 0.5 * twoPi * one.halfX * one.halfY * jinc, -twoPi * (kx * one.x + ky * one.y));
  }
  return sum;
}

/** A coil beside the image whose map is a sum of nine waves of at most half a cycle along each axis:
 *
 *    S(x, y) = exp(i phase) cos^2(pi (x - x_c) / 2) cos^2(pi (y - y_c) / 2)
 *
 * so that its view of the ellipses has a Fourier integral too. */
struct WaveCoil
{
  double x, y, phase;

  template <typename TUse>
  void
  ForEachWave(const TUse & use) const
  {
    constexpr std::array<double, 3> weights{0.25, 0.5, 0.25};
    for (int row = -1; row <= 1; ++row)
    {
      for (int column = -1; column <= 1; ++column)
      {
        const double fx = 0.5 * column, fy = 0.5 * row;
        const double weight =
            weights[static_cast<std::size_t>(row + 1)] * weights[static_cast<std::size_t>(column + 1)];
        use(fx, fy, std::polar(weight, phase - twoPi * (fx * x + fy * y)));
      }
    }
  }

  std::complex<double>
  At(double px, double py) const
  {
    std::complex<double> sum = 0.0;
    ForEachWave([&](double fx, double fy, std::complex<double> weight)
                { sum += weight * std::polar(1.0, twoPi * (fx * px + fy * py)); });
    return sum;
  }

  std::complex<double>
  Spectrum(double kx, double ky) const
  {
    std::complex<double> sum = 0.0;
    ForEachWave([&](double fx, double fy, std::complex<double> weight)
                { sum += weight * EllipsesSpectrum(kx - fx, ky - fy); });
    return sum;
  }
};

/** Coils around the image, of count. */
inline WaveCoil
CoilOf(std::size_t number, std::size_t count)
{
  const double angle = twoPi * (static_cast<double>(number) + 0.3) / static_cast<double>(count);
  return {0.5 * std::cos(angle), 0.5 * std::sin(angle), 0.7 * static_cast<double>(number * number)};
}

/** The coils' true maps on a grid of that many pixels. */
inline Volume
TrueMaps(std::int64_t size, std::size_t coils)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({size, size, 1});
  Volume maps(grid, Volume::Element::Complex, static_cast<std::int64_t>(coils));
  std::complex<float> * value = maps.ComplexData();
  const auto place = [&](std::int64_t i) { return static_cast<double>(i - size / 2) / static_cast<double>(size); };
  for (std::size_t coil = 0; coil < coils; ++coil)
  {
    for (std::int64_t y = 0; y < size; ++y)
    {
      for (std::int64_t x = 0; x < size; ++x)
      {
        *value++ = std::complex<float>(CoilOf(coil, coils).At(place(x), place(y)));
      }
    }
  }
  return maps;
}
} // namespace test
} // namespace tweedie

#endif
