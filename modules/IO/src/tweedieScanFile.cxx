// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieBartGroup.h"
#include "tweedieCoilMapFile.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieReadouts.h"
#include "tweedieSampledLines.h"
#include "tweedieScanJson.h"
#include "tweedieTrajectoryFile.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr const char * mapsSuffix = "_sensitivities";
constexpr const char * trajectorySuffix = "_trajectory";
constexpr const char * fieldSuffix = "_field";

std::string
SizeText(const Volume & volume)
{
  const Grid & grid = volume.GetGrid();
  return std::to_string(grid.size.x) + " x " + std::to_string(grid.size.y) + " x " + std::to_string(grid.size.z) +
         ", " + std::to_string(volume.Channels()) + " channels";
}

/** The mask of a bare BART file. */
void
AssumeMask(MRIScan & scan)
{
  const SampledLines lines = FindSampledLines(scan.kspace);
  scan.mask = lines.mask;
  if (lines.zeros > 0)
  {
    scan.warnings.push_back(std::to_string(lines.zeros) +
                            " samples on sampled lines are exactly zero and were taken as measured; if the sampling is "
                            "not by lines, describe it in a scan.json");
  }
}

/** Zeroes k-space outside the mask, so that every user of the scan sees the same data. */
void
ApplyMask(MRIScan & scan)
{
  const Grid & grid = scan.kspace.GetGrid();
  const std::int64_t plane = grid.size.x * grid.size.y;
  const std::int64_t volume = plane * grid.size.z;
  const std::int64_t period = scan.mask.NumberOfElements();
  auto * const values = scan.kspace.ComplexData();
  std::int64_t removed = 0;
  for (std::int64_t i = 0; i < scan.kspace.NumberOfElements(); ++i)
  {
    if (scan.mask.Data()[i % volume % period] == 0.0f && values[i] != 0.0f)
    {
      values[i] = 0.0f;
      ++removed;
    }
  }
  if (removed > 0)
  {
    scan.warnings.push_back(std::to_string(removed) + " samples outside the mask were set to zero");
  }
}

std::string
ReadText(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream)
  {
    throw DataError(path + ": cannot be read; required a readable file");
  }
  return text.str();
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

Volume
RealPart(const Volume & volume)
{
  if (!volume.IsComplex())
  {
    return volume;
  }
  Volume result(volume.GetGrid(), Volume::Element::Real, volume.Channels());
  std::transform(volume.ComplexData(),
                 volume.ComplexData() + volume.NumberOfElements(),
                 result.Data(),
                 [](const std::complex<float> & value) { return value.real(); });
  return result;
}

void
RequireMask(const MRIScan & scan, const std::string & name)
{
  const Grid & grid = scan.kspace.GetGrid();
  const Volume & mask = scan.mask;
  const Grid & maskGrid = mask.GetGrid();
  const bool fits = !mask.IsEmpty() && !mask.IsComplex() && mask.Channels() == 1 && maskGrid.size.x == grid.size.x &&
                    maskGrid.size.y == grid.size.y && (maskGrid.size.z == 1 || maskGrid.size.z == grid.size.z);
  if (!fits)
  {
    throw DataError(name + ": mask of " + SizeText(mask) + " for data of " + SizeText(scan.kspace) +
                    "; required real, one channel, the same x and y, and 1 slice or as many");
  }
  const float * const values = mask.Data();
  const auto ones = std::count(values, values + mask.NumberOfElements(), 1.0f);
  const auto zeros = std::count(values, values + mask.NumberOfElements(), 0.0f);
  if (ones + zeros != mask.NumberOfElements() || ones == 0)
  {
    throw DataError(name + ": " +
                    (ones + zeros == mask.NumberOfElements() ? "the mask keeps no sample at all"
                                                             : "the mask has values other than 0 and 1") +
                    "; required 1 where sampled, 0 elsewhere");
  }
}

void
RequireMaps(const MRIScan & scan, const std::string & name)
{
  const Grid & grid = ImageGridOf(scan);
  const Volume & maps = scan.sensitivities;
  const Grid & mapsGrid = maps.GetGrid();
  const std::int64_t coils = scan.kspace.Channels();
  const bool fits = maps.IsComplex() && maps.Channels() == coils * scan.mapSets && scan.mapSets <= coils &&
                    mapsGrid.size.x == grid.size.x && mapsGrid.size.y == grid.size.y &&
                    (mapsGrid.size.z == 1 || mapsGrid.size.z == grid.size.z);
  if (!fits)
  {
    throw DataError(name + ": coil maps of " + SizeText(maps) + " in " + std::to_string(scan.mapSets) +
                    " set(s) for data of " + SizeText(scan.kspace) +
                    "; required complex, as many channels for each of no more sets than coils, the same x and y, and 1 "
                    "slice or as many");
  }
  maps.RequireFinite((name + " (coil maps)").c_str());
}

