// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructCommon.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieImageFile.h"
#include "tweedieTerminal.h"

#include <algorithm>
#include <filesystem>

namespace tweedie
{
namespace
{
/** A measurement of a file has no closed-form posterior. */
bool
IsForFiles(const std::string & method)
{
  return method != "reference";
}

/** Flags of methods other than the one that runs and, beside rmp, the one that draws samples. */
std::vector<std::string>
FlagsOfOtherMethods(const std::vector<std::string> & flags, const PosteriorOptions & options)
{
  std::vector<std::string> others;
  for (const EstimatorRow & row : EstimatorTable())
  {
    const bool draws = options.samples > 0 && options.sampler == row.name;
    for (const std::string & flag : flags)
    {
      if (flag.rfind(std::string(row.name) + "-", 0) == 0 && options.method != row.name && !draws)
      {
        others.push_back(flag);
      }
    }
  }
  return others;
}
} // namespace

void
ReconstructFiles::Visit(OptionVisitor & v)
{
  v.Visit(Field("output",
                "image to write: .nii, .nii.gz, .mha, .nrrd, .h5 (ISMRMRD), or .cfl (also without extension); for a "
                "DICOM series a folder of DICOM files, where no such extension is given; - writes the images to "
                "standard output, as ISMRMRD's stream")
              .Writes(PathKind::Image),
          output);
  v.Visit(Field("std", "standard deviation to write, of the same part; needs a method with samples")
              .Writes(PathKind::Image),
          std);
  v.Visit(Field("samples-output", "posterior samples to write, as a fourth axis").Writes(PathKind::File),
          samplesOutput);
  v.Visit(Field("null-space",
                "share of the samples' variance in directions that the data do not see, to write; DICOM output has it")
              .Writes(PathKind::Image),
          nullSpace);
  v.Visit(Field("report", "pictures, scores where the truth is known, and provenance to write: .html or .pdf")
              .Writes(PathKind::File),
          report);
  v.Visit(Field("part", "of a complex mean: its magnitude, the mean itself, or its phase")
              .Choices({"magnitude", "complex", "phase"}),
          part);
}

bool
ReconstructFiles::WritesDicom() const
{
  return isDicom || (!HasExtension(output) && !WritesStream() && IsDicomImages(input));
}

void
MethodOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names = classical;
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (IsForFiles(row.name))
    {
      names.emplace_back(row.name);
    }
  }
  v.Visit(Field("method", "how to reconstruct").Choices(names), method);
  v.Visit(Field("noise",
                "standard deviation of a sample, complex ones E|n|^2 = noise^2; if not given: the "
                "measurement's, or estimated")
              .Unit("units of the data")
              .Above(0.0),
          noise);
  v.Visit(Field("device", "where to compute").Choices({"cpu", "cuda"}), device);
}

bool
MethodOptions::IsClassical() const
{
  return std::find(classical.begin(), classical.end(), method) != classical.end();
}

bool
MethodOptions::IsSampledClassical() const
{
  return IsClassical() && std::find(withSamples.begin(), withSamples.end(), method) != withSamples.end();
}

void
CheckMethodFlags(CommandLine & line,
                 const MethodOptions & method,
                 const PosteriorOptions & posterior,
                 std::vector<std::string> unused)
{
  if (!method.IsClassical() && posterior.prior.empty())
  {
    throw UsageError("--prior: not given; required a model file for method " + method.method);
  }
  const std::int64_t samples = posterior.samples;
  const bool isSampled = method.IsSampledClassical();
  const bool draws = !method.IsClassical() && MakeEstimator(method.method)->DrawsSamples();
  const bool isPosterior = !method.IsClassical() && (draws ? samples != 1 : samples > 1);
  const bool hasSamples = isPosterior || (isSampled && samples > 1);
  const auto & known = method.withDeviation;
  const bool isOwn = std::find(known.begin(), known.end(), method.method) != known.end();
  const bool hasDeviation = hasSamples || isOwn || method.isDeviationMade;
  for (const auto & [flag, possible] :
       {std::pair{"std", hasDeviation}, std::pair{"samples-output", hasSamples}, std::pair{"null-space", isPosterior}})
  {
    if (line.IsGiven(flag) && !possible)
    {
      throw UsageError(std::string("--") + flag + ": method " + method.method +
                       (method.IsClassical() && !isSampled
                            ? " has no samples; required a posterior method, or --deviation where it is offered"
                            : " needs --samples of at least 2"));
    }
  }
  auto others = line.GivenUnder(method.IsClassical() ? PosteriorHeading : ClassicalHeading);
  if (method.IsClassical() && isOwn)
  {
    others.erase(std::remove(others.begin(), others.end(), "variance"), others.end()); // of their prior too
  }
  const auto isOfSamples = [&](const std::string & flag) { return isSampled && (flag == "samples" || flag == "seed"); };
  others.erase(std::remove_if(others.begin(), others.end(), isOfSamples), others.end());
  unused.insert(unused.end(), others.begin(), others.end());
  if (!method.IsClassical())
  {
    PosteriorOptions chosen = posterior;
    chosen.method = method.method;
    const auto foreign = FlagsOfOtherMethods(line.GivenUnder(PosteriorHeading), chosen);
    unused.insert(unused.end(), foreign.begin(), foreign.end());
  }
  for (const auto & flag : unused)
  {
    Warn("--" + flag + " has no effect on method " + method.method);
  }
}

