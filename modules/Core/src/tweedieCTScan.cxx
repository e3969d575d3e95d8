// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTScan.h"

#include "tweedieError.h"

#include <sstream>

namespace tweedie
{
CTDetector
DetectorOf(const Grid & grid)
{
  return {grid.size.x, grid.size.y, grid.spacing.x, grid.spacing.y, grid.origin[0], grid.origin[1]};
}

Grid
ProjectionGrid(const CTDetector & detector, std::size_t views)
{
  Grid grid;
  grid.size = {static_cast<std::int64_t>(views), detector.rows, detector.columns};
  grid.spacing = {1.0, detector.pitchV, detector.pitchU};
  grid.origin = {detector.originU, detector.originV, 0.0};
  return grid;
}

void
RequireScan(const CTScan & scan)
{
  scan.geometry.Require();
  const Volume & projections = scan.projections;
  const Grid & grid = projections.GetGrid();
  if (projections.IsEmpty() || projections.IsComplex() || projections.Channels() != 1)
  {
    throw DataError(
        "CT scan: given no projections, complex ones or several channels; required one real number a pixel");
  }
  if (grid.size.z != static_cast<std::int64_t>(scan.geometry.views.size()))
  {
    std::ostringstream message;
    message << "CT scan: given " << grid.size.z << " projections and a geometry of " << scan.geometry.views.size()
            << " views; required as many";
    throw DataError(message.str());
  }
  if (!(grid.spacing.x > 0.0) || !(grid.spacing.y > 0.0))
  {
    std::ostringstream message;
    message << "CT scan: given pixels of " << grid.spacing.x << " x " << grid.spacing.y
            << " mm; required positive ones";
    throw DataError(message.str());
  }
  projections.RequireFinite("CT scan: projections");
  if (scan.isCounts && !scan.photons)
  {
    throw DataError("CT scan: given counts without the number of photons of a ray that meets nothing; required it");
  }
  if ((scan.photons && !(*scan.photons > 0.0)) || !(scan.electronic >= 0.0) || !(scan.scatter >= 0.0))
  {
    throw DataError("CT scan: given photons that are not positive, or electronic noise or scatter below 0; required "
                    "counts > 0, and >= 0");
  }
}
} // namespace tweedie
