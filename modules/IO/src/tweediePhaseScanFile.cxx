// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScanFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieFileGroup.h"
#include "tweedieImageFile.h"
#include "tweedieImageFormat.h"
#include "tweediePhaseHdf5.h"
#include "tweediePhaseJson.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

std::string
DescriptionPath(const std::string & path)
{
  return SplitExtension(path).first + ".json";
}

std::string
PartPath(const std::string & path, const char * part)
{
  const auto [stem, extension] = SplitExtension(path);
  return stem + '_' + part + extension;
}

std::string
ReadText(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream)
  {
    throw DataError(path + ": cannot be read; required a readable file");
  }
  return text;
}

Volume
ReadPart(const fs::path & folder, const std::string & name)
{
  return name.empty() ? Volume() : ReadImage((folder / name).string());
}

void
RequirePhasePath(const std::string & path)
{
  const std::string extension = SplitExtension(path).second;
  const std::array<const char *, 4> images{".mha", ".nrrd", ".nii", ".nii.gz"};
  if (!IsHdf5Path(path) && std::find(images.begin(), images.end(), extension) == images.end())
  {
    throw UsageError("output " + path + ": given the extension '" + extension +
                     "'; required .cxi, .nxs, .h5, .hdf5, .mha, .nrrd, .nii or .nii.gz");
  }
}

PhaseDraft
ReadImageDraft(const std::string & path)
{
  PhaseDraft draft;
  draft.scan.patterns = ReadImage(path);
  draft.whereIs = DescriptionPath(path);
  if (HasPhaseDescription(path))
  {
    const std::string description = DescriptionPath(path);
    const PhaseParts parts = ApplyPhaseJson(draft, ReadText(description), description, false);
    const fs::path folder = fs::path(description).parent_path();
    draft.scan.mask = ReadPart(folder, parts.mask);
    draft.scan.codes = ReadPart(folder, parts.codes);
    draft.scan.support = ReadPart(folder, parts.support);
  }
  return draft;
}

PhaseDraft
ReadDraft(const std::string & path, const PhaseReadOptions & options)
{
  ValidateOptions(options);
  return IsHdf5Path(path) ? ReadPhaseHdf5(path, options) : ReadImageDraft(path);
}

void
WriteImageGroup(const std::string & path, const PhaseScan & scan)
{
  PhaseParts parts;
  std::vector<GroupFile> files;
  const auto add = [&](const Volume & part, const char * name, std::string & partName)
  {
    if (!part.IsEmpty())
    {
      const std::string partPath = PartPath(path, name);
      partName = fs::path(partPath).filename().string();
      files.push_back({partPath, [&part](const std::string & temporary) { WriteImage(temporary, part); }});
    }
  };
  add(scan.mask, "mask", parts.mask);
  add(scan.codes, "codes", parts.codes);
  add(scan.support, "support", parts.support);
  files.push_back({path, [&](const std::string & temporary) { WriteImage(temporary, scan.patterns); }});
  const std::string text = PhaseJson(scan, parts);
  files.push_back(
      {DescriptionPath(path), [&](const std::string & temporary) { WriteBytes(temporary, text.data(), text.size()); }});
  WriteGroupAtomically(files);
}
} // namespace

bool
IsHdf5Path(const std::string & path)
{
  const std::array<const char *, 4> extensions{".h5", ".hdf5", ".cxi", ".nxs"};
  return std::find(extensions.begin(), extensions.end(), Extension(path)) != extensions.end();
}

bool
HasPhaseDescription(const std::string & path)
{
  std::error_code error;
  return !IsHdf5Path(path) && fs::exists(DescriptionPath(path), error);
}

PhaseScan
ReadPhaseScan(const std::string & path, const PhaseReadOptions & options)
{
  return CompletePhaseScan(ReadDraft(path, options), options, path);
}

PhaseInspection
InspectPhaseScan(const std::string & path, const PhaseReadOptions & options)
{
  return InspectDraft(ReadDraft(path, options), options);
}

void
WritePhaseScan(const std::string & path, const PhaseScan & scan)
{
  RequirePhasePath(path);
  RequirePhaseScan(scan);
  if (IsHdf5Path(path))
  {
    WritePhaseHdf5(path, scan);
  }
  else
  {
    WriteImageGroup(path, scan);
  }
}

std::vector<std::string>
PhaseScanFiles(const std::string & path)
{
  if (IsHdf5Path(path))
  {
    return {path};
  }
  return {path, DescriptionPath(path), PartPath(path, "mask"), PartPath(path, "codes"), PartPath(path, "support")};
}

void
RequireWritablePhaseScan(const std::string & path, bool overwrite)
{
  RequirePhasePath(path);
  for (const std::string & file : PhaseScanFiles(path))
  {
    RequireWritable(file, overwrite);
  }
}
} // namespace tweedie
