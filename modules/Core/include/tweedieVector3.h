// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVector3_h
#define tweedieVector3_h

#include <array>
#include <cmath>

namespace tweedie
{
/** A point or direction (x, y, z), millimetres. */
using Vector3 = std::array<double, 3>;

inline double
Dot(const Vector3 & a, const Vector3 & b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline Vector3
Cross(const Vector3 & a, const Vector3 & b)
{
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

inline double
Length(const Vector3 & a)
{
  return std::sqrt(Dot(a, a));
}

/** a + factor * b. */
inline Vector3
AddScaled(const Vector3 & a, double factor, const Vector3 & b)
{
  return {a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]};
}
} // namespace tweedie

#endif
