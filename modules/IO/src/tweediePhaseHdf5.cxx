// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseHdf5.h"

#include "tweedieError.h"
#include "tweediePhaseArrays.h"
#include "tweediePhaseFrames.h"
#include "tweediePhaseJson.h"
#include "tweediePhaseUnits.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
const PhaseArray *
Find(const PhaseArrays & arrays, const char * key)
{
  const auto found = arrays.find(key);
  return found == arrays.end() ? nullptr : &found->second;
}

/** The unit of an array: CXI is SI without saying so, NeXus says. */
std::string
UnitsOf(const PhaseArray & array, bool isCxi, const char * unitOfCxi)
{
  if (!array.units && !isCxi)
  {
    throw DataError(array.path + ": has no attribute 'units'; required one, as NeXus files have");
  }
  return array.units.value_or(unitOfCxi);
}

/** The one number of an array, which may be repeated for each frame. */
double
OneOf(const PhaseArray & array)
{
  for (const double number : array.numbers)
  {
    if (!std::isfinite(number))
    {
      throw DataError(array.path + ": given a value that is not finite; required a number");
    }
    RequireSame(array.numbers.front(), number, roundedByPeople, array.path, "for one quantity");
  }
  return array.numbers.front();
}

double
LengthOf(const PhaseArray & array, bool isCxi)
{
  return Metres(OneOf(array), UnitsOf(array, isCxi, "m"), array.path);
}

void
ApplyWavelength(PhaseScan & scan, const PhaseArrays & arrays, bool isCxi)
{
  const PhaseArray * const wavelength = Find(arrays, "wavelength");
  const PhaseArray * const energy = Find(arrays, "energy");
  const double ofEnergy =
      energy == nullptr ? 0.0 : WavelengthOf(OneOf(*energy), UnitsOf(*energy, isCxi, "J"), energy->path);
  scan.wavelength = wavelength == nullptr ? ofEnergy : LengthOf(*wavelength, isCxi);
  if (wavelength != nullptr && energy != nullptr)
  {
    RequireSame(scan.wavelength, ofEnergy, roundedByPeople, wavelength->path + ", " + energy->path, "m");
  }
}

/** Of each frame or of all, m; below 0 of some NeXus writers is the same place. */
std::vector<double>
DistancesOf(const PhaseArrays & arrays, bool isCxi)
{
  std::vector<double> distances;
  if (const PhaseArray * const array = Find(arrays, "distance"); array != nullptr)
  {
    for (const double number : array->numbers)
    {
      distances.push_back(Metres(number, UnitsOf(*array, isCxi, "m"), array->path));
    }
  }
  else if (const PhaseArray * const corner = Find(arrays, "corner"); corner != nullptr && corner->numbers.size() == 3)
  {
    distances.push_back(Metres(std::abs(corner->numbers[2]), UnitsOf(*corner, isCxi, "m"), corner->path));
  }
  return distances;
}

void
ApplyPitch(PhaseDraft & draft, const PhaseArrays & arrays, bool isCxi)
{
  const PhaseArray * const x = Find(arrays, "pitch-x");
  const PhaseArray * const y = Find(arrays, "pitch-y");
  if (x != nullptr && y != nullptr)
  {
    Grid grid = draft.scan.patterns.GetGrid();
    grid.spacing.x = Millimetres(OneOf(*x), UnitsOf(*x, isCxi, "m"), x->path);
    grid.spacing.y = Millimetres(OneOf(*y), UnitsOf(*y, isCxi, "m"), y->path);
    draft.scan.patterns.SetGrid(grid);
    draft.hasPitch = true;
  }
}

