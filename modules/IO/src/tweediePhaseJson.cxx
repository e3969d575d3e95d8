// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseJson.h"

#include "tweedieError.h"
#include "tweedieGridJson.h"
#include "tweediePhaseUnits.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
using nlohmann::json;
constexpr const char * formatName = "tweedie-phase";
constexpr int formatVersion = 1;

json
Quantity(const json & value, const char * unit)
{
  return {{"value", value}, {"unit", unit}};
}

json
OptionalNumber(const std::optional<double> & value)
{
  return value ? json(*value) : json();
}

/** Value of an optional key; null where it is not there. */
json
ValueOf(const json & object, const char * key)
{
  return object.value(key, json());
}

double
PositiveFromJson(const json & value, const std::string & name)
{
  const double number = value.get<double>();
  if (!std::isfinite(number) || !(number > 0.0))
  {
    throw DataError(name + ": given " + value.dump() + "; required a number above 0");
  }
  return number;
}

std::optional<double>
PositiveOrNone(const json & object, const char * key)
{
  const json value = ValueOf(object, key);
  return value.is_null() ? std::nullopt : std::optional<double>(PositiveFromJson(value, key));
}

/** {"value": number, "unit": text}; convert is Metres and its like. */
template <typename TConvert>
double
PhysicalFromJson(const json & quantity, const std::string & name, const TConvert & convert)
{
  return convert(PositiveFromJson(quantity.at("value"), name), quantity.at("unit").get<std::string>(), name);
}

void
ApplyWavelength(PhaseScan & scan, const json & object)
{
  const json wavelength = ValueOf(object, "wavelength"), energy = ValueOf(object, "energy");
  const double ofEnergy = energy.is_null() ? 0.0 : PhysicalFromJson(energy, "energy", WavelengthOf);
  scan.wavelength = wavelength.is_null() ? ofEnergy : PhysicalFromJson(wavelength, "wavelength", Metres);
  if (!wavelength.is_null() && !energy.is_null())
  {
    RequireSame(scan.wavelength, ofEnergy, roundedByPeople, "wavelength, energy", "m");
  }
}

void
ApplyDistances(PhaseScan & scan, const json & object)
{
  if (const json distances = ValueOf(object, "distances"); !distances.is_null())
  {
    const auto unit = distances.at("unit").get<std::string>();
    for (const json & value : distances.at("value"))
    {
      scan.distances.push_back(Metres(PositiveFromJson(value, "distances"), unit, "distances"));
    }
  }
  if (const json source = ValueOf(object, "source-distance"); !source.is_null())
  {
    scan.sourceDistance = PhysicalFromJson(source, "source-distance", Metres);
  }
}

/** The detector's grid: the image file's, or that of the description, whose spacing may not contradict the pitch. */
void
ApplyDetector(PhaseDraft & draft, const json & object, bool isGridKnown)
{
  Grid grid = draft.scan.patterns.GetGrid();
  const Grid ofFile = grid;
  if (const json geometry = ValueOf(object, "geometry"); !geometry.is_null())
  {
    grid = GridFromJson(geometry, grid);
  }
  if (const json pitch = ValueOf(object, "pixel-pitch"); !pitch.is_null())
  {
    const auto unit = pitch.at("unit").get<std::string>();
    const json & values = pitch.at("value");
    grid.spacing.x = Millimetres(PositiveFromJson(values.at(0), "pixel-pitch"), unit, "pixel-pitch");
    grid.spacing.y = Millimetres(PositiveFromJson(values.at(1), "pixel-pitch"), unit, "pixel-pitch");
    draft.hasPitch = true;
  }
  const bool isUnit = ofFile.spacing.x == 1.0 && ofFile.spacing.y == 1.0; // files that keep no geometry
  if (draft.hasPitch && (isGridKnown || !isUnit))
  {
    RequireSame(
        ofFile.spacing.x, grid.spacing.x, roundedByConversion, "pixel-pitch, x, and that of the patterns", "mm");
    RequireSame(
        ofFile.spacing.y, grid.spacing.y, roundedByConversion, "pixel-pitch, y, and that of the patterns", "mm");
  }
  draft.scan.patterns.SetGrid(grid);
}

