// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieHeldOutSlices.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieSimulatedRun.h"
#include "tweedieSimulatedScore.h"
#include "tweedieSliceSelection.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

namespace tweedie
{
namespace
{
std::vector<SimulatedMethod>
MethodsOf(const SimulatedKind & kind, const SimulatedOptions & options)
{
  const std::vector<std::string> classical = kind.ClassicalNames();
  std::vector<SimulatedMethod> methods;
  std::set<std::string> seen;
  for (const std::string & name : options.methods.empty() ? std::vector<std::string>{"daps"} : options.methods)
  {
    if (!seen.insert(name).second)
    {
      throw UsageError("--method: given " + name + " twice; required once");
    }
    SimulatedMethod method{name};
    method.isClassical = std::find(classical.begin(), classical.end(), name) != classical.end();
    if (method.isClassical && name != "gaussian-field") // which draws from its posterior
    {
      method.replicas = options.replicas;
    }
    else
    {
      if (!method.isClassical)
      {
        MakeEstimator(name); // throws for an unknown one
      }
      method.samples = options.samples;
    }
    methods.push_back(method);
  }
  return methods;
}

/** Every second slice, the first among them: neighbours are alike, so that both parts are slices of the same kind. */
std::vector<std::int64_t>
EverySecond(const std::vector<std::int64_t> & slices)
{
  std::vector<std::int64_t> chosen;
  for (std::size_t i = 0; i < slices.size(); i += 2)
  {
    chosen.push_back(slices[i]);
  }
  return chosen;
}

void
PlanCalibration(const SimulatedOptions & options, std::int64_t available, SimulatedPlan & plan)
{
  if (options.calibrate.empty())
  {
    return;
  }
  plan.calibrationSlices =
      options.calibrationSlices.empty() ? EverySecond(plan.slices) : SliceList(options.calibrationSlices, available);
  for (const std::int64_t slice : plan.calibrationSlices)
  {
    if (std::find(plan.slices.begin(), plan.slices.end(), slice) == plan.slices.end())
    {
      throw UsageError("--calibration-slices: given " + std::to_string(slice) + "; required some of --slices");
    }
  }
  const auto cases = static_cast<std::int64_t>(plan.calibrationSlices.size()) * options.seeds;
  const std::vector<double> standard{0.5, 0.8, 0.9, 0.95};
  const bool isAsked = !options.levels.empty();
  const std::vector<double> & levels = isAsked ? options.levels : standard;
  plan.levels = FeasibleLevels(levels, cases, isAsked);
  for (const double level : levels)
  {
    if (std::find(plan.levels.begin(), plan.levels.end(), level) == plan.levels.end())
    {
      plan.notCalibrated.push_back("Conformal intervals of " + PlainNumber(100.0 * level) +
                                   " %: " + std::to_string(cases) + " calibration cases cannot promise them.");
    }
  }
  if (plan.calibrationSlices.size() == plan.slices.size())
  {
    throw UsageError("--calibration-slices: given all of --slices; required others beside them to test on");
  }
}

Volume
ReadRegions(const SimulatedKind & kind, const SimulatedOptions & options, const Volume & image, SimulatedPlan & plan)
{
  const Volume labels = SelectSlices(ReadImage(options.roi), options.axis, "");
  const auto text = [](const Axes<std::int64_t> & size)
  { return std::to_string(size.x) + " x " + std::to_string(size.y) + " x " + std::to_string(size.z); };
  const Axes<std::int64_t> given = labels.GetGrid().size, required = image.GetGrid().size;
  if (text(given) != text(required) || labels.IsComplex() || labels.Channels() != 1)
  {
    throw DataError(options.roi + ": given " + text(given) + " voxels; required a label for each voxel of the image, " +
                    text(required));
  }
  const Volume chosen = kind.Prepared(TakeSlices(labels, plan.slices));
  const at::Tensor shown = TensorView(plan.image);
  // what is certainly background, whatever the kind's own rule
  const at::Tensor object = shown.gt(shown.amin() + 0.02 * (shown.amax() - shown.amin()));
  if (!TensorView(chosen).round().gt(0).logical_and(object).any().item<bool>())
  {
    throw DataError(options.roi + ": given only background in the slices; required labels above 0 in the object");
  }
  return chosen;
}
} // namespace

void
SimulatedOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("image", "image to simulate from, whose slices the prior never saw").Reads(PathKind::Image), image);
  v.Visit(Field("prior", "model file").Reads(PathKind::File), prior);
  v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}), axis);
  v.Visit(
      Field("slices", "from 0, both ends included; if not given: those that the prior's card held out").Unit("RANGES"),
      slices);
  v.Visit(Field("limit", "slices at most, evenly chosen; 0: all").Range(0), limit);
  v.Visit(Field("seeds", "repetitions of each slice with another mask and noise").Range(1, 1000), seeds);
  v.Visit(
      Field("method",
            "how to reconstruct, by posterior samples or a classical method; repeat for several; if not given: daps")
          .Unit("NAME"),
      methods);
  v.Visit(Field("samples", "of a posterior method in each case; 15 and 31 have ranks that divide well").Range(1, 10000),
          samples);
  v.Visit(Field("replicas", "reconstructions with new noise behind the deviation of a classical method; 0: none")
              .Range(0, 10000),
          replicas);
  v.Visit(Field("roi", "labels 1, 2, ... of regions on the image's grid; if not given: the object and its quarters")
              .Reads(PathKind::Labels),
          roi);
  v.Visit(Field("unseen", "the prior was not trained on this image, whatever its card says of slices"), unseen);
  v.Visit(Field("output", "folder for report.html, report.pdf, validation.json and tables; goes on where it stopped")
              .Writes(PathKind::Folder),
          output);
  v.Visit(Field("calibrate",
                "scale intervals on some of the slices, test them on the others, and write FILE-METHOD-KIND.json")
              .Writes(PathKind::File),
          calibrate);
  v.Visit(Field("calibration-slices", "those of --slices that calibrate; if not given: every second").Unit("RANGES"),
          calibrationSlices);
  v.Visit(Field("level", "of calibrated intervals; if not given: 0.5, 0.8, 0.9, 0.95, as far as the cases suffice")
              .Range(0.05, 0.95),
          levels);
}

