// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTScanFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieCTGeometryFile.h"
#include "tweedieDicomProjections.h"
#include "tweedieError.h"
#include "tweedieGridJson.h"
#include "tweedieImageFile.h"
#include "tweedieImageFormat.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using nlohmann::json;
constexpr const char * formatName = "tweedie-ct";
constexpr int formatVersion = 1;

std::string
DescriptionPath(const std::string & path)
{
  return SplitExtension(path).first + ".json";
}

Grid
ImageGrid(const json & object)
{
  const auto size = SizeFromJson(object.at("size"));
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz(size);
  if (size[0] < 1 || size[1] < 1 || size[2] < 1)
  {
    throw DataError("size: " + json(size).dump() + " (x, y, slices); required positive numbers");
  }
  return GridFromJson(object.at("geometry"), grid);
}

void
Apply(CTScan & scan, const json & object)
{
  if (object.value("format", "") != formatName || WholeFromJson(object.at("version")) != formatVersion)
  {
    throw DataError(std::string("format, version: required \"") + formatName + "\", " + std::to_string(formatVersion));
  }
  const auto kind = object.at("values").get<std::string>();
  if (kind != "counts" && kind != "line-integrals")
  {
    throw DataError("values: \"" + kind + "\"; required counts or line-integrals");
  }
  scan.isCounts = kind == "counts";
  const json & photons = object.at("photons");
  scan.photons = photons.is_null() ? std::nullopt : std::optional<double>(photons.get<double>());
  scan.electronic = object.at("electronic").get<double>();
  scan.scatter = object.at("scatter").get<double>();
  if (const json image = object.value("image", json()); !image.is_null())
  {
    scan.image = ImageGrid(image);
  }
  if (const json muWater = object.value("mu-water", json()); !muWater.is_null())
  {
    scan.muWater = muWater.get<double>();
  }
  for (const json & warning : object.value("warnings", json::array()))
  {
    scan.warnings.push_back(warning.get<std::string>());
  }
}

void
ReadDescription(const std::string & description, CTScan & scan)
{
  std::ifstream stream(description, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try
  {
    Apply(scan, json::parse(text));
  }
  catch (const json::exception & error)
  {
    throw DataError(description + ": " + error.what() + "; required a description of CT projections");
  }
  catch (const DataError & error)
  {
    throw DataError(description + ": " + error.what());
  }
}

/** All but the geometry. */
CTScan
ReadStack(const std::string & path)
{
  CTScan scan;
  scan.projections = ReadImage(path);
  if (HasCTDescription(path))
  {
    ReadDescription(DescriptionPath(path), scan);
  }
  const Grid & grid = scan.projections.GetGrid();
  if (grid.size.x > 1 && grid.origin[0] == 0.0)
  {
    scan.warnings.push_back("the first column of " + path +
                            " is at u = 0: if the detector is centred its origin should be -(N - 1) / 2 pitches");
  }
  return scan;
}
} // namespace

bool
HasCTDescription(const std::string & path)
{
  std::error_code error;
  return fs::exists(DescriptionPath(path), error);
}

bool
IsDicomFolder(const std::string & path)
{
  std::error_code error;
  return fs::is_directory(path, error);
}

CTScan
ReadCTScan(const std::string & path, const std::string & geometry)
{
  const bool isDicom = IsDicomFolder(path);
  if (!isDicom && geometry.empty())
  {
    throw UsageError("--geometry: not given for " + path + "; required the views in RTK's XML format");
  }
  CTScan scan = isDicom ? ReadDicomProjections(path) : ReadStack(path);
  if (!geometry.empty())
  {
    scan.geometry = ReadCTGeometry(geometry);
  }
  try
  {
    RequireScan(scan);
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
  return scan;
}

void
WriteCTScan(const std::string & path, const CTScan & scan)
{
  nlohmann::ordered_json object;
  object["format"] = formatName;
  object["version"] = formatVersion;
  object["writer"] = std::string("Tweedie ") + Version;
  object["values"] = scan.isCounts ? "counts" : "line-integrals";
  object["photons"] = scan.photons ? json(*scan.photons) : json();
  object["electronic"] = scan.electronic;
  object["scatter"] = scan.scatter;
  if (scan.image)
  {
    const Axes<std::int64_t> & size = scan.image->size;
    object["image"] = {{"size", {size.x, size.y, size.z}}, {"geometry", GeometryJson(*scan.image)}};
  }
  if (scan.muWater)
  {
    object["mu-water"] = *scan.muWater;
  }
  object["warnings"] = scan.warnings;
  WriteImage(path, scan.projections);
  WriteTextAtomically(DescriptionPath(path), object.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::vector<std::string>
CTScanFiles(const std::string & path)
{
  return {path, DescriptionPath(path)};
}
} // namespace tweedie