/** Where the pixel's plane meets the beam, x = y = 0, by the place of its corner and the steps to the next pixels. */
std::optional<std::array<double, 2>>
CentreByCorner(const PhaseArrays & arrays, const Grid & grid, bool isCxi)
{
  const PhaseArray * const corner = Find(arrays, "corner");
  if (corner == nullptr || corner->numbers.size() < 2 || corner->numbers.size() > 3)
  {
    return std::nullopt;
  }
  const std::string unit = UnitsOf(*corner, isCxi, "m");
  const double cornerX = Metres(corner->numbers[0], unit, corner->path);
  const double cornerY = Metres(corner->numbers[1], unit, corner->path);
  double slowX = 0.0, slowY = 0.0, fastX = 0.0, fastY = 0.0;
  if (const PhaseArray * const basis = Find(arrays, "basis"); basis != nullptr && basis->numbers.size() == 6)
  {
    const std::string ofBasis = UnitsOf(*basis, isCxi, "m");
    slowX = Metres(basis->numbers[0], ofBasis, basis->path);
    slowY = Metres(basis->numbers[1], ofBasis, basis->path);
    fastX = Metres(basis->numbers[3], ofBasis, basis->path);
    fastY = Metres(basis->numbers[4], ofBasis, basis->path);
  }
  else // rows and columns along the axes, towards the beam
  {
    fastX = std::copysign(Metres(grid.spacing.x, "mm", "pitch"), -cornerX);
    slowY = std::copysign(Metres(grid.spacing.y, "mm", "pitch"), -cornerY);
  }
  const double determinant = fastX * slowY - fastY * slowX;
  if (!(std::abs(determinant) > 0.0))
  {
    return std::nullopt;
  }
  // The corner is half a pixel before the first centre.
  return std::array<double, 2>{(-cornerX * slowY + cornerY * slowX) / determinant - 0.5,
                               (-cornerY * fastX + cornerX * fastY) / determinant - 0.5};
}

double
PixelsOf(const PhaseArray & array, double pitch, bool isCxi)
{
  const double value = OneOf(array);
  const std::string unit = isCxi ? array.units.value_or("pixel") : UnitsOf(array, isCxi, "");
  if (unit == "pixel" || unit == "pixels" || unit == "px")
  {
    return value;
  }
  return Millimetres(value, unit, array.path) / pitch;
}

void
ApplyCentre(PhaseDraft & draft, const PhaseArrays & arrays, bool isCxi)
{
  const PhaseArray * const x = Find(arrays, "centre-x");
  const PhaseArray * const y = Find(arrays, "centre-y");
  const Grid & grid = draft.scan.patterns.GetGrid();
  if (x != nullptr && y != nullptr)
  {
    draft.beamCentre = {PixelsOf(*x, grid.spacing.x, isCxi), PixelsOf(*y, grid.spacing.y, isCxi)};
  }
  else if (draft.hasPitch)
  {
    draft.beamCentre = CentreByCorner(arrays, grid, isCxi);
  }
}

/** Frames as [pattern][object]. */
Volume
PatternsOf(const PhaseFrames & frames, std::int64_t perObject)
{
  if (frames.Count() % perObject != 0)
  {
    throw DataError("given " + std::to_string(frames.Count()) + " frames and " + std::to_string(perObject) +
                    " patterns for each object; required a multiple");
  }
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({frames.columns, frames.rows, frames.Count() / perObject});
  Volume patterns(grid, Volume::Element::Real, perObject);
  std::copy(frames.values.begin(), frames.values.end(), patterns.Data());
  return patterns;
}

/** A plane for all, or one for each frame, of which shape says how many patterns and objects it has by itself. */
Volume
MaskOf(const PhaseFrames & frames, const Volume & patterns, std::array<std::int64_t, 2> shape)
{
  if (frames.mask.empty())
  {
    return {};
  }
  const std::int64_t channels = patterns.Channels(), objects = patterns.GetGrid().size.z;
  const bool isPlane = static_cast<std::int64_t>(frames.mask.size()) == frames.Plane();
  const auto known = [](std::int64_t given, std::int64_t all) { return given == 1 ? 1 : all; };
  shape = isPlane ? std::array<std::int64_t, 2>{1, 1}
                  : std::array<std::int64_t, 2>{known(shape[0], channels), known(shape[1], objects)};
  Volume mask(patterns.GetGrid().Slices(0, shape[1]), Volume::Element::Real, shape[0]);
  std::fill_n(mask.Data(), mask.NumberOfElements(), 1.0F);
  const std::int64_t plane = frames.Plane();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(frames.mask.size()); ++i)
  {
    const std::int64_t object = i / plane % objects % shape[1], pattern = i / plane / objects % shape[0];
    mask.Data()[(pattern * shape[1] + object) * plane + i % plane] *= frames.mask[static_cast<std::size_t>(i)];
  }
  return mask;
}

