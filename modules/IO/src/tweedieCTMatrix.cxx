// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTMatrix.h"

#include "tweedieError.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double tolerance = 1e-6; // of unit vectors: matrices of others may have been printed with few digits

Vector3
Scaled(double factor, const Vector3 & a)
{
  return {factor * a[0], factor * a[1], factor * a[2]};
}

Vector3
Row(const CTMatrix & m, std::size_t row)
{
  return {m[4 * row], m[4 * row + 1], m[4 * row + 2]};
}

[[noreturn]] void
Refuse(const std::string & given)
{
  throw DataError("given a matrix " + given +
                  "; required that of a detector with perpendicular axes, u and v in the unit of space");
}

void
RequireAxes(const Vector3 & u, const Vector3 & v)
{
  if (!(std::abs(Dot(u, v)) <= tolerance))
  {
    Refuse("whose detector axes are not perpendicular");
  }
}

CTView
ParallelView(const CTMatrix & m)
{
  const double scale = 1.0 / m[11];
  const Vector3 u = Scaled(scale, Row(m, 0)), v = Scaled(scale, Row(m, 1));
  if (!(std::abs(Length(u) - 1.0) <= tolerance && std::abs(Length(v) - 1.0) <= tolerance))
  {
    Refuse("of parallel rays that magnifies");
  }
  RequireAxes(u, v);
  const Vector3 n = Cross(u, v);
  constexpr double sid = 1000.0; // not in the matrix; far from any object, for programs that start rays there
  const Vector3 detector = AddScaled(AddScaled(Scaled(sid, n), -scale * m[3], u), -scale * m[7], v);
  return {Scaled(-1.0, n), detector, u, v};
}

CTView
DivergentView(const CTMatrix & m)
{
  const Vector3 a = Row(m, 0), b = Row(m, 1), c = Row(m, 2);
  // The determinant is sdd^2 times the third power of the factor.
  const double determinant = Dot(Cross(a, b), c);
  const double scale = (determinant < 0.0 ? -1.0 : 1.0) / Length(c);
  const Vector3 n = Scaled(scale, c);
  const double alongA = scale * Dot(a, n), alongB = scale * Dot(b, n);
  const Vector3 u = AddScaled(Scaled(scale, a), -alongA, n), v = AddScaled(Scaled(scale, b), -alongB, n);
  const double sdd = Length(u);
  if (!(sdd > 0.0 && std::abs(Length(v) - sdd) <= tolerance * sdd))
  {
    Refuse("that magnifies u and v differently, or not at all");
  }
  CTView view;
  view.alongU = Scaled(-1.0 / sdd, u);
  view.alongV = Scaled(-1.0 / sdd, v);
  RequireAxes(view.alongU, view.alongV);
  // The source is the one point that has no image: a . s = -m3, b . s = -m7, c . s = -m11.
  const Vector3 sum = AddScaled(AddScaled(Scaled(m[3], Cross(b, c)), m[7], Cross(c, a)), m[11], Cross(a, b));
  view.source = Scaled(-1.0 / determinant, sum);
  // Below the source, at (u, v) = (s - p).
  const Vector3 foot = AddScaled(view.source, -sdd, n);
  view.detector = AddScaled(AddScaled(foot, -alongA, view.alongU), -alongB, view.alongV);
  return view;
}
} // namespace

CTMatrix
MatrixOfGantry(const CTGantry & g)
{
  const CTView view = ViewOfGantry(g);
  const Vector3 & u = view.alongU;
  const Vector3 & v = view.alongV;
  if (g.sdd == 0.0)
  {
    return {u[0], u[1], u[2], -g.projectionOffsetX, v[0], v[1], v[2], -g.projectionOffsetY, 0.0, 0.0, 0.0, 1.0};
  }
  const Vector3 n = Cross(u, v);
  const double across = g.sourceOffsetX - g.projectionOffsetX;
  const double down = g.sourceOffsetY - g.projectionOffsetY;
  const Vector3 first = AddScaled(Scaled(across, n), -g.sdd, u);
  const Vector3 second = AddScaled(Scaled(down, n), -g.sdd, v);
  return {first[0],
          first[1],
          first[2],
          g.sdd * g.sourceOffsetX - across * g.sid,
          second[0],
          second[1],
          second[2],
          g.sdd * g.sourceOffsetY - down * g.sid,
          n[0],
          n[1],
          n[2],
          -g.sid};
}

CTGantry
GantryOfMatrix(const CTMatrix & m)
{
  const bool isParallel = m[8] == 0.0 && m[9] == 0.0 && m[10] == 0.0;
  if (isParallel && m[11] == 0.0)
  {
    Refuse("whose last row is zero");
  }
  return isParallel ? GantryOfView(ParallelView(m), CTBeam::Parallel) : GantryOfView(DivergentView(m), CTBeam::Cone);
}
} // namespace tweedie
