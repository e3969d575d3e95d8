// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephScans_h
#define tweedieJosephScans_h

#include "tweedieJosephProjector.h"

#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** A scan and the grid that it looks at. */
struct JosephScan
{
  std::string name;
  CTGeometry geometry;
  CTDetector detector;
  Grid grid;

  JosephProjector
  Projector(std::int64_t channels = 1) const
  {
    return JosephProjector(geometry, detector, grid, channels);
  }
};

inline std::ostream &
operator<<(std::ostream & out, const JosephScan & scan)
{
  return out << scan.name;
}

/** `views` gantry angles over `arc` degrees; change alters a view by its number. */
inline CTGeometry
Turn(CTBeam beam, int views, double arc, const std::function<void(CTGantry &, int)> & change = {})
{
  CTGeometry geometry;
  geometry.beam = beam;
  for (int k = 0; k < views; ++k)
  {
    CTGantry gantry;
    gantry.sid = 60.0;
    gantry.sdd = beam == CTBeam::Parallel ? 0.0 : 100.0;
    gantry.gantryAngle = arc * k / views;
    if (change)
    {
      change(gantry, k);
    }
    geometry.views.push_back(ViewOfGantry(gantry));
  }
  return geometry;
}

/** A detector centred at u = v = 0. */
inline CTDetector
Centered(std::int64_t columns, std::int64_t rows, double pitchU, double pitchV)
{
  CTDetector detector;
  detector.columns = columns;
  detector.rows = rows;
  detector.pitchU = pitchU;
  detector.pitchV = pitchV;
  detector.originU = -0.5 * static_cast<double>(columns - 1) * pitchU;
  detector.originV = -0.5 * static_cast<double>(rows - 1) * pitchV;
  return detector;
}

/** A grid whose centre is the isocentre. */
inline Grid
CenteredGrid(const Axes<std::int64_t> & size, const Axes<double> & spacing)
{
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.origin[i] = -0.5 * static_cast<double>(size.Xyz()[i] - 1) * spacing.Xyz()[i];
  }
  return grid;
}

/** Every kind of geometry, on grids of odd sizes and unequal voxels that the rays partly miss. */
inline std::vector<JosephScan>
JosephScans()
{
  const Grid slices = CenteredGrid({3, 13, 19}, {2.0, 1.1, 0.8});
  const Grid volume = CenteredGrid({9, 11, 14}, {1.3, 1.0, 0.9});
  Grid turned = volume;
  const double c = std::cos(0.4), s = std::sin(0.4);
  turned.direction = {c, -s, 0.0, 0.8 * s, 0.8 * c, -0.6, 0.6 * s, 0.6 * c, 0.8};
  turned.origin = {-4.0, 3.0, 1.0};
  const auto tilt = [](CTGantry & g, int k)
  {
    g.outOfPlaneAngle = 12.0;
    g.inPlaneAngle = 3.0 * k;
    g.sourceOffsetX = 1.5;
  };
  const auto advance = [](CTGantry & g, int k) { g.sourceOffsetY = g.projectionOffsetY = 0.7 * (k - 4); };
  const auto above = [](CTGantry & g, int) { g.outOfPlaneAngle = 80.0; };
  const auto within = [](CTGantry & g, int) { g.sid = 2.0; };
  const CTDetector panel = Centered(12, 10, 2.1, 1.9);
  CTGeometry bent = Turn(CTBeam::Fan, 7, 360.0);
  bent.detectorRadius = 100.0;
  CTGeometry bentCone = Turn(CTBeam::Cone, 5, 360.0, tilt);
  bentCone.detectorRadius = 90.0;
  return {{"parallel", Turn(CTBeam::Parallel, 9, 180.0), Centered(25, 3, 1.0, 2.0), slices},
          {"parallel_between_slices", Turn(CTBeam::Parallel, 9, 180.0), Centered(25, 6, 1.0, 1.3), slices},
          {"parallel_tilted", Turn(CTBeam::Parallel, 6, 180.0, tilt), Centered(17, 9, 1.0, 1.0), volume},
          {"fan", Turn(CTBeam::Fan, 7, 360.0), Centered(21, 3, 1.9, 2.0), slices},
          {"fan_bent", bent, Centered(21, 3, 1.9, 2.0), slices},
          {"cone", Turn(CTBeam::Cone, 8, 360.0), panel, volume},
          {"cone_tilted", Turn(CTBeam::Cone, 5, 360.0, tilt), panel, volume},
          {"cone_bent", bentCone, panel, volume},
          {"cone_from_above", Turn(CTBeam::Cone, 4, 360.0, above), panel, volume},
          {"cone_from_within", Turn(CTBeam::Cone, 4, 360.0, within), panel, volume},
          {"helical", Turn(CTBeam::Cone, 9, 720.0, advance), panel, volume},
          {"turned_grid", Turn(CTBeam::Cone, 8, 360.0), panel, turned}};
}
} // namespace test
} // namespace tweedie

#endif
