// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageInput.h"

#include "tweedieDicomProjections.h"
#include "tweedieError.h"
#include "tweedieInputImage.h"
#include "tweedieSliceSelection.h"
#include "tweedieVolumeDigest.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace tweedie
{
namespace
{
/** What the reconstruction has too. */
class RenamingVisitor final : public OptionVisitor
{
public:
  explicit RenamingVisitor(OptionVisitor & next) : m_Next(next) {}

  void
  Visit(const Field & field, bool & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::int64_t & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, double & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::string & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::optional<double> & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::optional<std::int64_t> & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::vector<double> & value) override
  {
    HandOn(field, value);
  }
  void
  Visit(const Field & field, std::vector<std::string> & value) override
  {
    HandOn(field, value);
  }

private:
  template <typename TValue>
  void
  HandOn(const Field & field, TValue & value)
  {
    Field renamed = field;
    for (const auto & [from, to] : {std::pair("noise", "simulate-noise"), std::pair("seed", "simulate-seed")})
    {
      renamed.name = std::strcmp(field.name, from) == 0 ? to : renamed.name;
    }
    m_Next.Visit(renamed, value);
  }

  OptionVisitor & m_Next;
};

/** Slices of the series as it is stored; frames that are not asked for are never read. */
void
SelectFrames(DicomSeries & series, const std::string & slices)
{
  const SliceRange range = ParseSliceRange(slices, series.grid.size.z);
  for (std::vector<DicomFrame> * frames : {&series.frames, &series.partners})
  {
    std::vector<DicomFrame> chosen;
    for (std::int64_t slice = range.first; slice <= range.last && !frames->empty(); slice += range.step)
    {
      chosen.push_back((*frames)[static_cast<std::size_t>(slice)]);
    }
    *frames = std::move(chosen);
  }
  series.grid = series.grid.Slices(range.first, range.Count(), range.step);
}
} // namespace

void
ImageInputOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("simulate",
                "the input is an image: measure it as tweedie simulate does, with the flags below, and reconstruct "
                "that"),
          simulate);
  v.Visit(Field("slices", "of an image: slices as it is stored, numbered from 0, both ends included; all if not given")
              .Unit("FIRST:LAST[:STEP]"),
          slices);
  dicom.Visit(v);
  v.Visit(Field("deterministic-uids",
                "of DICOM output: UIDs made of inputs and options, dates of the source: the same run, the same bytes"),
          deterministicUids);
}

ImageInput
ReadImageInput(const std::string & path, const ImageInputOptions & options)
{
  ImageInput input;
  if (!IsDicomPath(path))
  {
    input.image = SelectStoredSlices(ReadInputImage(path, options.dicom), options.slices);
    input.digest = DigestOf(input.image);
    return input;
  }
  input.series = SelectDicomSeries(path, options.dicom);
  SelectFrames(*input.series, options.slices);
  input.warnings = input.series->warnings;
  input.image = ReadDicomVolume(*input.series);
  input.digest = DigestOf(input.image);
  return input;
}

void
CheckImageFlags(const CommandLine & line, const ImageInputOptions & options, bool isImage, bool isDicom)
{
  const auto measured = line.GivenUnder(SimulationHeading);
  if (!options.simulate && !measured.empty())
  {
    throw UsageError("--" + measured.front() + ": belongs to --simulate, which is not given; required both");
  }
  auto given = line.GivenUnder(ImageHeading);
  given.erase(std::remove_if(given.begin(),
                             given.end(),
                             [&](const std::string & flag) { return isDicom && flag == "deterministic-uids"; }),
              given.end());
  if (!isImage && !given.empty())
  {
    throw UsageError("--" + given.front() + ": belongs to an image, and the input is a measurement; required one or " +
                     "the other");
  }
}

bool
IsDicomImages(const std::string & path)
{
  const std::filesystem::path place(path);
  const std::string folder = std::filesystem::is_directory(place) ? path : place.parent_path().string();
  return IsDicomPath(path) && !HasDicomProjections(folder.empty() ? "." : folder);
}

void
RequireMeasurement(const std::string & path)
{
  if (IsDicomImages(path))
  {
    throw UsageError(path + ": given DICOM images, which are no measurement; required --simulate, which measures them");
  }
}

void
VisitSimulation(OptionVisitor & v, const std::function<void(OptionVisitor &)> & visit)
{
  RenamingVisitor renaming(v);
  visit(renaming);
}
} // namespace tweedie
