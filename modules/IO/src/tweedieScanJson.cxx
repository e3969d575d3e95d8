// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanJson.h"

#include "tweedieError.h"
#include "tweedieGridJson.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using nlohmann::json;
constexpr const char * formatName = "tweedie-mri-scan";
constexpr int formatVersion = 1;

/** Whether every row of the mask (fixed y) is constant: a mask of lines. */
bool
IsMaskOfLines(const Volume & mask)
{
  const std::int64_t columns = mask.GetGrid().size.x;
  for (std::int64_t i = 0; i < mask.NumberOfElements(); ++i)
  {
    if (mask.Data()[i] != mask.Data()[i - i % columns])
    {
      return false;
    }
  }
  return true;
}

/** {"lines": one list of y per slice} or {"runs": one list of first, count, first, count ... per slice, where first is
 * y * size.x + x}. */
json
MaskJson(const Volume & mask)
{
  const Grid & grid = mask.GetGrid();
  const bool lines = IsMaskOfLines(mask);
  const std::int64_t step = lines ? grid.size.x : 1;
  const std::int64_t plane = grid.size.x * grid.size.y;
  json slices = json::array();
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    const float * const values = mask.Data() + z * plane;
    json list = json::array();
    for (std::int64_t i = 0; i < plane; i += step)
    {
      if (values[i] == 0.0f)
      {
        continue;
      }
      const bool continuesRun = !lines && i > 0 && values[i - 1] != 0.0f;
      if (continuesRun)
      {
        list.back() = list.back().get<std::int64_t>() + 1;
        continue;
      }
      list.push_back(i / step);
      if (!lines)
      {
        list.push_back(1);
      }
    }
    slices.push_back(std::move(list));
  }
  return {{lines ? "lines" : "runs", std::move(slices)}};
}

void
FillRun(float * plane, std::int64_t size, const json & first, const json & count, std::int64_t step)
{
  const std::int64_t begin = WholeFromJson(first);
  const std::int64_t length = WholeFromJson(count);
  const std::int64_t limit = size / step;
  if (begin < 0 || length < 1 || begin >= limit || length > limit - begin)
  {
    throw DataError("mask: " + std::to_string(begin) + " (" + std::to_string(length) +
                    " of them); required inside 0.." + std::to_string(limit - 1));
  }
  std::fill_n(plane + begin * step, length * step, 1.0f);
}

Volume
MaskFromJson(const json & object, const Grid & grid)
{
  const bool lines = object.contains("lines");
  const json & slices = object.at(lines ? "lines" : "runs");
  const auto count = static_cast<std::int64_t>(slices.size());
  if (count != 1 && count != grid.size.z)
  {
    throw DataError("mask: " + std::to_string(count) + " slices; required 1 or " + std::to_string(grid.size.z));
  }
  Volume mask(grid.Slices(0, count), Volume::Element::Real);
  const std::int64_t plane = grid.size.x * grid.size.y;
  const std::size_t stride = lines ? 1 : 2;
  const std::int64_t step = lines ? grid.size.x : 1;
  for (std::int64_t z = 0; z < count; ++z)
  {
    const json & list = slices[static_cast<std::size_t>(z)];
    if (list.size() % stride != 0)
    {
      throw DataError("mask: an odd number of numbers in \"runs\"; required pairs of first and count");
    }
    for (std::size_t i = 0; i < list.size(); i += stride)
    {
      FillRun(mask.Data() + z * plane, plane, list[i], lines ? json(1) : list[i + 1], step);
    }
  }
  return mask;
}

void
RequireSize(const json & object, const MRIScan & scan)
{
  const Grid & grid = scan.kspace.GetGrid();
  const std::array<std::int64_t, 4> data{grid.size.x, grid.size.y, grid.size.z, scan.kspace.Channels()};
  std::array<std::int64_t, 4> stated{};
  for (std::size_t i = 0; i < stated.size(); ++i)
  {
    stated[i] = WholeFromJson(object.at("size").at(i));
  }
  if (stated != data)
  {
    throw DataError("size: " + json(stated).dump() + " (x, y, slices, coils); required that of the data, " +
                    json(data).dump());
  }
}

void
RequireKnownFormat(const json & object)
{
  if (object.value("format", "") != formatName)
  {
    throw DataError(std::string("format: required \"") + formatName + "\"");
  }
  const std::int64_t version = WholeFromJson(object.at("version"));
  if (version != formatVersion)
  {
    throw DataError("version: " + std::to_string(version) + "; required " + std::to_string(formatVersion));
  }
}