SimulatedPlan
PlanSimulated(SimulatedKind & kind, const SimulatedOptions & options)
{
  if (options.samples < 2)
  {
    throw UsageError("--samples: given 1; required two or more: one says nothing of its deviation");
  }
  SimulatedPlan plan;
  plan.methods = MethodsOf(kind, options);
  const auto prior = LoadPrior(options.prior, c10::Device(c10::DeviceType::CPU));
  const ModelCard & card = prior->Card();
  if (kind.Name() == "ct" && !card.hounsfieldAtOne)
  {
    throw DataError(options.prior + ": not trained on Hounsfield units; required a prior of CT (tweedie train "
                                    "--hounsfield)");
  }
  const Volume image = SelectSlices(ReadImage(options.image), options.axis, "");
  if (image.IsComplex() || image.Channels() != 1)
  {
    throw DataError(options.image + ": given " + std::to_string(image.Channels()) +
                    (image.IsComplex() ? " complex" : "") + " channels; required one, real");
  }
  const std::int64_t available = image.GetGrid().size.z;
  const std::string ranges = options.slices.empty() ? HeldOutOf(card).ranges : options.slices;
  if (ranges.empty())
  {
    throw UsageError("--slices: not given, and the prior's card names none that were held out; required slices");
  }
  plan.slices = Limited(SliceList(ranges, available), options.limit);
  RequireHeldOut(card, plan.slices, options.axis, available, options.unseen);
  PlanCalibration(options, available, plan);
  plan.image = kind.Prepared(TakeSlices(image, plan.slices));
  if (!options.roi.empty())
  {
    plan.roi = ReadRegions(kind, options, image, plan);
  }
  plan.imageDigest = FileSha256(options.image);
  plan.priorDigest = FileSha256(options.prior);
  plan.priorScope = card.data + "; held out: " + card.heldOut;
  kind.Posterior().prior = options.prior;
  return plan;
}

ProtocolFacts
ProtocolOf(const SimulatedKind & kind, const SimulatedPlan & plan, const SimulatedMethod & method)
{
  const ProtocolFacts measured = kind.Facts(plan.image.GetGrid());
  if (method.isClassical)
  {
    return measured + ProtocolFacts{{"method", method.name},
                                    {"replicas", std::to_string(method.replicas)},
                                    {"samples", std::to_string(method.samples)}};
  }
  PosteriorOptions options = kind.Posterior();
  options.method = method.name;
  options.samples = method.samples;
  return measured + PosteriorFacts(options, plan.priorDigest);
}
} // namespace tweedie
