// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScan.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
constexpr double metresPerMillimetre = 1e-3;

constexpr std::array<std::pair<PhaseExperiment, const char *>, 3> names{{{PhaseExperiment::Fourier, "fourier"},
                                                                         {PhaseExperiment::Coded, "coded"},
                                                                         {PhaseExperiment::NearField, "near-field"}}};

template <typename... T>
[[noreturn]] void
Refuse(const T &... parts)
{
  std::ostringstream message;
  message << "phase scan: ";
  (message << ... << parts);
  throw DataError(message.str());
}

std::string
SizeText(const Volume & volume)
{
  const Axes<std::int64_t> size = volume.GetGrid().size;
  std::ostringstream text;
  text << volume.Channels() << " x " << size.z << " x " << size.y << " x " << size.x;
  return text.str();
}

bool
IsOneOr(std::int64_t given, std::int64_t all)
{
  return given == 1 || given == all;
}

bool
HasPlane(const Volume & volume, const Grid & grid)
{
  return volume.GetGrid().size.y == grid.size.y && volume.GetGrid().size.x == grid.size.x;
}

void
RequirePatterns(const PhaseScan & scan)
{
  const Volume & patterns = scan.patterns;
  if (patterns.IsEmpty() || patterns.IsComplex())
  {
    Refuse("given no patterns, or complex ones; required one real number a pixel");
  }
  patterns.RequireFinite("phase scan: patterns");
  const float * values = patterns.Data();
  const auto [least, most] = std::minmax_element(values, values + patterns.NumberOfElements());
  if (*least < 0.0F)
  {
    Refuse("given a pattern with the value ", *least, "; required amplitudes or counts, not below 0");
  }
  if (!(*most > 0.0F))
  {
    Refuse("given patterns of zeros; required what a detector saw");
  }
}

void
RequireBinary(const Volume & volume, const char * name)
{
  const float * values = volume.Data();
  const std::int64_t count = volume.NumberOfElements();
  if (volume.IsComplex() || !std::all_of(values, values + count, [](float v) { return v == 0.0F || v == 1.0F; }))
  {
    Refuse(name, ": given values other than 0 and 1; required zeros and ones");
  }
  if (std::none_of(values, values + count, [](float v) { return v == 1.0F; }))
  {
    Refuse(name, ": given only zeros; required a part that counts");
  }
}

void
RequireMaskOfPatterns(const PhaseScan & scan)
{
  const Grid & grid = scan.patterns.GetGrid();
  if (scan.mask.IsEmpty())
  {
    return;
  }
  RequireBinary(scan.mask, "mask");
  if (!IsOneOr(scan.mask.Channels(), scan.patterns.Channels()) || !IsOneOr(scan.mask.GetGrid().size.z, grid.size.z) ||
      !HasPlane(scan.mask, grid))
  {
    Refuse("given a mask of ",
           SizeText(scan.mask),
           " for patterns of ",
           SizeText(scan.patterns),
           " (pattern, object, y, x); required the same, or 1 pattern or object");
  }
}

/** Columns and rows of the box around all that the support has. */
std::array<std::int64_t, 2>
SupportBox(const PhaseScan & scan)
{
  const Axes<std::int64_t> size = scan.object.size;
  if (scan.support.IsEmpty())
  {
    return {size.x, size.y};
  }
  std::array<std::int64_t, 2> low{size.x, size.y};
  std::array<std::int64_t, 2> high{-1, -1};
  for (std::int64_t i = 0; i < scan.support.NumberOfElements(); ++i)
  {
    if (scan.support.Data()[i] != 0.0F)
    {
      const std::array<std::int64_t, 2> place{i % size.x, i / size.x % size.y};
      for (std::size_t k = 0; k < 2; ++k)
      {
        low[k] = std::min(low[k], place[k]);
        high[k] = std::max(high[k], place[k]);
      }
    }
  }
  return {high[0] - low[0] + 1, high[1] - low[1] + 1};
}

void
RequireObject(const PhaseScan & scan)
{
  const Axes<std::int64_t> object = scan.object.size;
  const Axes<std::int64_t> pattern = scan.patterns.GetGrid().size;
  if (object.x < 1 || object.y < 1 || object.z != pattern.z || object.x > pattern.x || object.y > pattern.y)
  {
    Refuse("given an object of ",
           object.x,
           " x ",
           object.y,
           " x ",
           object.z,
           " for patterns of ",
           pattern.x,
           " x ",
           pattern.y,
           " x ",
           pattern.z,
           "; required as many objects, not larger");
  }
  if (!scan.support.IsEmpty())
  {
    RequireBinary(scan.support, "support");
    if (scan.support.Channels() != 1 || !IsOneOr(scan.support.GetGrid().size.z, object.z) ||
        !HasPlane(scan.support, scan.object))
    {
      Refuse("given a support of ",
             SizeText(scan.support),
             " for an object of ",
             object.x,
             " x ",
             object.y,
             " x ",
             object.z,
             "; required its size, or one plane");
    }
  }
  const auto [columns, rows] = SupportBox(scan);
  if (scan.experiment == PhaseExperiment::Fourier && (2 * columns > pattern.x || 2 * rows > pattern.y))
  {
    Refuse("given a support of ",
           columns,
           " x ",
           rows,
           " pixels for a pattern of ",
           pattern.x,
           " x ",
           pattern.y,
           "; required at most half of it along each side, which an unknown phase takes");
  }
}

