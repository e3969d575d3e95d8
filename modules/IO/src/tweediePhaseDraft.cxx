// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseDraft.h"

#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweediePhaseUnits.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double millimetresPerMetre = 1e3;

std::string
Missing(const PhaseDraft & draft, const std::string & what, const std::string & flag)
{
  return "no " + what + "; required in " + draft.whereIs + ", or " + flag;
}

std::array<std::int64_t, 2>
PixelsOf(const std::vector<double> & size)
{
  const auto isCount = [](double value) { return value >= 1.0 && value <= 1e6 && value == std::floor(value); };
  if (size.size() != 2 || !isCount(size[0]) || !isCount(size[1]))
  {
    throw UsageError("--object-size: given other than two positive integers; required X,Y in pixels");
  }
  return {static_cast<std::int64_t>(size[0]), static_cast<std::int64_t>(size[1])};
}

/** Wavelength, distances, pitch, beam centre. */
void
ApplyPhysics(PhaseDraft & draft, const PhaseReadOptions & options)
{
  PhaseScan & scan = draft.scan;
  if (options.wavelength && options.energy)
  {
    RequireSame(
        *options.wavelength, WavelengthOfEnergy(*options.energy), roundedByPeople, "--wavelength, --energy", "m");
  }
  if (options.wavelength || options.energy)
  {
    scan.wavelength = options.wavelength ? *options.wavelength : WavelengthOfEnergy(*options.energy);
  }
  if (!options.distance.empty())
  {
    scan.distances = options.distance;
  }
  if (options.sourceDistance)
  {
    scan.sourceDistance = options.sourceDistance;
  }
  if (!options.pixelPitch.empty())
  {
    const std::vector<double> & pitch = options.pixelPitch;
    if (pitch.size() > 2 || !std::all_of(pitch.begin(), pitch.end(), [](double p) { return p > 0.0; }))
    {
      throw UsageError("--pixel-pitch: given other than one or two lengths above 0; required metres, one or X,Y");
    }
    Grid grid = scan.patterns.GetGrid();
    grid.spacing.x = Millimetres(pitch.front(), "m", "--pixel-pitch");
    grid.spacing.y = Millimetres(pitch.back(), "m", "--pixel-pitch");
    scan.patterns.SetGrid(grid);
    draft.hasPitch = true;
    draft.hasObjectPlace = false;
  }
  if (!options.beamCentre.empty())
  {
    if (options.beamCentre.size() != 2)
    {
      throw UsageError("--beam-centre: given other than two numbers; required X,Y in pixels");
    }
    draft.beamCentre = {options.beamCentre[0], options.beamCentre[1]};
  }
}

void
ApplyKind(PhaseDraft & draft, const PhaseReadOptions & options)
{
  PhaseScan & scan = draft.scan;
  if (options.experiment != "file")
  {
    draft.experiment = PhaseExperimentFromName(options.experiment);
  }
  if (options.values != "file")
  {
    draft.isCounts = options.values == "counts";
  }
  if (options.objectKind != "file")
  {
    scan.isReal = options.objectKind != "complex";
    scan.isNonNegative = options.objectKind == "non-negative";
    draft.knowsObject = true;
  }
  for (const auto & [given, value] :
       {std::pair{&options.countsPerUnit, &scan.countsPerUnit}, std::pair{&options.amplitudeNoise, &scan.noise}})
  {
    if (*given)
    {
      *value = *given;
    }
  }
  scan.dark = options.darkCount.value_or(scan.dark);
}

Volume
AsComplex(const Volume & volume)
{
  if (volume.IsComplex())
  {
    return volume;
  }
  Volume result(volume.GetGrid(), Volume::Element::Complex, volume.Channels());
  std::copy_n(volume.Data(), volume.NumberOfElements(), result.ComplexData());
  return result;
}

/** Codes, support, and the size that the object has by itself, by them or by the detector. */
void
ApplyObject(PhaseDraft & draft, const PhaseReadOptions & options)
{
  PhaseScan & scan = draft.scan;
  if (!options.codes.empty())
  {
    scan.codes = AsComplex(ReadImage(options.codes));
  }
  if (!options.support.empty())
  {
    scan.support = ReadImage(options.support);
  }
  const bool isNear = scan.experiment == PhaseExperiment::NearField;
  const Volume & like = !scan.codes.IsEmpty() ? scan.codes : scan.support;
  Axes<std::int64_t> & size = scan.object.size;
  if (!options.objectSize.empty())
  {
    const auto [x, y] = PixelsOf(options.objectSize);
    size.x = x;
    size.y = y;
    draft.hasObject = true;
    draft.hasObjectPlace = false;
  }
  else if (!draft.hasObject && (!like.IsEmpty() || isNear))
  {
    size = (like.IsEmpty() ? scan.patterns : like).GetGrid().size;
    draft.hasObject = true;
  }
  size.z = scan.patterns.GetGrid().size.z;
}

bool
MaskFits(const PhaseScan & scan)
{
  const Grid & mask = scan.mask.GetGrid();
  const Grid & grid = scan.patterns.GetGrid();
  return !scan.mask.IsComplex() && mask.size.x == grid.size.x && mask.size.y == grid.size.y &&
         (mask.size.z == 1 || mask.size.z == grid.size.z) &&
         (scan.mask.Channels() == 1 || scan.mask.Channels() == scan.patterns.Channels());
}

