// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieGridJson.h"
#include "tweedieImageFile.h"
#include "tweedieImageFormat.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using nlohmann::json;
constexpr const char * formatName = "tweedie-restoration";
constexpr int formatVersion = 1;

std::string
PartPath(const std::string & path, const char * part)
{
  const auto [stem, extension] = SplitExtension(path);
  return stem + '_' + part + (IsPicturePath(path) ? ".nrrd" : extension); // a kernel is no whole number
}

json
OptionalNumber(const std::optional<double> & value)
{
  return value ? json(*value) : json();
}

std::optional<double>
PositiveOrNone(const json & object, const char * key)
{
  const json & value = object.at(key);
  if (!value.is_null() && !(value.get<double>() > 0.0))
  {
    throw DataError(std::string(key) + ": not positive; required a positive number or null");
  }
  return value.is_null() ? std::nullopt : std::optional<double>(value.get<double>());
}

/** How many slices of the image a slice of the data stands for. */
std::int64_t
SliceFactor(const json & task)
{
  const auto factors = task.value("axis-factor", std::vector<double>());
  const double factor = factors.size() == 3 ? factors[2] : 1.0;
  return factor >= 1.0 && factor <= 64.0 ? static_cast<std::int64_t>(factor) : 1;
}

Volume
ReadPart(const json & object, const char * part, const fs::path & folder)
{
  const json name = object.value(part, json());
  return name.is_null() ? Volume() : ReadImage((folder / name.get<std::string>()).string());
}

void
Apply(RestorationMeasurement & measurement, const json & object, const fs::path & folder)
{
  if (object.value("format", "") != formatName || WholeFromJson(object.at("version")) != formatVersion)
  {
    throw DataError(std::string("format, version: required \"") + formatName + "\", " + std::to_string(formatVersion));
  }
  const auto size = SizeFromJson(object.at("size"));
  measurement.image.size = Axes<std::int64_t>::FromXyz(size);
  const std::int64_t slices = measurement.data.GetGrid().size.z * SliceFactor(object.at("task"));
  if (size[0] < 1 || size[1] < 1 || size[2] != slices)
  {
    throw DataError("size: " + json(size).dump() + " (x, y, slices); required positive, and the slices of the data, " +
                    std::to_string(slices));
  }
  measurement.image = GridFromJson(object.at("geometry"), measurement.image);
  measurement.options = object.at("task").dump();
  measurement.scale = object.at("scale").get<double>();
  if (!(measurement.scale > 0.0))
  {
    throw DataError("scale: not positive; required a positive number");
  }
  measurement.noise = PositiveOrNone(object, "noise");
  measurement.countsPerUnit = PositiveOrNone(object, "counts-per-unit");
  measurement.mask = ReadPart(object, "mask", folder);
  measurement.kernel = ReadPart(object, "kernel", folder);
  const json network = object.value("operator-network-sha256", json());
  measurement.operatorFingerprint = network.is_null() ? "" : network.get<std::string>();
  for (const json & warning : object.value("warnings", json::array()))
  {
    measurement.warnings.push_back(warning.get<std::string>());
  }
}
} // namespace

bool
HasRestorationDescription(const std::string & path)
{
  std::error_code error;
  return fs::exists(SplitExtension(path).first + ".json", error);
}

RestorationMeasurement
ReadRestoration(const std::string & path)
{
  RestorationMeasurement measurement;
  measurement.data = ReadImage(path);
  measurement.data.RequireFinite(path.c_str());
  const std::string description = SplitExtension(path).first + ".json";
  std::ifstream stream(description, std::ios::binary);
  if (!stream)
  {
    throw DataError(description +
                    ": cannot be read; required the description that tweedie simulate restoration writes "
                    "beside " +
                    path);
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try
  {
    Apply(measurement, json::parse(text), fs::path(description).parent_path());
  }
  catch (const json::exception & error)
  {
    throw DataError(description + ": " + error.what() + "; required a restoration description");
  }
  catch (const DataError & error)
  {
    throw DataError(description + ": " + error.what());
  }
  return measurement;
}

void
WriteRestoration(const std::string & path, const RestorationMeasurement & measurement)
{
  const auto nameOf = [&](const Volume & part, const char * name)
  { return part.IsEmpty() ? json() : json(fs::path(PartPath(path, name)).filename().string()); };
  const Grid & grid = measurement.image;
  nlohmann::ordered_json object;
  object["format"] = formatName;
  object["version"] = formatVersion;
  object["writer"] = std::string("Tweedie ") + Version;
  object["task"] = json::parse(measurement.options);
  object["size"] = {grid.size.x, grid.size.y, grid.size.z};
  object["geometry"] = GeometryJson(grid);
  object["noise"] = OptionalNumber(measurement.noise);
  object["counts-per-unit"] = OptionalNumber(measurement.countsPerUnit);
  object["scale"] = measurement.scale;
  object["mask"] = nameOf(measurement.mask, "mask");
  object["kernel"] = nameOf(measurement.kernel, "kernel");
  const std::string & network = measurement.operatorFingerprint;
  object["operator-network-sha256"] = network.empty() ? json() : json(network);
  object["warnings"] = measurement.warnings;
  const std::string text = object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  for (const auto & [part, name] : {std::pair{&measurement.mask, "mask"}, std::pair{&measurement.kernel, "kernel"}})
  {
    if (!part->IsEmpty())
    {
      WriteImage(PartPath(path, name), *part);
    }
  }
  WriteImage(path, measurement.data);
  WriteTextAtomically(SplitExtension(path).first + ".json", text);
}

std::vector<std::string>
RestorationFiles(const std::string & path)
{
  return {path, SplitExtension(path).first + ".json", PartPath(path, "mask"), PartPath(path, "kernel")};
}
} // namespace tweedie