/** Codes or support of our own group, [channel or slice][y][x]. */
Volume
PartOf(const PhaseArrays & arrays, const char * key, const std::string & name, const Grid & object)
{
  const PhaseArray * const array = name.empty() ? nullptr : Find(arrays, key);
  if (array == nullptr)
  {
    if (!name.empty())
    {
      throw DataError("no " + name + " in the group tweedie_1; required by its description");
    }
    return {};
  }
  if (array->shape.size() != 3)
  {
    throw DataError(array->path + ": given " + std::to_string(array->shape.size()) + " dimensions; required 3");
  }
  Grid grid = object;
  grid.size = Axes<std::int64_t>::FromZyx({array->isComplex ? 1 : array->shape[0], array->shape[1], array->shape[2]});
  Volume volume(grid,
                array->isComplex ? Volume::Element::Complex : Volume::Element::Real,
                array->isComplex ? array->shape[0] : 1);
  std::copy(array->pixels.begin(), array->pixels.end(), volume.Data());
  return volume;
}

/** The standard's numbers, which the description of our own group has to the bit, must not contradict it. */
void
RequireConsistent(const PhaseDraft & draft, const PhaseDraft & standard, const std::vector<double> & distances)
{
  const PhaseScan & described = draft.scan;
  if (standard.scan.wavelength > 0.0)
  {
    const double wavelength = standard.scan.wavelength;
    RequireSame(described.wavelength, wavelength, roundedByConversion, "wavelength, and its description", "m");
  }
  for (std::size_t k = 0; k < 2 && standard.beamCentre && draft.beamCentre; ++k)
  {
    constexpr double samePlace = 1e-3; // of a pixel
    if (!(std::abs((*standard.beamCentre)[k] - (*draft.beamCentre)[k]) <= samePlace))
    {
      throw DataError("beam centre: given another by the detector than by its description; required the same");
    }
  }
  const std::size_t objects = static_cast<std::size_t>(described.patterns.GetGrid().size.z);
  for (std::size_t i = 0; i < distances.size(); ++i)
  {
    const std::size_t pattern = described.distances.size() == 1 ? 0 : i / objects;
    if (pattern >= described.distances.size())
    {
      throw DataError("more distances than its description has patterns; required as many");
    }
    RequireSame(described.distances[pattern], distances[i], roundedByConversion, "distance, and its description", "m");
  }
}

bool
IsNearField(const PhaseArrays & arrays, const PhaseReadOptions & options)
{
  const PhaseArray * const definition = Find(arrays, "definition");
  return options.experiment == "near-field" ||
         (options.experiment == "file" && definition != nullptr && definition->text == "NXtomo");
}

PhaseFrames
OrderedFrames(PhaseArrays & arrays, const PhaseReadOptions & options, bool isCxi)
{
  PhaseFrames frames = FramesOf(arrays);
  const auto count = static_cast<std::size_t>(frames.Count());
  frames.distances = DistancesOf(arrays, isCxi);
  if (frames.distances.size() > 1 && frames.distances.size() != count)
  {
    throw DataError("distance: given " + std::to_string(frames.distances.size()) + " for " + std::to_string(count) +
                    " frames; required one, or one for each");
  }
  const PhaseArray * const angles = Find(arrays, "angle");
  if (angles != nullptr && angles->numbers.size() == count)
  {
    frames.angles = angles->numbers;
  }
  if (const PhaseArray * const keys = Find(arrays, "image-key"); keys != nullptr)
  {
    ApplyImageKeys(frames, keys->numbers, IsNearField(arrays, options));
  }
  return frames;
}

