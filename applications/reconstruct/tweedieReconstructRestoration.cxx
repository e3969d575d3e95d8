// SPDX-License-Identifier: Apache-2.0
#include "tweedieCodeFlag.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImageInput.h"
#include "tweedieImagePart.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieRestorationFile.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"
#include "tweedieVerbTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

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
    v.Visit(Field("mask", "inpainting of an image without description: not 0 where measured").Reads(PathKind::Labels),
            mask);
    v.Visit(Field("kernel", "blur of an image without description: one plane, or one per slice").Reads(PathKind::Image),
            kernel);
  }
};

constexpr double airHounsfield = -1000.0;
constexpr char taskHeading[] = "Task of an image without description";

/** Everything that tweedie reconstruct restoration can be told. */
struct Options
{
  ReconstructFiles files;
  DegradationFiles degradation;
  RestorationTaskOptions task;
  ImageInputOptions image;
  SimulationFlags<RestorationTaskOptions> simulation;
  SimulationFlags<RestorationNoiseOptions> noise;
  MethodOptions method;
  RestorationVolumeOptions classical;
  RestorationPosteriorOptions posterior;
  RunOptions run;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

/** The task is said by a description beside the image, or by flags. */
void
CheckTask(CommandLine & line, const std::string & input)
{
  const bool described = HasRestorationDescription(input);
  auto given = line.GivenUnder(taskHeading);
  given.erase(std::remove(given.begin(), given.end(), "operator-network"),
              given.end()); // no description names a program
  if (described && !given.empty())
  {
    throw UsageError("--" + given.front() + ": " + input +
                     " has a description beside it that says the task; required one of the two");
  }
  if (!described && !line.IsSet("task"))
  {
    throw UsageError("--task: not given, and no description lies beside " + input + "; required one of the two");
  }
}

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
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples", "null-space"};
  line.AddPositional("IMAGE",
                     "degraded image, with the description that tweedie simulate restoration wrote beside it, "
                     "or any image or DICOM series and --task",
                     files.input,
                     PathKind::Image);
  line.Add("Files", files);
  line.Add(taskHeading, degradation);
  line.Add(taskHeading, task, {"seed", "box-fraction", "keep", "kernel-size", "kernel-deviation", "motion-intensity"});
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, {"method", "noise", "threads", "device", "variance"}); // variance: see below
  line.Add(PosteriorHeading, posterior, shared);
  line.Add(ImageHeading, image);
  line.Add(SimulationHeading,
           simulation,
           {"task", "factor", "axis-factor", "dimensions", "gamma", "operator-network", "exposure", "low", "high"});
  line.Add(SimulationHeading, noise);
  line.Add("Run", run);
  OfferPresetsAndResults(line);
  line.Require({"output"});
  line.AddExample("tweedie reconstruct restoration low.nii.gz --prior brain-t1.safetensors --samples 8 --output "
                  "mean.nii.gz --std std.nii.gz");
  line.AddExample(
      "tweedie reconstruct restoration low.nii.gz --method tikhonov --output plain.nii.gz --std std.nii.gz");
  line.AddExample("tweedie reconstruct restoration image.nii.gz --task inpaint-box --mask mask.nii.gz --noise 20 "
                  "--prior brain-t1.safetensors --output filled.nii.gz");
  line.AddExample("tweedie reconstruct restoration dicom-folder --task sr --axis-factor 1,1,4 --prior "
                  "brain-t1.safetensors --samples 8 --output result");
  if (!line.Parse())
  {
    return false;
  }
  CheckImageFlags(line, image, !HasRestorationDescription(files.input));
  RequireOnCommandLine(line, "operator-network", task.operatorNetwork);
  CheckTask(line, files.input);
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

/** The flags of a simulated degradation, where they belong. */
RestorationTaskOptions
SimulatedTask(const Options & options)
{
  RestorationTaskOptions task = options.task;
  const RestorationTaskOptions & more = options.simulation.options;
  task.boxFraction = more.boxFraction;
  task.keep = more.keep;
  task.kernelSize = more.kernelSize;
  task.kernelDeviation = more.kernelDeviation;
  task.motionIntensity = more.motionIntensity;
  task.seed = more.seed;
  return task;
}