void
ApplyObject(PhaseDraft & draft, const json & object)
{
  PhaseScan & scan = draft.scan;
  const json image = ValueOf(object, "object");
  if (image.is_null())
  {
    return;
  }
  const auto size = SizeFromJson(image.at("size"));
  constexpr std::int64_t mostPixels = 1000000;
  const std::int64_t objects = scan.patterns.GetGrid().size.z;
  if (size[0] < 1 || size[1] < 1 || size[0] > mostPixels || size[1] > mostPixels || size[2] != objects)
  {
    throw DataError("object: size " + json(size).dump() +
                    " (x, y, objects); required positive, and the objects of the "
                    "patterns, " +
                    std::to_string(objects));
  }
  scan.object.size = Axes<std::int64_t>::FromXyz(size);
  draft.hasObject = true;
  if (const json geometry = ValueOf(image, "geometry"); !geometry.is_null())
  {
    scan.object = GridFromJson(geometry, scan.object);
    draft.hasObjectPlace = true;
  }
  if (image.contains("real"))
  {
    scan.isReal = image.at("real").get<bool>();
    scan.isNonNegative = image.value("non-negative", scan.isReal);
    draft.knowsObject = true;
  }
}

void
ApplyKind(PhaseDraft & draft, const json & object)
{
  PhaseScan & scan = draft.scan;
  if (const json experiment = ValueOf(object, "experiment"); !experiment.is_null())
  {
    const auto kind = experiment.get<std::string>();
    if (kind != "fourier" && kind != "coded" && kind != "near-field")
    {
      throw DataError("experiment: \"" + kind.substr(0, 40) + "\"; required fourier, coded or near-field");
    }
    draft.experiment = PhaseExperimentFromName(kind);
  }
  if (const json values = ValueOf(object, "values"); !values.is_null())
  {
    const auto kind = values.get<std::string>();
    if (kind != "counts" && kind != "amplitudes")
    {
      throw DataError("values: \"" + kind.substr(0, 40) + "\"; required counts or amplitudes");
    }
    draft.isCounts = kind == "counts";
  }
  if (const json centre = ValueOf(object, "beam-centre"); !centre.is_null())
  {
    draft.beamCentre = centre.get<std::array<double, 2>>();
  }
  scan.noise = PositiveOrNone(object, "noise");
  scan.countsPerUnit = PositiveOrNone(object, "counts-per-unit");
  scan.dark = object.value("dark", 0.0);
  scan.scale = PositiveOrNone(object, "scale").value_or(1.0);
  scan.hounsfieldPerUnit = PositiveOrNone(object, "hounsfield-per-unit");
  for (const json & warning : object.value("warnings", json::array()))
  {
    scan.warnings.push_back(warning.get<std::string>());
  }
}

void
RequireSize(const json & object, const Volume & patterns)
{
  const json list = ValueOf(object, "size");
  const Axes<std::int64_t> size = patterns.GetGrid().size;
  const std::array<std::int64_t, 4> data{size.x, size.y, size.z, patterns.Channels()};
  for (std::size_t i = 0; !list.is_null() && i < data.size(); ++i)
  {
    if (WholeFromJson(list.at(i)) != data[i])
    {
      throw DataError("size: " + list.dump() + " (x, y, objects, patterns); required that of the data, " +
                      json(data).dump());
    }
  }
}

/** The plain name of a part, which lies beside the description. */
std::string
PartName(const json & object, const char * key)
{
  const json value = ValueOf(object, key);
  const std::string name = value.is_null() ? "" : value.get<std::string>();
  if (name.find('/') != std::string::npos || name == "." || name == ".." || name.find('\0') != std::string::npos)
  {
    throw DataError(std::string(key) + ": \"" + name.substr(0, 80) + "\"; required the name of a file beside it");
  }
  return name;
}

