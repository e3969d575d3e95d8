// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseInput.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double millimetresPerMetre = 1e3;

void
RequireLength(const char * name, double metres, const char * setter)
{
  if (!std::isfinite(metres) || !(metres > 0.0))
  {
    std::ostringstream message;
    message << name << ": given ";
    metres == 0.0 ? message << "none" : message << metres << " m";
    throw DataError(message.str() + "; required a length above 0 by " + setter);
  }
}

void
RequireLengths(const PhaseScan & scan)
{
  RequireLength("wavelength", scan.wavelength, "SetWavelength, or an energy by SetEnergy");
  if (scan.distances.empty())
  {
    throw DataError("distance from object to detector: given none; required by SetDistances");
  }
  for (const double distance : scan.distances)
  {
    RequireLength("distance", distance, "SetDistances");
  }
  if (scan.sourceDistance)
  {
    RequireLength("distance of the source", *scan.sourceDistance, "SetSourceDistance");
  }
}

/** Of a parallel near field no place is the centre. */
std::array<double, 2>
BeamCentreOf(const PhaseInput & input, const Axes<std::int64_t> & detector)
{
  if (input.beamCentre)
  {
    return *input.beamCentre;
  }
  if (input.scan.experiment != PhaseExperiment::NearField || input.scan.sourceDistance)
  {
    throw DataError("beam centre: given none; required x and y in pixels by SetBeamCentre");
  }
  return {0.5 * static_cast<double>(detector.x - 1), 0.5 * static_cast<double>(detector.y - 1)};
}

Axes<std::int64_t>
ObjectSizeOf(const PhaseInput & input, const PhaseInputGrids & grids)
{
  const std::int64_t objects = grids.patterns.size.z;
  const auto like = [objects](const Grid & grid) { return Axes<std::int64_t>{objects, grid.size.y, grid.size.x}; };
  const auto [x, y] = input.objectSize;
  if (x > 0 && y > 0)
  {
    return {objects, y, x};
  }
  if (grids.codes || grids.support)
  {
    return like(grids.codes ? *grids.codes : *grids.support);
  }
  if (input.scan.experiment != PhaseExperiment::NearField)
  {
    throw DataError("size of the object: given none; required by SetObjectSize, a support or codes");
  }
  return like(grids.patterns);
}
} // namespace

PhaseScan
DescribePhase(const PhaseInput & input, const PhaseInputGrids & grids)
{
  PhaseScan scan = input.scan;
  RequireLengths(scan);
  scan.patterns = Volume(grids.patterns, Volume::Element::Real, grids.numberOfPatterns, nullptr, nullptr);
  if (scan.experiment == PhaseExperiment::NearField && scan.distances.size() == 1)
  {
    scan.distances.resize(static_cast<std::size_t>(grids.numberOfPatterns), scan.distances.front());
  }
  scan.beamCentre = BeamCentreOf(input, grids.patterns.size);
  scan.object.size = ObjectSizeOf(input, grids);
  const auto pitch = ObjectPitch(scan);
  scan.object.spacing.x = pitch[0] * millimetresPerMetre;
  scan.object.spacing.y = pitch[1] * millimetresPerMetre;
  return scan;
}

void
HideUnmeasured(Volume & patterns, const Volume & mask)
{
  const Axes<std::int64_t> size = patterns.GetGrid().size;
  const Axes<std::int64_t> given = mask.GetGrid().size;
  const auto isOneOr = [](std::int64_t count, std::int64_t all) { return count == 1 || count == all; };
  if (mask.IsEmpty() || given.x != size.x || given.y != size.y || !isOneOr(given.z, size.z) ||
      !isOneOr(mask.Channels(), patterns.Channels()))
  {
    return;
  }
  const std::int64_t plane = size.x * size.y;
  const auto isHidden = [&, values = static_cast<const Volume &>(patterns).Data()](std::int64_t i)
  {
    const std::int64_t object = given.z == 1 ? 0 : i / plane % size.z;
    const std::int64_t pattern = mask.Channels() == 1 ? 0 : i / plane / size.z;
    const bool isNumber = std::isfinite(values[i]) && values[i] >= 0.0F;
    return !isNumber && mask.Data()[(pattern * given.z + object) * plane + i % plane] == 0.0F;
  };
  Volume result;
  for (std::int64_t i = 0; i < patterns.NumberOfElements(); ++i)
  {
    if (isHidden(i))
    {
      result = result.IsEmpty() ? patterns.Clone() : result;
      result.Data()[i] = 0.0F;
    }
  }
  patterns = result.IsEmpty() ? patterns : result;
}
} // namespace tweedie