void
RequireTrajectory(const MRIScan & scan, const std::string & name)
{
  const auto & size = scan.trajectory.GetGrid().size;
  const auto & required = scan.kspace.GetGrid().size;
  if (size.x != required.x || size.y != required.y)
  {
    throw DataError(name + ": trajectory of " + SizeText(scan.trajectory) + " for data of " + SizeText(scan.kspace) +
                    "; required as many samples and readouts");
  }
}

void
RequireFieldMap(const MRIScan & scan, const std::string & name)
{
  const Volume & map = scan.field.frequency;
  const auto & size = map.GetGrid().size;
  const auto & required = scan.imageGrid.size;
  if (IsCartesian(scan) || map.IsComplex() || map.Channels() != 1 || size.x != required.x || size.y != required.y ||
      (size.z != 1 && size.z != required.z))
  {
    throw DataError(
        name + ": field map of " + SizeText(map) + (IsCartesian(scan) ? " for a Cartesian scan" : "") +
        "; required a scan along a trajectory, and real frequencies of its image's x and y, 1 slice or as many");
  }
  map.RequireFinite((name + " (field map)").c_str());
  if (!(scan.field.dwellTime > 0.0))
  {
    throw DataError(name + ": field map with a dwell time of " + std::to_string(scan.field.dwellTime) +
                    " s; required the time between two samples of a readout");
  }
}

/** Throws DataError unless k-space, mask and maps fit each other, are finite, and the mask keeps something. */
void
RequireConsistent(const MRIScan & scan, const std::string & name)
{
  if (scan.kspace.IsEmpty() || !scan.kspace.IsComplex())
  {
    throw DataError(name + ": k-space is empty or real; required complex samples");
  }
  scan.kspace.RequireFinite((name + " (k-space)").c_str());
  if (IsCartesian(scan))
  {
    RequireMask(scan, name);
  }
  else
  {
    RequireTrajectory(scan, name);
  }
  if (!scan.sensitivities.IsEmpty())
  {
    RequireMaps(scan, name);
  }
  if (!scan.field.frequency.IsEmpty())
  {
    RequireFieldMap(scan, name);
  }
}
} // namespace

namespace
{
/** A name in a description is one of its folder. */
std::string
Beside(const std::string & description, const std::string & name)
{
  return (std::filesystem::path(description).parent_path() / name).string();
}

MRIScan
ReadAlongTrajectory(const std::string & base, const BartArray & array, const TrajectoryInput & input)
{
  MRIScan scan;
  scan.kspace = ReadoutsFromBart(array, base + ".cfl");
  scan.kspace.RequireFinite((base + ".cfl").c_str());
  scan.trajectory = ReadTrajectory(input.file);
  const std::string description = base + ".json";
  ScanFileNames files;
  if (std::filesystem::exists(description))
  {
    files = ApplyScanJson(scan, ReadText(description), description);
  }
  else
  {
    scan.warnings.push_back("no " + std::filesystem::path(description).filename().string() +
                            ": spacing is 1 mm, noise is not known");
  }
  if (scan.imageGrid.NumberOfVoxels() == 1)
  {
    const std::int64_t pixels = input.imageSize > 0 ? input.imageSize : PixelsOfTrajectory(scan.trajectory, input.file);
    const bool isVolume = scan.trajectory.Channels() == 3;
    scan.imageGrid.size = {isVolume ? pixels : scan.kspace.GetGrid().size.z, pixels, pixels};
  }
  if (!files.sensitivities.empty())
  {
    SetSensitivitiesFromFile(scan, Beside(description, files.sensitivities), files.mapSets);
  }
  if (!files.fieldMap.empty())
  {
    SetFieldMapFromFile(scan, Beside(description, files.fieldMap), scan.field.dwellTime);
  }
  RequireConsistent(scan, base);
  return scan;
}
} // namespace

