// SPDX-License-Identifier: Apache-2.0
#include "tweediePicture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr int tableSize = 256;
using Table = std::array<Color, tableSize>;

/** A point on a path through CIE L*C*h (D65): position 0..1, lightness 0..100, chroma, hue in degrees. */
struct PathPoint
{
  double position;
  double lightness;
  double chroma;
  double hue;
};

double
LabInverse(double t)
{
  constexpr double delta = 6.0 / 29.0;
  return t > delta ? t * t * t : 3.0 * delta * delta * (t - 4.0 / 29.0);
}

/** Linear sRGB of a colour; parts outside 0..1 are outside what a screen can show (IEC 61966-2-1). */
std::array<double, 3>
LinearRgb(double lightness, double chroma, double hue)
{
  constexpr double degree = 3.14159265358979323846 / 180.0;
  const double l = (lightness + 16.0) / 116.0;
  const double x = 0.95047 * LabInverse(l + chroma * std::cos(hue * degree) / 500.0);
  const double y = LabInverse(l);
  const double z = 1.08883 * LabInverse(l - chroma * std::sin(hue * degree) / 200.0);
  return {3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
          -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
          0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
}

std::uint8_t
GammaByte(double linear)
{
  const double v = std::clamp(linear, 0.0, 1.0);
  const double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1.0 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255.0 * encoded));
}

/** The nearest colour on a screen of the same lightness and hue: chroma is taken back until it fits. */
Color
ScreenColor(double lightness, double chroma, double hue)
{
  constexpr double step = 0.5;
  constexpr double tolerance = 1e-3;
  auto rgb = LinearRgb(lightness, chroma, hue);
  const auto fits = [&]
  {
    return *std::min_element(rgb.begin(), rgb.end()) >= -tolerance &&
           *std::max_element(rgb.begin(), rgb.end()) <= 1.0 + tolerance;
  };
  while (chroma > 0.0 && !fits())
  {
    chroma = std::max(0.0, chroma - step);
    rgb = LinearRgb(lightness, chroma, hue);
  }
  return {GammaByte(rgb[0]), GammaByte(rgb[1]), GammaByte(rgb[2])};
}

template <std::size_t VCount>
Table
TableOf(const std::array<PathPoint, VCount> & path)
{
  Table table;
  for (int i = 0; i < tableSize; ++i)
  {
    const double position = i / (tableSize - 1.0);
    std::size_t k = 0;
    while (k + 2 < VCount && position > path[k + 1].position)
    {
      ++k;
    }
    const double t = (position - path[k].position) / (path[k + 1].position - path[k].position);
    const auto mix = [&](double a, double b) { return a + t * (b - a); };
    table[static_cast<std::size_t>(i)] = ScreenColor(mix(path[k].lightness, path[k + 1].lightness),
                                                     mix(path[k].chroma, path[k + 1].chroma),
                                                     mix(path[k].hue, path[k + 1].hue));
  }
  return table;
}

const Table &
TableOf(ColorMap map)
{
  // Hues: 30 red, 100 yellow, 150 green, 265 blue, 315 violet.
  static const Table cool = TableOf(std::array<PathPoint, 4>{
      {{0.0, 14.0, 50.0, 312.0}, {0.35, 41.0, 40.0, 255.0}, {0.65, 64.0, 55.0, 165.0}, {1.0, 91.0, 90.0, 103.0}}});
  static const Table warm = TableOf(std::array<PathPoint, 5>{{{0.0, 0.0, 0.0, -60.0},
                                                              {0.25, 24.0, 55.0, -45.0},
                                                              {0.5, 48.0, 80.0, 30.0},
                                                              {0.8, 77.0, 85.0, 75.0},
                                                              {1.0, 97.0, 40.0, 103.0}}});
  static const Table twoSided = TableOf(std::array<PathPoint, 4>{
      {{0.0, 32.0, 75.0, 275.0}, {0.5, 98.0, 0.0, 262.0}, {0.5001, 98.0, 0.0, 35.0}, {1.0, 38.0, 85.0, 33.0}}});
  static const Table cyclic = TableOf(std::array<PathPoint, 2>{{{0.0, 68.0, 50.0, 0.0}, {1.0, 68.0, 50.0, 360.0}}});
  switch (map)
  {
  case ColorMap::Cool:
    return cool;
  case ColorMap::Warm:
    return warm;
  case ColorMap::Signed:
    return twoSided;
  default:
    return cyclic;
  }
}
} // namespace

Color
MapColor(ColorMap map, double value)
{
  if (std::isnan(value))
  {
    return {255, 0, 255};
  }
  const auto place = static_cast<std::size_t>(std::lround(std::clamp(value, 0.0, 1.0) * (tableSize - 1)));
  if (map == ColorMap::Gray)
  {
    const auto gray = static_cast<std::uint8_t>(place);
    return {gray, gray, gray};
  }
  return TableOf(map)[place];
}
} // namespace tweedie
