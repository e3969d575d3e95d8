// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieKaiserBessel_h
#define tweedieKaiserBessel_h

#include <cstdint>

namespace tweedie
{
/** The Kaiser-Bessel window that takes a spectrum on a grid, G samples for N pixels, to frequencies between its samples
 * (Beatty, Nishimura and Pauly 2005, equations 4 and 5):
 *
 *    KB(u) = I0(b sqrt(1 - (2 u / W)^2)) / I0(b),   |u| <= W / 2 grid samples
 *    b = pi sqrt((W / s)^2 (s - 1/2)^2 - 0.8),      s = G / N
 *    c(n) = W sinh(z) / (z I0(b)),  z = sqrt(b^2 - (pi W n / G)^2):  its transform, at pixel n from the origin
 *
 * and a pixel n is divided by c(n) beforehand. */
class KaiserBessel
{
public:
  KaiserBessel(std::int64_t width, double oversampling);

  double Value(double distance) const;
  double Transform(double pixelOverGrid) const;

private:
  double m_Width;
  double m_Shape;
  double m_Peak; ///< I0(b)
};

/** The smallest even number from `least` on without a prime factor above 7. */
std::int64_t EvenTransformSize(std::int64_t least);
} // namespace tweedie

#endif
