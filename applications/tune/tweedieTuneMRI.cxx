// SPDX-License-Identifier: Apache-2.0
#include "tweedieDevice.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRISimulation.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieReconstructCommon.h"
#include "tweedieTuneCommand.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
/** Everything that tweedie tune mri can be told. */
struct Options
{
  TuneCommand common;
  MRISimulationOptions simulation;
  MRIClassicalOptions classical;
  PosteriorOptions posterior;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

bool
Options::Parse(CommandLine & line)
{
  for (const ClassicalMethodInfo & info : ClassicalMethods())
  {
    common.method.classical.emplace_back(info.name);
  }
  line.Add("Files", common.files);
  line.Add("Acquisition", simulation, {"seed"});
  line.Add("Search", common.search);
  line.Add("Method", common.method, {"noise"});
  line.Add(ClassicalHeading, classical, {"method", "noise", "threads", "device", "combine"});
  line.Add(PosteriorHeading, posterior, TuneCommand::Hidden());
  line.Add("Run", common.run);
  line.OfferPresets();
  line.Require({"image", "output"});
  line.AddExample("tweedie tune mri --image ch2.nii.gz --slices 64:72:8,116:124:8 --coils 8 --acceleration 4 --method "
                  "dds --prior brain-t1.safetensors --limit-calls 200 --budget 30 --output tuned-mri-dds.json");
  if (!line.Parse())
  {
    return false;
  }
  common.Finish(line, posterior);
  simulation.seed = common.search.MeasurementSeed();
  return true;
}

TuneTarget
ClassicalTarget(const Options & options, const std::shared_ptr<const MRISimulation> & measured)
{
  MRIClassicalOptions first = options.classical;
  first.method = options.common.method.method;
  first.device = options.common.method.device;
  TuneTarget target = TargetOf(first, options.common.given);
  target.reconstruct = [measured](const std::string & text, const ProgressCallback & progress)
  { return ReconstructClassical(measured->scan, OptionsFromText<MRIClassicalOptions>(text), progress); };
  return target;
}

TuneTarget
PosteriorTarget(const Options & options, const std::shared_ptr<const MRISimulation> & measured)
{
  const PosteriorOptions & first = options.posterior;
  const DenoiserPointer prior = LoadPrior(first.prior, DeviceFromName(first.device));
  TuneTarget target = TargetOf(first, options.common.given, options.common.search.limitCalls, prior);
  target.reconstruct = [measured](const std::string & text, const ProgressCallback & progress)
  { return ReconstructPosterior(measured->scan, OptionsFromText<PosteriorOptions>(text), progress); };
  return target;
}
} // namespace

void
RunTuneMRI(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  const Outputs outputs = options.common.Begin(options.posterior.prior);
  const auto measured =
      std::make_shared<MRISimulation>(SimulateMRI(TuningSlices(options.common.files), options.simulation));
  TuneTarget target =
      options.common.method.IsClassical() ? ClassicalTarget(options, measured) : PosteriorTarget(options, measured);
  target.task = "mri";
  target.truth = measured->reference;
  options.common.Run(target, options.posterior.prior, {OptionsText(options.simulation)}, outputs);
}
} // namespace tweedie
