// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncompleteBeta.h"

#include <cmath>

namespace tweedie
{
namespace
{
/** Continued fraction of the incomplete beta function (Lentz 1976), convergent for x < (a + 1)/(a + b + 2). */
double
BetaFraction(double a, double b, double x)
{
  constexpr double tiny = 1e-300;
  constexpr int maximumTerms = 100000; // some multiple of sqrt(max(a, b)) are taken
  const auto away = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double c = 1.0;
  double d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
  double fraction = d;
  for (int m = 1; m <= maximumTerms; ++m)
  {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / away(1.0 + even * d);
    c = away(1.0 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / away(1.0 + odd * d);
    c = away(1.0 + odd / c);
    fraction *= c * d;
    if (std::abs(c * d - 1.0) < 1e-15)
    {
      break;
    }
  }
  return fraction;
}
} // namespace

double
RegularizedBeta(double a, double b, double x)
{
  if (x <= 0.0 || x >= 1.0)
  {
    return x <= 0.0 ? 0.0 : 1.0;
  }
  const double logFront = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  const double front = std::exp(logFront);
  return x < (a + 1.0) / (a + b + 2.0) ? front * BetaFraction(a, b, x) / a
                                       : 1.0 - front * BetaFraction(b, a, 1.0 - x) / b;
}
} // namespace tweedie
