// SPDX-License-Identifier: Apache-2.0
#include "tweedieCodeFlag.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieRestorationFile.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"
#include "tweedieVerbTable.h"

#include <algorithm>

namespace tweedie
{
namespace
{
struct DegradationFiles
{
  std::string mask;
  std::string kernel;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("mask", "inpainting of an image without description: not 0 where measured").Unit("FILE"), mask);
    v.Visit(Field("kernel", "blur of an image without description: one plane, or one per slice").Unit("FILE"), kernel);
  }
};

constexpr char taskHeading[] = "Task of an image without description";

/** Everything that tweedie reconstruct restoration can be told. */
struct Options
{
  ReconstructFiles files;
  DegradationFiles degradation;
  RestorationTaskOptions task;
  MethodOptions method;
  RestorationVolumeOptions classical;
  RestorationPosteriorOptions posterior;
  RunOptions run;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

bool
Options::Parse(CommandLine & line)
{
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    method.classical.emplace_back(row.name);
    if (row.deviationKind != DeviationKind::None)
    {
      method.withDeviation.emplace_back(row.name);
    }
  }
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples"};
  line.AddPositional("IMAGE",
                     "degraded image, with the description that tweedie simulate restoration wrote beside it, "
                     "or any image and --task",
                     files.input);
  line.Add("Files", files);
  line.Add(taskHeading, degradation);
  line.Add(taskHeading, task, {"seed", "box-fraction", "keep", "kernel-size", "kernel-deviation", "motion-intensity"});
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, {"method", "noise", "threads", "device", "variance"}); // variance: see below
  line.Add(PosteriorHeading, posterior, shared);
  line.Add("Run", run);
  line.OfferPresets();
  line.Require({"output"});
  line.AddExample("tweedie reconstruct restoration low.nii.gz --prior brain-t1.safetensors --samples 8 --output "
                  "mean.nii.gz --std std.nii.gz");
  line.AddExample(
      "tweedie reconstruct restoration low.nii.gz --method tikhonov --output plain.nii.gz --std std.nii.gz");
  line.AddExample("tweedie reconstruct restoration image.nii.gz --task inpaint-box --mask mask.nii.gz --noise 20 "
                  "--prior brain-t1.safetensors --output filled.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  RequireOnCommandLine(line, "operator-network", task.operatorNetwork);
  const bool described = HasRestorationDescription(files.input);
  auto given = line.GivenUnder(taskHeading);
  given.erase(std::remove(given.begin(), given.end(), "operator-network"),
              given.end()); // no description names a program
  if (described && !given.empty())
  {
    throw UsageError("--" + given.front() + ": " + files.input +
                     " has a description beside it that says the task; required one of the two");
  }
  if (!described && !line.IsGiven("task"))
  {
    throw UsageError("--task: not given, and no description lies beside " + files.input + "; required one of the two");
  }
  CheckMethodFlags(line, method, posterior);
  ShareOptions(method, files, posterior);
  classical.method = method.IsClassical() ? method.method : classical.method;
  classical.noise = method.noise;
  classical.device = method.device;
  if (posterior.variance > 0.0)
  {
    classical.variance = posterior.variance; // one flag: it means the same
  }
  return true;
}

RestorationMeasurement
ReadInput(const Options & options)
{
  if (HasRestorationDescription(options.files.input))
  {
    RestorationMeasurement measurement = ReadRestoration(options.files.input);
    measurement.operatorNetwork = options.task.operatorNetwork;
    return measurement;
  }
  const auto part = [](const std::string & path) { return path.empty() ? Volume() : ReadImage(path); };
  return DescribeRestoration(
      ReadImage(options.files.input), options.task, part(options.degradation.mask), part(options.degradation.kernel));
}

VolumeEstimate
Reconstruct(const RestorationMeasurement & measurement, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  if (options.method.IsClassical())
  {
    return RestoreClassical(measurement, options.classical, display.Callback());
  }
  const Volume start = StartsFromImage(options.posterior) ? ReadImage(options.posterior.start) : Volume();
  return WithResumeHint(options.posterior,
                        [&]
                        { return ReconstructRestoration(measurement, options.posterior, display.Callback(), start); });
}
} // namespace

void
RunReconstructRestoration(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  UseThreads(options.run.threads);
  const Outputs outputs =
      CheckedOutputs(options.files,
                     options.posterior,
                     {options.degradation.mask, options.degradation.kernel, options.task.operatorNetwork},
                     options.run.overwrite,
                     true);
  RestorationMeasurement measurement = ReadInput(options);
  for (const std::string & picture : {options.files.output, options.files.std})
  {
    const bool isComplex = measurement.data.IsComplex() && options.files.part == "complex";
    RequirePicture(picture, measurement.image, measurement.data.Channels(), isComplex);
    if (IsPicturePath(picture))
    {
      measurement.warnings.push_back(picture +
                                     ": values are rounded to whole numbers and clipped at 0, as PNG keeps them");
    }
  }
  VolumeEstimate estimate = Reconstruct(measurement, options);
  FinishReconstruction(options.files, measurement.warnings, estimate, outputs, line);
}
} // namespace tweedie