/** Attenuation above that of air, in Hounsfield units: networks and noise models take nothing for zero. */
Volume
AboveAir(const Volume & hounsfield, std::vector<std::string> & warnings)
{
  const at::Tensor values = TensorView(hounsfield) - airHounsfield;
  const std::int64_t below = values.lt(0.0).sum().item<std::int64_t>();
  if (below > 0)
  {
    warnings.push_back(std::to_string(below) + " pixels below -1000 HU count as air");
  }
  return VolumeFromTensor(values.clamp_min(0.0), hounsfield.GetGrid());
}

/** What a prior of CT calls 1 is the scale of such data, not a percentile of them. */
void
TakeScaleOfPrior(const Options & options, RestorationMeasurement & measurement)
{
  if (options.method.IsClassical())
  {
    return;
  }
  const auto prior = std::dynamic_pointer_cast<const NetworkDenoiser>(LoadPrior(options.posterior.prior, at::kCPU));
  if (prior && prior->Card().hounsfieldAtOne)
  {
    measurement.scale = *prior->Card().hounsfieldAtOne - airHounsfield;
    measurement.warnings.clear(); // that the scale is a percentile
  }
}

/** An image and --task: degraded as it is, or to be degraded (--simulate). */
RestorationMeasurement
ReadAnyImage(const Options & options, ReconstructSource & source)
{
  ImageInput input = ReadImageInput(options.files.input, options.image);
  source.series = input.series;
  source.digest = input.digest;
  source.units = input.series ? input.series->units : "";
  source.statement = "Restoration of reconstructed images";
  const bool isHounsfield = source.units == "HU";
  if (isHounsfield)
  {
    input.image = AboveAir(input.image, input.warnings);
    source.window = ValueWindow{airHounsfield, -airHounsfield};
  }
  RestorationMeasurement measurement;
  if (options.image.simulate)
  {
    ProgressDisplay display(options.run.progress);
    measurement = SimulateRestoration(input.image, SimulatedTask(options), options.noise.options, display.Callback());
    measurement.operatorNetwork = options.task.operatorNetwork;
    source.reference = isHounsfield ? VolumeFromTensor(TensorView(input.image) + airHounsfield, input.image.GetGrid())
                                    : ImagePart(input.image, "magnitude");
    source.statement = "Retrospective, from reconstructed images that were degraded: " + options.task.task;
  }
  else
  {
    const auto part = [](const std::string & path) { return path.empty() ? Volume() : ReadImage(path); };
    measurement = DescribeRestoration(
        input.image, options.task, part(options.degradation.mask), part(options.degradation.kernel));
  }
  if (isHounsfield)
  {
    TakeScaleOfPrior(options, measurement);
  }
  measurement.warnings.insert(measurement.warnings.begin(), input.warnings.begin(), input.warnings.end());
  return measurement;
}

RestorationMeasurement
ReadInput(const Options & options, ReconstructSource & source)
{
  if (!HasRestorationDescription(options.files.input))
  {
    return ReadAnyImage(options, source);
  }
  RestorationMeasurement measurement = ReadRestoration(options.files.input);
  measurement.operatorNetwork = options.task.operatorNetwork;
  return measurement;
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

/** One volume, from the input to its files. */
void
ReconstructOne(const CommandLine & line, Options & options)
{
  const Outputs outputs =
      CheckedOutputs(options.files,
                     options.posterior,
                     {options.degradation.mask, options.degradation.kernel, options.task.operatorNetwork},
                     options.run.overwrite,
                     true);
  ReconstructSource source = SourceOf(options.method, options.posterior, options.image.deterministicUids);
  RestorationMeasurement measurement = ReadInput(options, source);
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
  if (source.units == "HU")
  {
    estimate.mean = VolumeFromTensor(TensorView(estimate.mean) + airHounsfield, estimate.mean.GetGrid());
    estimate.samples = estimate.samples.IsEmpty()
                           ? estimate.samples
                           : VolumeFromTensor(TensorView(estimate.samples) + airHounsfield, estimate.samples.GetGrid());
  }
  FinishReconstruction(options.files, measurement.warnings, estimate, outputs, line, source);
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
  ForEachSeries(options.files, options.image, [&] { ReconstructOne(line, options); });
}
} // namespace tweedie