void
ShareOptions(const MethodOptions & method, const ReconstructFiles & files, PosteriorOptions & posterior)
{
  DeviceFromName(method.device);
  posterior.method = method.method;
  posterior.noise = method.noise;
  posterior.device = method.device;
  posterior.keepSamples = !files.samplesOutput.empty();
  posterior.nullSpace = !files.nullSpace.empty() || files.WritesDicom();
}

ReconstructSource
SourceOf(const MethodOptions & method, const PosteriorOptions & posterior, bool isDeterministic)
{
  ReconstructSource source;
  source.prior = method.IsClassical() ? "" : posterior.prior;
  source.isDeterministic = isDeterministic;
  return source;
}

Volume
ScaledBy(Volume volume, double factor)
{
  if (volume.IsEmpty())
  {
    return volume;
  }
  volume = volume.Clone();
  const std::int64_t count = volume.NumberOfElements() * (volume.IsComplex() ? 2 : 1);
  std::transform(volume.Data(),
                 volume.Data() + count,
                 volume.Data(),
                 [factor](float value) { return static_cast<float>(factor * value); });
  return volume;
}

VolumeEstimate
ScaledBy(VolumeEstimate estimate, double factor)
{
  for (Volume * volume : {&estimate.mean,
                          &estimate.standardDeviation,
                          &estimate.magnitudeStandardDeviation,
                          &estimate.samples,
                          &estimate.sets})
  {
    *volume = ScaledBy(std::move(*volume), factor);
  }
  return estimate;
}

void
ForEachSeries(ReconstructFiles & files, ImageInputOptions & image, const std::function<void()> & work)
{
  if (image.dicom.series != "all")
  {
    work();
    return;
  }
  if (!files.WritesDicom())
  {
    throw UsageError("--series: given all for output " + files.output +
                     "; required a folder of DICOM series as input " + "and a folder as output");
  }
  const std::string folder = files.output;
  const DicomListing listing = ListDicom(files.input);
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  std::size_t done = 0;
  for (std::size_t i = 0; i < listing.entries.size(); ++i)
  {
    const std::string number = std::to_string(i + 1);
    image.dicom.series = number;
    try
    {
      SelectDicomSeries(files.input, image.dicom);
    }
    catch (const DataError & problem)
    {
      Warn("series " + number + " is left out: " + problem.what());
      continue;
    }
    files.output = (std::filesystem::path(folder) / ("series-" + number)).string();
    work();
    ++done;
  }
  if (done == 0)
  {
    std::filesystem::remove(folder, error); // only an empty one
    throw DataError(files.input + ": given no series that is whole; required one at least");
  }
}

bool
StartsFromImage(const PosteriorOptions & posterior)
{
  return posterior.start != "zero" && posterior.start != "mean" && posterior.start != "noise";
}

VolumeEstimate
WithResumeHint(const PosteriorOptions & posterior, const std::function<VolumeEstimate()> & run)
{
  try
  {
    return run();
  }
  catch (const Aborted & aborted)
  {
    throw Aborted(std::string(aborted.what()) + (posterior.checkpoint.empty()
                                                     ? "; with --checkpoint FILE a run can be resumed"
                                                     : "; the same command goes on from " + posterior.checkpoint));
  }
}
} // namespace tweedie
