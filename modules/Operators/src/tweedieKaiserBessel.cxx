// SPDX-License-Identifier: Apache-2.0
#include "tweedieKaiserBessel.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** Modified Bessel function of order 0 by its power series: all terms are positive, so nothing cancels. */
double
BesselI0(double x)
{
  const double quarter = 0.25 * x * x;
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; term > 1e-17 * sum; ++k)
  {
    term *= quarter / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}
} // namespace

KaiserBessel::KaiserBessel(std::int64_t width, double oversampling)
    : m_Width(static_cast<double>(width)),
      m_Shape(pi * std::sqrt(std::pow(m_Width / oversampling * (oversampling - 0.5), 2) - 0.8)),
      m_Peak(BesselI0(m_Shape))
{
}

double
KaiserBessel::Value(double distance) const
{
  const double relative = 2.0 * distance / m_Width;
  return BesselI0(m_Shape * std::sqrt(std::max(0.0, 1.0 - relative * relative))) / m_Peak;
}

double
KaiserBessel::Transform(double pixelOverGrid) const
{
  const double frequency = pi * m_Width * pixelOverGrid;
  // b exceeds pi W / (2 s), the largest frequency of a pixel, for every width from 2 and oversampling from 2.
  const double z = std::sqrt(m_Shape * m_Shape - frequency * frequency);
  return m_Width * std::sinh(z) / (z * m_Peak);
}

std::int64_t
EvenTransformSize(std::int64_t least)
{
  for (std::int64_t size = std::max<std::int64_t>(2, least + least % 2);; size += 2)
  {
    std::int64_t rest = size;
    for (const std::int64_t prime : {2, 3, 5, 7})
    {
      while (rest % prime == 0)
      {
        rest /= prime;
      }
    }
    if (rest == 1)
    {
      return size;
    }
  }
}
} // namespace tweedie