/** Of an element of the patterns; 1 without a mask. The mask must fit. */
float
MaskValue(const PhaseScan & scan, std::int64_t element)
{
  if (scan.mask.IsEmpty())
  {
    return 1.0F;
  }
  const Axes<std::int64_t> size = scan.patterns.GetGrid().size;
  const std::int64_t plane = size.x * size.y;
  const std::int64_t masks = scan.mask.GetGrid().size.z;
  const std::int64_t object = masks == 1 ? 0 : element / plane % size.z;
  const std::int64_t pattern = scan.mask.Channels() == 1 ? 0 : element / plane / size.z;
  return scan.mask.Data()[(pattern * masks + object) * plane + element % plane];
}

/** Pixels that no detector saw right: masked, and without a value that would not pass as one. */
void
ApplyMask(PhaseDraft & draft, const PhaseReadOptions & options)
{
  PhaseScan & scan = draft.scan;
  const std::optional<double> saturation = options.saturation ? options.saturation : draft.saturation;
  if (!options.mask.empty())
  {
    scan.mask = ReadImage(options.mask);
  }
  if (!scan.mask.IsEmpty() && !MaskFits(scan))
  {
    return; // RequirePhaseScan says why
  }
  const std::int64_t count = scan.patterns.NumberOfElements();
  float * const values = scan.patterns.Data();
  if (saturation && std::any_of(values, values + count, [&](float v) { return v >= *saturation; }))
  {
    Volume mask(scan.patterns.GetGrid(), Volume::Element::Real, scan.patterns.Channels());
    for (std::int64_t i = 0; i < count; ++i)
    {
      const bool isBelieved = !(values[i] >= *saturation);
      mask.Data()[i] = isBelieved ? MaskValue(scan, i) : 0.0F;
    }
    scan.mask = mask;
  }
  for (std::int64_t i = 0; !scan.mask.IsEmpty() && i < count; ++i)
  {
    if (MaskValue(scan, i) == 0.0F && !(std::isfinite(values[i]) && values[i] >= 0.0F))
    {
      values[i] = 0.0F;
    }
  }
}

/** The draft with all that the flags say. */
void
Apply(PhaseDraft & draft, const PhaseReadOptions & options)
{
  PhaseScan & scan = draft.scan;
  ApplyPhysics(draft, options);
  ApplyKind(draft, options);
  scan.experiment = draft.experiment.value_or(scan.experiment);
  scan.isCounts = draft.isCounts.value_or(scan.isCounts);
  if (draft.experiment == PhaseExperiment::NearField && !draft.beamCentre && !scan.sourceDistance)
  {
    const Axes<std::int64_t> size = scan.patterns.GetGrid().size; // of a parallel beam no place is the centre
    draft.beamCentre = {0.5 * static_cast<double>(size.x - 1), 0.5 * static_cast<double>(size.y - 1)};
  }
  scan.beamCentre = draft.beamCentre.value_or(scan.beamCentre);
  if (scan.experiment == PhaseExperiment::NearField && scan.distances.size() == 1)
  {
    scan.distances.resize(static_cast<std::size_t>(scan.patterns.Channels()), scan.distances.front());
  }
  ApplyObject(draft, options);
  ApplyMask(draft, options);
  if (!draft.knowsObject)
  {
    scan.warnings.emplace_back("the object is taken as real and not negative; --object-kind complex if it has a phase");
  }
}

/** What is missing to make a scan of it. */
std::vector<std::string>
WhatIsMissing(const PhaseDraft & draft)
{
  std::vector<std::string> list;
  const auto require = [&](bool isKnown, const char * what, const char * flag)
  {
    if (!isKnown)
    {
      list.push_back(Missing(draft, what, flag));
    }
  };
  const PhaseScan & scan = draft.scan;
  require(draft.experiment.has_value(), "kind of experiment", "--experiment");
  require(scan.wavelength != 0.0, "wavelength and no energy", "--wavelength or --energy");
  require(!scan.distances.empty(), "distance from object to detector", "--distance");
  require(draft.hasPitch, "pixel pitch of the detector", "--pixel-pitch");
  require(draft.beamCentre.has_value(), "beam centre", "--beam-centre");
  require(draft.isCounts.has_value(), "word whether its values are amplitudes or counts", "--values");
  require(!draft.isCounts.value_or(false) || scan.countsPerUnit, "mean count of a unit", "--counts-per-unit");
  require(draft.experiment != PhaseExperiment::Coded || !scan.codes.IsEmpty(), "codes", "--codes");
  require(draft.hasObject, "size of the object", "--object-size or --support");
  return list;
}

void
PlaceObject(PhaseDraft & draft)
{
  if (!draft.hasObjectPlace)
  {
    const auto pitch = ObjectPitch(draft.scan);
    draft.scan.object.spacing.x = pitch[0] * millimetresPerMetre;
    draft.scan.object.spacing.y = pitch[1] * millimetresPerMetre;
  }
}
} // namespace

PhaseInspection
InspectDraft(PhaseDraft draft, const PhaseReadOptions & options)
{
  PhaseInspection result;
  Apply(draft, options);
  result.problems = WhatIsMissing(draft);
  result.isComplete = result.problems.empty();
  result.hasExperiment = draft.experiment.has_value();
  result.hasPitch = draft.hasPitch;
  result.hasBeamCentre = draft.beamCentre.has_value();
  result.hasValues = draft.isCounts.has_value();
  if (result.isComplete)
  {
    try
    {
      RequirePhaseScan(draft.scan);
      PlaceObject(draft);
    }
    catch (const DataError & error)
    {
      result.isComplete = false;
      result.problems.emplace_back(error.what());
    }
  }
  result.scan = draft.scan;
  return result;
}

PhaseScan
CompletePhaseScan(PhaseDraft draft, const PhaseReadOptions & options, const std::string & name)
{
  const PhaseInspection result = InspectDraft(std::move(draft), options);
  if (!result.isComplete)
  {
    throw DataError(name + ": " + result.problems.front());
  }
  return result.scan;
}
} // namespace tweedie
