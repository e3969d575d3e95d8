// SPDX-License-Identifier: Apache-2.0
#include "tweedieCompareInput.h"

#include "tweedieCompareFeatures.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweedieRunRecord.h"
#include "tweedieSliceSelection.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** The file name without extension and without what all names of a run share: "tv" of out/tv.nii.gz. */
std::string
NameFromFile(const std::string & path)
{
  fs::path name = fs::path(path).filename();
  name = name.extension() == ".gz" ? name.replace_extension() : name;
  return name.replace_extension().string();
}

/** A list of names as flags give it: repeated, or once with commas, which the name of a single image may hold. */
std::vector<std::string>
SplitNames(const std::vector<std::string> & given, std::size_t images)
{
  if (given.size() != 1 || images == 1)
  {
    return given;
  }
  std::vector<std::string> names;
  std::istringstream stream(given[0]);
  for (std::string name; std::getline(stream, name, ',');)
  {
    names.push_back(name);
  }
  return names;
}

ComparisonEntry
ReadEntry(const std::string & path, const std::string & name)
{
  ComparisonEntry entry;
  entry.name = name;
  entry.image = ReadImage(path);
  entry.source = path;
  if (!fs::is_directory(path)) // a series of DICOM files
  {
    entry.provenance.emplace_back("file SHA-256", FileSha256(path));
  }
  if (const std::optional<RunRecord> record = ReadRunRecord(path))
  {
    entry.summary = record->summary;
    entry.commandLine = record->commandLine;
    entry.provenance.emplace_back("made by", "tweedie " + record->version);
    if (!record->summary.prior.empty())
    {
      entry.provenance.emplace_back("prior SHA-256", FileSha256(record->summary.prior));
    }
  }
  return entry;
}

void
ReadDeviations(const CompareFiles & files, const CompareTexts & texts, ComparisonInput & input)
{
  std::vector<bool> hasDeviation;
  for (const ComparisonEntry & entry : input.entries)
  {
    hasDeviation.push_back(entry.summary && entry.summary->deviationKind != DeviationKind::None);
  }
  const std::vector<std::size_t> owners = AssignDeviations(files.std.size(), hasDeviation);
  for (std::size_t i = 0; i < owners.size(); ++i)
  {
    ComparisonEntry & entry = input.entries[owners[i]];
    entry.standardDeviation = ReadImage(files.std[i]);
    entry.samples = texts.samples;
    entry.provenance.emplace_back("standard deviation from", files.std[i]);
    if (entry.standardDeviation.IsComplex())
    {
      throw DataError("--std: given " + files.std[i] + ", which is complex; required a real image");
    }
  }
}

/** "One image: truth.nii.gz, 24 slices of 181 x 217 pixels." and what that means. */
std::string
DefaultDescription(const std::string & file, const Volume & reference)
{
  const Axes<std::int64_t> & size = reference.GetGrid().size;
  std::ostringstream text;
  text << "One image, " << fs::path(file).filename().string() << ": " << size.z << (size.z == 1 ? " slice" : " slices")
       << " of " << size.x << " × " << size.y << " pixels. What holds here need not hold for another subject, scanner "
       << "or contrast.";
  return text.str();
}

void
SetSliceNumbers(const std::string & text, ComparisonInput & input)
{
  if (text.empty())
  {
    return;
  }
  const SliceRange range = ParseSliceRange(text, std::numeric_limits<std::int32_t>::max());
  const std::int64_t slices = input.reference.GetGrid().size.z;
  if (range.Count() != slices)
  {
    throw UsageError("--slice-numbers: given " + text + ", which are " + std::to_string(range.Count()) +
                     " slices; required as many as the reference has, " + std::to_string(slices));
  }
  for (std::int64_t i = 0; i < slices; ++i)
  {
    input.sliceNumbers.push_back(range.first + i * range.step);
  }
}
} // namespace

std::vector<std::size_t>
AssignDeviations(std::size_t deviations, const std::vector<bool> & hasDeviation)
{
  const std::size_t images = hasDeviation.size();
  if (deviations > images)
  {
    throw UsageError("--std: given " + std::to_string(deviations) + " files; required at most one per image, " +
                     std::to_string(images));
  }
  const auto known = static_cast<std::size_t>(std::count(hasDeviation.begin(), hasDeviation.end(), true));
  if (deviations > 0 && deviations < images && known != deviations && known != 0)
  {
    throw UsageError("--std: given " + std::to_string(deviations) + " files; required one per image, or one for each " +
                     "of the " + std::to_string(known) + " images whose summary names a standard deviation");
  }
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < images && owners.size() < deviations; ++i)
  {
    const bool isOwner = deviations == images || (known == 0 ? i + deviations >= images : bool(hasDeviation[i]));
    if (isOwner)
    {
      owners.push_back(i);
    }
  }
  return owners;
}

ComparisonInput
ReadComparison(const CompareFiles & files, const CompareTexts & texts)
{
  const std::vector<std::string> names = SplitNames(texts.names, files.images.size());
  if (!names.empty() && names.size() != files.images.size())
  {
    throw UsageError("--names: given " + std::to_string(names.size()) + " names; required one per image, " +
                     std::to_string(files.images.size()));
  }
  ComparisonInput input;
  input.reference = ReadImage(files.reference);
  input.mask = files.mask.empty() ? Volume() : ReadImage(files.mask);
  input.features = LoadFeatureMaker(files.featureNetwork, files.isFidUnbiased, "cpu");
  input.featureMeaning = FeatureMeaning(files.featureNetwork, files.isFidUnbiased);
  for (std::size_t i = 0; i < files.images.size(); ++i)
  {
    input.entries.push_back(ReadEntry(files.images[i], names.empty() ? NameFromFile(files.images[i]) : names[i]));
  }
  ReadDeviations(files, texts, input);
  SetSliceNumbers(texts.sliceNumbers, input);
  if (!texts.window.empty())
  {
    if (texts.window.size() != 2)
    {
      throw UsageError("--window: given " + std::to_string(texts.window.size()) + " numbers; required LOW,HIGH");
    }
    input.window = ValueWindow{texts.window[0], texts.window[1]};
  }
  input.units = texts.units;
  input.title = texts.title.empty() ? "Compared with " + fs::path(files.reference).filename().string() : texts.title;
  input.description =
      texts.description.empty() ? DefaultDescription(files.reference, input.reference) : texts.description;
  return input;
}
} // namespace tweedie
