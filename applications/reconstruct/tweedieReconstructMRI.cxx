// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieScanFile.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <algorithm>

namespace tweedie
{
namespace
{
struct ReconstructFiles
{
  std::string scan;
  std::string output;
  std::string std;
  std::string samplesOutput;
  std::string part = "magnitude";
  std::string sensitivities;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(
        Field("output", "image to write: .nii, .nii.gz, .mha, .nrrd, or .cfl (also without extension)").Unit("FILE"),
        output);
    v.Visit(Field("std", "standard deviation to write, of the same part; needs a method with samples").Unit("FILE"),
            std);
    v.Visit(Field("samples-output", "posterior samples to write, as a fourth axis").Unit("FILE"), samplesOutput);
    v.Visit(Field("part", "magnitude of the complex mean, the complex mean itself, or its phase")
                .Choices({"magnitude", "complex", "phase"}),
            part);
    v.Visit(Field("sensitivities", "coil maps, one channel per coil, in place of the scan's").Unit("FILE"),
            sensitivities);
  }
};

struct MethodOptions
{
  std::string method = "rmp";
  std::optional<double> noise;
  std::string device = "cpu";

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("method", "how to reconstruct").Choices({"zero-filled", "sense", "tv", "rmp", "dps", "daps"}),
            method);
    v.Visit(Field("noise",
                  "standard deviation of a complex k-space sample, in the units of the data; default: the "
                  "scan's, or estimated")
                .Above(0.0),
            noise);
    v.Visit(Field("device", "where to compute").Choices({"cpu", "cuda"}), device);
  }
  bool
  IsClassical() const
  {
    return method == "zero-filled" || method == "sense" || method == "tv";
  }
};

constexpr char classicalHeading[] = "Classical methods (zero-filled, sense, tv)";
constexpr char posteriorHeading[] = "Posterior methods (rmp, dps, daps)";

/** Refuses what cannot be done and warns of flags without effect, before any file is read. */
void
CheckCombination(CommandLine & line, const MethodOptions & method, const MRIPosteriorOptions & posterior)
{
  const bool isClassical = method.IsClassical();
  if (!isClassical && posterior.prior.empty())
  {
    throw UsageError("--prior: not given; required a model file for method " + method.method);
  }
  const bool hasDeviation = !isClassical && (method.method == "rmp" ? posterior.samples > 1 : posterior.samples != 1);
  for (const char * flag : {"std", "samples-output"})
  {
    if (line.IsGiven(flag) && !hasDeviation)
    {
      throw UsageError(std::string("--") + flag + ": method " + method.method +
                       (isClassical ? " has no samples; required rmp, dps or daps" : " needs --samples of at least 2"));
    }
  }
  auto unused = line.GivenUnder(isClassical ? posteriorHeading : classicalHeading);
  for (const char * flag : {"lambda", "iterations", "tolerance"})
  {
    if (method.method == "zero-filled" && line.IsGiven(flag))
    {
      unused.emplace_back(flag);
    }
  }
  for (const auto & flag : unused)
  {
    Warn("--" + flag + " has no effect on method " + method.method);
  }
}

VolumeEstimate
Reconstruct(const MRIScan & scan,
            const MethodOptions & method,
            MRIClassicalOptions classical,
            MRIPosteriorOptions posterior,
            const ProgressCallback & progress)
{
  if (method.IsClassical())
  {
    classical.method = method.method;
    classical.noise = method.noise;
    return ReconstructClassical(scan, classical, progress);
  }
  posterior.method = method.method;
  posterior.noise = method.noise;
  posterior.device = method.device;
  return ReconstructPosterior(scan, posterior, progress);
}

/** Adds the reader's assumptions to the summary, and says everything once. */
void
ReportWarnings(const MRIScan & scan, Summary & summary)
{
  for (const auto & warning : scan.warnings)
  {
    if (std::find(summary.warnings.begin(), summary.warnings.end(), warning) == summary.warnings.end())
    {
      summary.warnings.push_back(warning);
    }
  }
  for (const auto & warning : summary.warnings)
  {
    Warn(warning);
  }
}

void
WriteEstimate(const ReconstructFiles & files, const VolumeEstimate & estimate, const CommandLine & line)
{
  WriteImage(files.output, ImagePart(estimate.mean, files.part));
  if (!files.std.empty())
  {
    WriteImage(files.std, PartDeviation(estimate, files.part));
  }
  if (!files.samplesOutput.empty())
  {
    WriteImage(files.samplesOutput, ImagePart(estimate.samples, files.part));
  }
  WriteRunRecord(files.output, estimate.summary, line);
}
} // namespace

void
RunReconstructMRI(CommandLine & line)
{
  ReconstructFiles files;
  MethodOptions method;
  MRIClassicalOptions classical;
  MRIPosteriorOptions posterior;
  RunOptions run;
  line.AddPositional("SCAN", "scan made by tweedie simulate, or any BART k-space (coils in dimension 3)", files.scan);
  line.Add("Files", files);
  line.Add("Method", method);
  line.Add(classicalHeading, classical, {"method", "noise", "threads", "device"});
  line.Add(posteriorHeading, posterior, {"method", "noise", "threads", "device", "keep-samples"});
  line.Add("Run", run);
  line.Require({"output"});
  line.AddExample("tweedie reconstruct mri scan --method tv --output tv.nii.gz");
  line.AddExample("tweedie reconstruct mri scan --prior brain-t1.safetensors --samples 8 --output mean.nii.gz --std "
                  "std.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  CheckCombination(line, method, posterior);
  DeviceFromName(method.device);
  UseThreads(run.threads);
  Outputs outputs(run.overwrite);
  outputs.AddInput(files.scan);
  outputs.AddImage("--output", files.output);
  outputs.AddImage("--std", files.std);
  outputs.AddImage("--samples-output", files.samplesOutput);
  outputs.AddFile("--output", RunRecordPath(files.output));

  MRIScan scan = ReadScan(files.scan);
  if (!files.sensitivities.empty())
  {
    SetSensitivitiesFromFile(scan, files.sensitivities);
  }
  posterior.keepSamples = !files.samplesOutput.empty();
  ProgressDisplay progress(run.progress);
  auto estimate = Reconstruct(scan, method, classical, posterior, progress.Callback());
  progress.Clear();
  ReportWarnings(scan, estimate.summary);
  outputs.Write([&] { WriteEstimate(files, estimate, line); });
  Print(files.output + ": " + estimate.summary.BriefReport() + "\n");
}
} // namespace tweedie