MRIScan
ReadScan(const std::string & path, const TrajectoryInput & trajectory)
{
  const std::string base = BartBase(path);
  const BartArray array = ReadBart(base);
  TrajectoryInput input = trajectory;
  if (input.file.empty() && std::filesystem::exists(base + ".json"))
  {
    const std::string named = TrajectoryOfScanJson(ReadText(base + ".json"), base + ".json");
    input.file = named.empty() ? "" : Beside(base, named);
  }
  if (!input.file.empty())
  {
    return ReadAlongTrajectory(base, array, input);
  }
  if (array.dimensions[BartArray::maps] != 1)
  {
    throw DataError(base + ".cfl: k-space with several maps (dimension 4 is " +
                    std::to_string(array.dimensions[BartArray::maps]) + "); required 1");
  }
  if (array.dimensions[2] != 1)
  {
    throw DataError(base + ".cfl: k-space with a second phase direction (dimension 2 is " +
                    std::to_string(array.dimensions[2]) + "); required slices in dimension 13");
  }
  MRIScan scan;
  scan.kspace = VolumeFromBart(array, base + ".cfl");
  scan.kspace.RequireFinite((base + ".cfl").c_str());
  const std::string description = base + ".json";
  if (std::filesystem::exists(description))
  {
    const ScanFileNames files = ApplyScanJson(scan, ReadText(description), description);
    ApplyMask(scan);
    if (!files.sensitivities.empty())
    {
      SetSensitivitiesFromFile(scan, Beside(description, files.sensitivities), files.mapSets);
    }
  }
  else
  {
    AssumeMask(scan);
    scan.warnings.insert(scan.warnings.begin(),
                         "no " + std::filesystem::path(description).filename().string() +
                             ": the mask is the lines that are not zero, spacing is 1 mm, noise is not known");
  }
  RequireConsistent(scan, base);
  return scan;
}

void
WriteScan(const std::string & path, const MRIScan & scan)
{
  RequireBartOutput(path);
  const std::string base = BartBase(path);
  RequireConsistent(scan, "output " + base);
  const std::string name = std::filesystem::path(base).filename().string();
  const auto has = [](const Volume & part) { return !part.IsEmpty(); };
  const auto file = [&](const Volume & part, const char * suffix)
  { return has(part) ? name + suffix + ".cfl" : std::string(); };
  const std::string text = ScanJson(scan,
                                    {file(scan.sensitivities, mapsSuffix),
                                     file(scan.trajectory, trajectorySuffix),
                                     file(scan.field.frequency, fieldSuffix)});
  // The arrays live until the files are written.
  const BartArray data = IsCartesian(scan) ? BartFromVolume(scan.kspace) : BartFromReadouts(scan.kspace);
  const std::vector<std::pair<const char *, BartArray>> parts = {
      {mapsSuffix, has(scan.sensitivities) ? BartFromSets(scan.sensitivities, scan.mapSets) : BartArray()},
      {trajectorySuffix, has(scan.trajectory) ? BartFromTrajectory(scan.trajectory) : BartArray()},
      {fieldSuffix, has(scan.field.frequency) ? BartFromVolume(AsComplex(scan.field.frequency)) : BartArray()}};
  std::vector<GroupFile> files = BartFiles(base, data);
  files.push_back(
      {base + ".json", [&](const std::string & temporary) { WriteBytes(temporary, text.data(), text.size()); }});
  for (const auto & [suffix, array] : parts)
  {
    if (!array.data.empty())
    {
      const auto more = BartFiles(base + suffix, array);
      files.insert(files.end(), more.begin(), more.end());
    }
  }
  WriteGroupAtomically(files);
}

std::vector<std::string>
ScanFiles(const std::string & path, const ScanParts & parts)
{
  const std::string base = BartBase(path);
  std::vector<std::string> files = {base + ".cfl", base + ".hdr", base + ".json"};
  const auto add = [&](bool isThere, const char * suffix)
  {
    if (isThere)
    {
      files.push_back(base + suffix + ".cfl");
      files.push_back(base + suffix + ".hdr");
    }
  };
  add(parts.sensitivities, mapsSuffix);
  add(parts.trajectory, trajectorySuffix);
  add(parts.fieldMap, fieldSuffix);
  return files;
}

void
RequireWritableScan(const std::string & path, const ScanParts & parts, bool overwrite)
{
  RequireBartOutput(path);
  for (const std::string & file : ScanFiles(path, parts))
  {
    RequireWritable(file, overwrite);
  }
}

void
SetSensitivitiesFromFile(MRIScan & scan, const std::string & path, const std::optional<std::int64_t> & sets)
{
  const SetVolume maps = ReadCoilMaps(path, sets);
  scan.sensitivities = AsComplex(maps.volume);
  scan.mapSets = maps.sets;
  RequireMaps(scan, path);
}

Volume
ReadFieldMap(const std::string & path)
{
  return RealPart(ReadImage(path));
}

void
SetFieldMapFromFile(MRIScan & scan, const std::string & path, double dwellTime)
{
  scan.field.frequency = ReadFieldMap(path);
  scan.field.dwellTime = dwellTime;
  RequireFieldMap(scan, path);
}
} // namespace tweedie