void
RequireCodes(const PhaseScan & scan)
{
  if (scan.experiment != PhaseExperiment::Coded)
  {
    return;
  }
  if (scan.codes.IsEmpty() || !scan.codes.IsComplex())
  {
    Refuse("given coded patterns without complex codes; required a code for each pattern");
  }
  scan.codes.RequireFinite("phase scan: codes");
  if (scan.codes.Channels() != scan.patterns.Channels() || scan.codes.GetGrid().size.z != 1 ||
      !HasPlane(scan.codes, scan.object))
  {
    Refuse("given codes of ",
           SizeText(scan.codes),
           " for ",
           scan.patterns.Channels(),
           " patterns of an object of ",
           scan.object.size.x,
           " x ",
           scan.object.size.y,
           "; required a code of that size for each pattern");
  }
}

void
RequireLength(const char * name, double metres)
{
  if (!std::isfinite(metres) || !(metres > 0.0))
  {
    Refuse(name, ": given ", metres, " m; required a length above 0");
  }
}

void
RequirePhysics(const PhaseScan & scan)
{
  const Grid & grid = scan.patterns.GetGrid();
  RequireLength("wavelength", scan.wavelength);
  RequireLength("pixel pitch of the detector, x", grid.spacing.x * metresPerMillimetre);
  RequireLength("pixel pitch of the detector, y", grid.spacing.y * metresPerMillimetre);
  const bool isNear = scan.experiment == PhaseExperiment::NearField;
  const auto wanted = static_cast<std::size_t>(isNear ? scan.patterns.Channels() : 1);
  if (scan.distances.size() != wanted)
  {
    Refuse("given ",
           scan.distances.size(),
           " distances; required ",
           wanted,
           isNear ? ", one for each pattern" : ", from object to detector");
  }
  for (const double distance : scan.distances)
  {
    RequireLength("distance", distance);
  }
  if (scan.sourceDistance)
  {
    RequireLength("distance of the source", *scan.sourceDistance);
  }
  const auto [x, y] = scan.beamCentre;
  if (!(x >= 0.0 && x <= static_cast<double>(grid.size.x - 1) && y >= 0.0 && y <= static_cast<double>(grid.size.y - 1)))
  {
    Refuse("given the beam centre ",
           x,
           ", ",
           y,
           " on a detector of ",
           grid.size.x,
           " x ",
           grid.size.y,
           " pixels; required a place on it, numbered from 0");
  }
}
} // namespace

const char *
ToString(PhaseExperiment experiment)
{
  return std::find_if(names.begin(), names.end(), [&](const auto & row) { return row.first == experiment; })->second;
}

PhaseExperiment
PhaseExperimentFromName(const std::string & name)
{
  const auto row = std::find_if(names.begin(), names.end(), [&](const auto & one) { return one.second == name; });
  if (row == names.end())
  {
    throw UsageError("experiment: given '" + name + "'; required fourier, coded or near-field");
  }
  return row->first;
}

double
WavelengthOfEnergy(double kiloelectronvolts)
{
  if (!std::isfinite(kiloelectronvolts) || !(kiloelectronvolts > 0.0))
  {
    throw UsageError("energy: given " + std::to_string(kiloelectronvolts) + " keV; required a number above 0");
  }
  return 12.398419843320026e-10 / kiloelectronvolts;
}

void
RequirePhaseScan(const PhaseScan & scan)
{
  RequirePatterns(scan);
  RequirePhysics(scan);
  RequireMaskOfPatterns(scan);
  RequireObject(scan);
  RequireCodes(scan);
  const auto isPositive = [](double value) { return std::isfinite(value) && value > 0.0; };
  if (scan.isCounts && !(scan.countsPerUnit && isPositive(*scan.countsPerUnit)))
  {
    Refuse("given counts without the mean count of a unit of |A x|^2; required a number above 0");
  }
  if ((scan.noise && !isPositive(*scan.noise)) || !isPositive(scan.scale) || !(scan.dark >= 0.0))
  {
    Refuse("given a noise or scale that is not positive, or a dark count below 0; required positive numbers, and >= 0");
  }
}

std::array<double, 2>
OversamplingOf(const PhaseScan & scan)
{
  const auto [columns, rows] = SupportBox(scan);
  const Axes<std::int64_t> pattern = scan.patterns.GetGrid().size;
  return {static_cast<double>(pattern.x) / static_cast<double>(columns),
          static_cast<double>(pattern.y) / static_cast<double>(rows)};
}

double
MagnificationOf(const PhaseScan & scan, double distance)
{
  return scan.sourceDistance ? 1.0 + distance / *scan.sourceDistance : 1.0;
}

std::array<double, 2>
ObjectPitch(const PhaseScan & scan)
{
  const Grid & grid = scan.patterns.GetGrid();
  const std::array<double, 2> pitch{grid.spacing.x * metresPerMillimetre, grid.spacing.y * metresPerMillimetre};
  const double distance = scan.distances.front();
  if (scan.experiment == PhaseExperiment::NearField)
  {
    const double magnification = MagnificationOf(scan, distance);
    return {pitch[0] / magnification, pitch[1] / magnification};
  }
  const double path = scan.wavelength * distance;
  return {path / (static_cast<double>(grid.size.x) * pitch[0]), path / (static_cast<double>(grid.size.y) * pitch[1])};
}

double
FresnelNumberOf(const PhaseScan & scan)
{
  const auto pitch = ObjectPitch(scan);
  const auto [columns, rows] = SupportBox(scan);
  const double half = 0.5 * std::max(static_cast<double>(columns) * pitch[0], static_cast<double>(rows) * pitch[1]);
  const double distance = *std::min_element(scan.distances.begin(), scan.distances.end());
  return half * half * MagnificationOf(scan, distance) / (scan.wavelength * distance);
}
} // namespace tweedie
