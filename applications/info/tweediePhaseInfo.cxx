// SPDX-License-Identifier: Apache-2.0
#include "tweedieInfo.h"
#include "tweediePhaseScanFile.h"
#include "tweediePropagationOperator.h"
#include "tweedieReportTable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double metresPerMillimetre = 1e-3;

/** Four digits, without zeros at their end. */
std::string
Short(double value)
{
  std::string text = FormatSignificant(value, 4);
  if (text.find('.') != std::string::npos && text.find('e') == std::string::npos)
  {
    text.erase(text.find_last_not_of('0') + 1);
    text.erase(text.find_last_not_of('.') + 1);
  }
  return text;
}

/** Metres in the unit that people would use. */
std::string
LengthText(const std::vector<double> & metres, const char * separator)
{
  constexpr std::array<std::pair<double, const char *>, 5> units{
      {{1e-12, "pm"}, {1e-9, "nm"}, {1e-6, "um"}, {1e-3, "mm"}, {1.0, "m"}}};
  const double longest = metres.empty() ? 1.0 : *std::max_element(metres.begin(), metres.end());
  auto unit = units.front();
  for (const auto & candidate : units)
  {
    constexpr double shortestNumber = 0.1; // 0.1 nm rather than 100 pm
    unit = longest >= shortestNumber * candidate.first * (1.0 - 1e-9) ? candidate : unit;
  }
  std::string text;
  for (const double length : metres)
  {
    text += (text.empty() ? "" : separator) + Short(length / unit.first);
  }
  return text + " " + unit.second;
}

std::string
SizeText(const Axes<std::int64_t> & size)
{
  return std::to_string(size.x) + " x " + std::to_string(size.y);
}

double
ShareOfOnes(const Volume & volume)
{
  const auto count = volume.NumberOfElements();
  return static_cast<double>(std::count(volume.Data(), volume.Data() + count, 1.0F)) / static_cast<double>(count);
}

void
AddValues(InfoRows & rows, const PhaseInspection & file)
{
  const PhaseScan & scan = file.scan;
  const float * const values = scan.patterns.Data();
  std::string text = !file.hasValues ? "not known" : scan.isCounts ? "counts" : "amplitudes";
  text += ", largest " + Short(*std::max_element(values, values + scan.patterns.NumberOfElements()));
  text += scan.countsPerUnit ? ", " + Short(*scan.countsPerUnit) + " counts per unit" : "";
  text += scan.dark > 0.0 ? ", " + Short(scan.dark) + " of them dark" : "";
  rows.emplace_back("values", text);
}

void
AddDetector(InfoRows & rows, const PhaseInspection & file)
{
  const PhaseScan & scan = file.scan;
  const Grid & grid = scan.patterns.GetGrid();
  const std::vector<double> pitch{grid.spacing.x * metresPerMillimetre, grid.spacing.y * metresPerMillimetre};
  rows.emplace_back("detector",
                    SizeText(grid.size) + " pixels of " + (file.hasPitch ? LengthText(pitch, " x ") : "unknown pitch"));
  rows.emplace_back("beam centre",
                    file.hasBeamCentre ? Short(scan.beamCentre[0]) + ", " + Short(scan.beamCentre[1]) + " pixels"
                                       : "not known");
  rows.emplace_back("mask",
                    scan.mask.IsEmpty() ? "none: every pixel counts"
                                        : Short(100.0 * ShareOfOnes(scan.mask)) + " % of the pixels count");
}

void
AddBeam(InfoRows & rows, const PhaseScan & scan)
{
  constexpr double metresTimesKiloelectronvolts = 12.398419843320026e-10;
  rows.emplace_back("wavelength",
                    scan.wavelength > 0.0 ? LengthText({scan.wavelength}, "") + " (" +
                                                Short(metresTimesKiloelectronvolts / scan.wavelength) + " keV)"
                                          : "not known");
  rows.emplace_back("distance", scan.distances.empty() ? "not known" : LengthText(scan.distances, ", "));
  if (scan.sourceDistance && !scan.distances.empty())
  {
    rows.emplace_back("source",
                      LengthText({*scan.sourceDistance}, "") + " before the object, magnification " +
                          Short(MagnificationOf(scan, scan.distances.front())));
  }
}

/** How far the angular spectrum's transforms, padded to twice the pattern, sample the way to the detector. */
void
AddSampling(InfoRows & rows, const PhaseScan & scan)
{
  const Grid & grid = scan.patterns.GetGrid();
  const std::array<double, 2> pitch{grid.spacing.x * metresPerMillimetre, grid.spacing.y * metresPerMillimetre};
  double least = 0.0;
  std::size_t beyond = 0;
  for (const double distance : scan.distances)
  {
    const PropagationGeometry cone{scan.wavelength, pitch, {distance}};
    const PropagationGeometry way = scan.sourceDistance ? ParallelGeometry(cone, *scan.sourceDistance) : cone;
    const double limit = SamplingLimit(grid.size.y, grid.size.x, way);
    least = least == 0.0 ? limit : std::min(least, limit);
    beyond += way.distances.front() > limit ? 1 : 0;
  }
  rows.emplace_back("sampling limit",
                    LengthText({least}, "") + (scan.sourceDistance ? " (z / M)" : "") +
                        (beyond == 0 ? ", not reached" : ", exceeded by " + std::to_string(beyond) + " distance(s)"));
}

/** What needs a whole scan. */
void
AddObject(InfoRows & rows, const PhaseScan & scan)
{
  const auto pitch = ObjectPitch(scan);
  const auto oversampling = OversamplingOf(scan);
  const char * const kind = !scan.isReal ? "complex" : scan.isNonNegative ? "real and not negative" : "real";
  rows.emplace_back("object",
                    SizeText(scan.object.size) + " pixels of " + LengthText({pitch[0], pitch[1]}, " x ") + ", " + kind);
  rows.emplace_back("support",
                    scan.support.IsEmpty() ? "all of it"
                                           : Short(100.0 * ShareOfOnes(scan.support)) + " % of the object's pixels");
  rows.emplace_back("oversampling", Short(oversampling[0]) + " x " + Short(oversampling[1]));
  rows.emplace_back("Fresnel number", Short(FresnelNumberOf(scan)));
  if (scan.experiment == PhaseExperiment::NearField)
  {
    AddSampling(rows, scan);
  }
  rows.emplace_back("noise",
                    scan.noise      ? Short(*scan.noise) + " (standard deviation of an amplitude)"
                    : scan.isCounts ? "of counts"
                                    : "not known");
  rows.emplace_back("scale", Short(scan.scale) + " (units of the data per unit of a prior)");
}
} // namespace

InfoRows
PhaseInfo(const std::string & path, const PhaseReadOptions & options)
{
  const PhaseInspection file = InspectPhaseScan(path, options);
  const PhaseScan & scan = file.scan;
  InfoRows rows{{"patterns", path}};
  rows.emplace_back("experiment",
                    std::string(file.hasExperiment ? ToString(scan.experiment) : "not known") + ", " +
                        std::to_string(scan.patterns.Channels()) + " pattern(s) of each of " +
                        std::to_string(scan.patterns.GetGrid().size.z) + " object(s)");
  AddValues(rows, file);
  AddDetector(rows, file);
  AddBeam(rows, scan);
  if (file.isComplete)
  {
    AddObject(rows, scan);
  }
  for (const std::string & warning : scan.warnings)
  {
    rows.emplace_back("warning", warning);
  }
  for (const std::string & problem : file.problems)
  {
    rows.emplace_back("problem", problem);
  }
  return rows;
}
} // namespace tweedie