/** What is common to all such files. */
void
ApplyStandard(PhaseDraft & draft, const PhaseArrays & arrays, bool isCxi)
{
  ApplyWavelength(draft.scan, arrays, isCxi);
  ApplyPitch(draft, arrays, isCxi);
  ApplyCentre(draft, arrays, isCxi);
}

/** A file of other people: its frames are counts, each of an object of its own unless distances or flags tell. */
PhaseDraft
ForeignDraft(PhaseArrays & arrays, const PhaseReadOptions & options, bool isCxi)
{
  PhaseDraft draft;
  PhaseFrames frames = OrderedFrames(arrays, options, isCxi);
  const bool isNear = IsNearField(arrays, options);
  const std::int64_t byDistance = isNear ? OrderByDistance(frames) : 1;
  draft.scan.patterns = PatternsOf(frames, options.perObject.value_or(byDistance));
  draft.scan.mask = MaskOf(frames, draft.scan.patterns, {});
  draft.scan.distances = frames.distances;
  draft.scan.warnings = frames.warnings;
  draft.scan.dark = frames.dark;
  draft.scan.countsPerUnit = frames.flat;
  ApplyStandard(draft, arrays, isCxi);
  draft.isCounts = true;
  if (isNear)
  {
    draft.experiment = PhaseExperiment::NearField;
  }
  if (Find(arrays, "source-distance") != nullptr && isNear && !options.sourceDistance)
  {
    draft.scan.warnings.emplace_back("the distance of the source was not used: the beam is taken as parallel, unless "
                                     "--source-distance says otherwise");
  }
  return draft;
}

PhaseDraft
OwnDraft(PhaseArrays & arrays, const PhaseReadOptions & options, bool isCxi, const std::string & text)
{
  PhaseDraft draft;
  const std::string & name = Find(arrays, "description")->path;
  const PhaseFrames frames = OrderedFrames(arrays, options, isCxi);
  const auto [patterns, objects] = PatternsOfPhaseJson(text, name);
  if (patterns < 1 || objects < 1 || patterns > frames.Count() || frames.Count() / patterns != objects)
  {
    throw DataError(name + ": size of " + std::to_string(patterns) + " patterns of " + std::to_string(objects) +
                    " objects for " + std::to_string(frames.Count()) + " frames; required as many");
  }
  draft.scan.patterns = PatternsOf(frames, patterns);
  ApplyStandard(draft, arrays, isCxi);
  const PhaseDraft standard = draft;
  const PhaseParts parts = ApplyPhaseJson(draft, text, name, draft.hasPitch);
  RequireConsistent(draft, standard, frames.distances);
  draft.scan.mask = MaskOf(frames, draft.scan.patterns, parts.maskShape);
  draft.scan.codes = PartOf(arrays, "codes", parts.codes, draft.scan.object);
  draft.scan.support = PartOf(arrays, "support", parts.support, draft.scan.object);
  draft.scan.warnings.insert(draft.scan.warnings.end(), frames.warnings.begin(), frames.warnings.end());
  return draft;
}
} // namespace

PhaseDraft
ReadPhaseHdf5(const std::string & path, const PhaseReadOptions & options)
{
  PhaseArrays arrays = ReadPhaseArrays(path, options.dataset);
  const bool isCxi = std::filesystem::path(path).extension() == ".cxi" || Find(arrays, "cxi-version") != nullptr;
  try
  {
    const PhaseArray * const description = Find(arrays, "description");
    PhaseDraft draft = description == nullptr ? ForeignDraft(arrays, options, isCxi)
                                              : OwnDraft(arrays, options, isCxi, description->text);
    draft.whereIs = "the file";
    if (const PhaseArray * const saturation = Find(arrays, "saturation"); saturation != nullptr)
    {
      draft.saturation = OneOf(*saturation);
    }
    return draft;
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
}
} // namespace tweedie