PhaseParts
ApplyObjectOfText(PhaseDraft & draft, const json & object, bool isGridKnown)
{
  if (object.value("format", "") != formatName || WholeFromJson(object.at("version")) != formatVersion)
  {
    throw DataError(std::string("format, version: required \"") + formatName + "\", " + std::to_string(formatVersion));
  }
  RequireSize(object, draft.scan.patterns);
  ApplyKind(draft, object);
  ApplyWavelength(draft.scan, object);
  ApplyDistances(draft.scan, object);
  ApplyDetector(draft, object, isGridKnown);
  ApplyObject(draft, object);
  PhaseParts parts{PartName(object, "mask"), PartName(object, "codes"), PartName(object, "support"), {}};
  if (const json shape = ValueOf(object, "mask-shape"); !shape.is_null())
  {
    parts.maskShape = {WholeFromJson(shape.at(0)), WholeFromJson(shape.at(1))};
  }
  return parts;
}

/** Runs it; what is wrong with the text is a DataError that begins with its name. */
template <typename TWork>
void
Explained(const std::string & name, const TWork & work)
{
  try
  {
    work();
  }
  catch (const json::parse_error &)
  {
    throw DataError(name + ": is no JSON text; required a description of diffraction patterns");
  }
  catch (const json::exception & error)
  {
    throw DataError(name + ": " + error.what() + "; required a description of diffraction patterns");
  }
  catch (const DataError & error)
  {
    throw DataError(name + ": " + error.what());
  }
}
} // namespace

std::string
PhaseJson(const PhaseScan & scan, const PhaseParts & parts)
{
  const auto nameOf = [](const std::string & name) { return name.empty() ? json() : json(name); };
  const Grid & grid = scan.patterns.GetGrid();
  nlohmann::ordered_json object;
  object["format"] = formatName;
  object["version"] = formatVersion;
  object["writer"] = std::string("Tweedie ") + Version;
  object["experiment"] = ToString(scan.experiment);
  object["values"] = scan.isCounts ? "counts" : "amplitudes";
  object["size"] = {grid.size.x, grid.size.y, grid.size.z, scan.patterns.Channels()};
  object["wavelength"] = Quantity(scan.wavelength, "m");
  object["distances"] = Quantity(scan.distances, "m");
  object["source-distance"] = scan.sourceDistance ? Quantity(*scan.sourceDistance, "m") : json();
  object["pixel-pitch"] = Quantity({grid.spacing.x, grid.spacing.y}, "mm");
  object["beam-centre"] = scan.beamCentre;
  object["geometry"] = GeometryJson(grid);
  object["object"] = {{"size", scan.object.size.Xyz()},
                      {"geometry", GeometryJson(scan.object)},
                      {"real", scan.isReal},
                      {"non-negative", scan.isNonNegative}};
  object["noise"] = OptionalNumber(scan.noise);
  object["counts-per-unit"] = OptionalNumber(scan.countsPerUnit);
  object["dark"] = scan.dark;
  object["scale"] = scan.scale;
  object["hounsfield-per-unit"] = OptionalNumber(scan.hounsfieldPerUnit);
  object["mask"] = nameOf(parts.mask);
  if (parts.maskShape[0] > 0)
  {
    object["mask-shape"] = parts.maskShape;
  }
  object["codes"] = nameOf(parts.codes);
  object["support"] = nameOf(parts.support);
  object["warnings"] = scan.warnings;
  return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::array<std::int64_t, 2>
PatternsOfPhaseJson(const std::string & text, const std::string & name)
{
  std::array<std::int64_t, 2> result{};
  Explained(name,
            [&]
            {
              const json size = ValueOf(json::parse(text), "size");
              if (!size.is_null())
              {
                result = {WholeFromJson(size.at(3)), WholeFromJson(size.at(2))};
              }
            });
  return result;
}

PhaseParts
ApplyPhaseJson(PhaseDraft & draft, const std::string & text, const std::string & name, bool isGridKnown)
{
  PhaseParts parts;
  Explained(name, [&] { parts = ApplyObjectOfText(draft, json::parse(text), isGridKnown); });
  return parts;
}
} // namespace tweedie
