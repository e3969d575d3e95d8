// SPDX-License-Identifier: Apache-2.0
#include "tweedieSliceViews.h"

#include "tweedieKaiserBessel.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double tolerance = 1e-3; ///< of a pixel or slice
constexpr double longestPeriod = 1 << 22;

struct Span
{
  double low;
  double high;
};

class Analysis
{
public:
  Analysis(const CTGeometry & geometry, const CTDetector & detector, const Grid & grid, const std::string & who)
      : m_Geometry(geometry), m_Detector(detector), m_Grid(grid), m_Who(who),
        m_Map(grid), m_Middle{0.5 * static_cast<double>(grid.size.x - 1),
                              0.5 * static_cast<double>(grid.size.y - 1),
                              0.5 * static_cast<double>(grid.size.z - 1)}
  {
  }

  SliceView
  View(std::size_t k) const
  {
    const CTIndexRay ray = m_Map.Ray(m_Geometry.Ray(k, m_Detector.originU, m_Detector.originV));
    const Vector3 column = Scaled(m_Map.Direction(m_Geometry.views[k].alongU), m_Detector.pitchU);
    const Vector3 row = Scaled(m_Map.Direction(m_Geometry.views[k].alongV), m_Detector.pitchV);
    const double dx = m_Grid.spacing.x;
    const double dy = m_Grid.spacing.y;
    const double diagonal =
        std::hypot(dx * static_cast<double>(m_Grid.size.x), dy * static_cast<double>(m_Grid.size.y));
    const auto columns = static_cast<double>(m_Detector.columns - 1);
    const auto rows = static_cast<double>(m_Detector.rows - 1);
    if (std::abs(ray.step[2]) * diagonal > tolerance || std::abs(column[2]) * columns > tolerance)
    {
      Refuse(k, "rays that leave their slice", "rays and detector columns in the slices of the grid");
    }
    const double length = std::hypot(ray.step[0] * dx, ray.step[1] * dy);
    SliceView view{-ray.step[1] * dy / length, ray.step[0] * dx / length, 0.0, 0.0, {}};
    const auto across = [&](const Vector3 & a) { return view.normalX * a[0] * dx + view.normalY * a[1] * dy; };
    if (std::abs(across(row)) * rows > tolerance * std::min(dx, dy))
    {
      Refuse(k, "detector rows that are shifted along the slices", "rows that differ in height alone");
    }
    const Vector3 origin{static_cast<double>(m_Grid.size.x / 2), static_cast<double>(m_Grid.size.y / 2), 0.0};
    view.first = across(AddScaled(ray.start, -1.0, origin));
    view.pitch = across(column);
    // The height where the ray is nearest to the middle of the grid.
    const Vector3 toMiddle = AddScaled(m_Middle, -1.0, ray.start);
    const double along =
        (toMiddle[0] * ray.step[0] * dx * dx + toMiddle[1] * ray.step[1] * dy * dy) / (length * length);
    view.slices = Slices(k, ray.start[2] + along * ray.step[2], row[2]);
    return view;
  }

  /** Columns of the detector that rays through the grid meet. */
  Span
  Shadow(const SliceView & view) const
  {
    const auto columns = static_cast<double>(m_Grid.size.x);
    const auto rows = static_cast<double>(m_Grid.size.y);
    const double x = (m_Middle[0] - static_cast<double>(m_Grid.size.x / 2)) * m_Grid.spacing.x;
    const double y = (m_Middle[1] - static_cast<double>(m_Grid.size.y / 2)) * m_Grid.spacing.y;
    const double middle = (view.normalX * x + view.normalY * y - view.first) / view.pitch;
    const double half =
        0.5 * (std::abs(view.normalX) * columns * m_Grid.spacing.x + std::abs(view.normalY) * rows * m_Grid.spacing.y) /
        std::abs(view.pitch);
    return {middle - half, middle + half};
  }

private:
  static Vector3
  Scaled(const Vector3 & a, double factor)
  {
    return AddScaled({0.0, 0.0, 0.0}, factor, a);
  }

  [[noreturn]] void
  Refuse(std::size_t view, const std::string & given, const std::string & required) const
  {
    std::ostringstream message;
    message << m_Who << ": given view " << view << " with " << given << "; required " << required
            << " (the Joseph projector takes any rays)";
    throw UsageError(message.str());
  }