/** {"image": [x, y, z]}. */
Grid
ImageFromJson(const json & object)
{
  constexpr std::int64_t limit = std::int64_t{1} << 20;
  std::array<std::int64_t, 3> size{};
  double voxels = 1.0;
  for (std::size_t i = 0; i < size.size(); ++i)
  {
    size[i] = WholeFromJson(object.at("image").at(i));
    if (size[i] < 1 || size[i] > limit)
    {
      throw DataError("image: " + std::to_string(size[i]) + " pixels; required 1 to " + std::to_string(limit));
    }
    voxels *= static_cast<double>(size[i]);
  }
  if (voxels > static_cast<double>(std::int64_t{1} << 31))
  {
    throw DataError("image: " + json(size).dump() + "; required fewer than 2^31 voxels");
  }
  Grid grid;
  grid.size = {size[2], size[1], size[0]};
  return grid;
}

ScanFileNames
ApplyObject(MRIScan & scan, const json & object)
{
  RequireKnownFormat(object);
  RequireSize(object, scan);
  if (IsCartesian(scan))
  {
    const Grid grid = GridFromJson(object.at("geometry"), scan.kspace.GetGrid());
    scan.kspace.SetGrid(grid);
    scan.mask = MaskFromJson(object.at("mask"), grid);
  }
  else if (object.contains("image"))
  {
    scan.imageGrid = GridFromJson(object.at("geometry"), ImageFromJson(object));
  }
  const json & noise = object.at("noise");
  scan.noise = noise.is_null() ? std::nullopt : std::optional<double>(noise.get<double>());
  scan.scale = object.at("scale").get<double>();
  if (!(scan.scale > 0.0) || (scan.noise && !(*scan.noise > 0.0)))
  {
    throw DataError("scale or noise is not positive; required positive numbers (noise: or null)");
  }
  for (const json & warning : object.value("warnings", json::array()))
  {
    scan.warnings.push_back(warning.get<std::string>());
  }
  const auto file = [&](const char * key)
  {
    const json name = object.value(key, json());
    return name.is_null() ? std::string() : name.get<std::string>();
  };
  ScanFileNames files{file("sensitivities"), file("trajectory"), file("fieldMap")};
  if (object.contains("mapSets"))
  {
    files.mapSets = WholeFromJson(object.at("mapSets"));
  }
  if (!files.fieldMap.empty())
  {
    scan.field.dwellTime = object.at("dwellTime").get<double>();
  }
  return files;
}
} // namespace

std::string
TrajectoryOfScanJson(const std::string & text, const std::string & name)
{
  try
  {
    const json object = json::parse(text);
    const json file = object.is_object() ? object.value("trajectory", json()) : json();
    return file.is_string() ? file.get<std::string>() : "";
  }
  catch (const json::exception &)
  {
    throw DataError(name + ": is no JSON text; required a scan description");
  }
}

std::string
ScanJson(const MRIScan & scan, const ScanFileNames & files)
{
  const Grid & grid = scan.kspace.GetGrid();
  nlohmann::ordered_json object;
  object["format"] = formatName;
  object["version"] = formatVersion;
  object["writer"] = std::string("Tweedie ") + Version;
  object["size"] = {grid.size.x, grid.size.y, grid.size.z, scan.kspace.Channels()};
  object["geometry"] = GeometryJson(ImageGridOf(scan));
  object["noise"] = scan.noise ? nlohmann::ordered_json(*scan.noise) : nlohmann::ordered_json();
  object["scale"] = scan.scale;
  object["sensitivities"] =
      files.sensitivities.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(files.sensitivities);
  if (scan.mapSets > 1)
  {
    object["mapSets"] = scan.mapSets;
  }
  object["warnings"] = scan.warnings;
  if (IsCartesian(scan))
  {
    object["mask"] = MaskJson(scan.mask);
  }
  else
  {
    object["image"] = scan.imageGrid.size.Xyz();
    object["trajectory"] = files.trajectory;
    if (!files.fieldMap.empty())
    {
      object["fieldMap"] = files.fieldMap;
      object["dwellTime"] = scan.field.dwellTime;
    }
  }
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

ScanFileNames
ApplyScanJson(MRIScan & scan, const std::string & text, const std::string & name)
{
  try
  {
    return ApplyObject(scan, json::parse(text));
  }
  catch (const json::parse_error &)
  {
    throw DataError(name + ": is no JSON text; required a scan description");
  }
  catch (const json::exception & error)
  {
    const std::string what = error.what();
    throw DataError(name + ": " + what.substr(what.rfind("] ") == std::string::npos ? 0 : what.find("] ") + 2));
  }
  catch (const DataError & error)
  {
    throw DataError(name + ": " + error.what());
  }
}
} // namespace tweedie