  std::vector<std::int64_t>
  Slices(std::size_t k, double first, double step) const
  {
    std::vector<std::int64_t> slices;
    for (std::int64_t row = 0; row < m_Detector.rows; ++row)
    {
      const double height = first + static_cast<double>(row) * step;
      const double nearest = std::round(height);
      if (!(std::abs(height - nearest) <= tolerance))
      {
        Refuse(k,
               "row " + std::to_string(row) + " at the height of slice " + std::to_string(height),
               "rows at the heights of slices");
      }
      const bool inside = nearest >= 0.0 && nearest < static_cast<double>(m_Grid.size.z);
      slices.push_back(inside ? static_cast<std::int64_t>(nearest) : -1);
    }
    return slices;
  }

  const CTGeometry & m_Geometry;
  const CTDetector & m_Detector;
  const Grid & m_Grid;
  const std::string & m_Who;
  CTIndexMap m_Map;
  Vector3 m_Middle;
};

void
RequireInput(const CTGeometry & geometry, const CTDetector & detector, const Grid & grid, const std::string & who)
{
  if (geometry.beam != CTBeam::Parallel)
  {
    throw UsageError(who + ": given rays that diverge; required parallel ones (the Joseph projector takes any rays)");
  }
  geometry.Require();
  const bool placed = std::isfinite(detector.originU) && std::isfinite(detector.originV) &&
                      std::isfinite(detector.pitchU) && std::isfinite(detector.pitchV);
  if (detector.columns < 1 || detector.rows < 1 || !placed || !(detector.pitchU > 0.0) || !(detector.pitchV > 0.0))
  {
    std::ostringstream message;
    message << who << ": given a detector of " << detector.rows << " x " << detector.columns << " pixels of "
            << detector.pitchV << " x " << detector.pitchU << " mm at (" << detector.originV << ", " << detector.originU
            << "); required at least one pixel, pitches above 0 and finite numbers";
    throw DataError(message.str());
  }
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto spacing = grid.spacing.Xyz();
  const bool spaced =
      std::all_of(spacing.begin(), spacing.end(), [](double value) { return std::isfinite(value) && value > 0.0; });
  const bool sized = grid.size.x > 0 && grid.size.y > 0 && grid.size.z > 0;
  if (!spaced || !sized || !std::all_of(grid.origin.begin(), grid.origin.end(), finite) ||
      !std::all_of(grid.direction.begin(), grid.direction.end(), finite))
  {
    std::ostringstream message;
    message << who << ": given a grid of " << grid.size.x << " x " << grid.size.y << " x " << grid.size.z
            << " voxels, spacing " << spacing[0] << ", " << spacing[1] << ", " << spacing[2]
            << " mm; required positive extents and spacings, finite numbers";
    throw DataError(message.str());
  }
}
} // namespace

SliceViews
SliceViewsOf(const CTGeometry & geometry, const CTDetector & detector, const Grid & grid, const std::string & who)
{
  RequireInput(geometry, detector, grid, who);
  const Analysis analysis(geometry, detector, grid, who);
  const auto columns = static_cast<double>(detector.columns);
  SliceViews result;
  double period = 2.0 * columns;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    result.views.push_back(analysis.View(k));
    const SliceView & view = result.views.back();
    const Span shadow = analysis.Shadow(view);
    // Half a detector between what it measures and the nearest copy of the grid.
    period = std::max({period, shadow.high + 0.5 * columns, 1.5 * columns - 1.0 - shadow.low});
    constexpr double rounding = 1e-6;
    result.coversGrid &= shadow.low >= -0.5 - rounding && shadow.high <= columns - 0.5 + rounding;
    std::vector<int> rowsOf(static_cast<std::size_t>(grid.size.z), 0);
    for (const std::int64_t slice : view.slices)
    {
      if (slice >= 0)
      {
        ++rowsOf[static_cast<std::size_t>(slice)];
      }
    }
    result.hasAllSlices &= std::all_of(rowsOf.begin(), rowsOf.end(), [](int count) { return count == 1; });
  }
  if (!(period < longestPeriod))
  {
    throw UsageError(who + ": given a grid that is " + std::to_string(period) +
                     " detector columns away; required less than 4 million");
  }
  result.period = EvenTransformSize(static_cast<std::int64_t>(std::ceil(period)));
  return result;
}
} // namespace tweedie
