// SPDX-License-Identifier: Apache-2.0
#include "tweedieCentralWindow.h"
#include "tweedieError.h"
#include "tweedieReconstructCommon.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"
#include "tweedieTuneCommand.h"
#include "tweedieVerbTable.h"

#include <cmath>

namespace tweedie
{
namespace
{
struct WindowOptions
{
  std::vector<double> size;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("size", "central part of each slice; all of it, cut to multiples of 8, if not given")
                .Unit("X,Y")
                .Range(1, 1e6),
            size);
  }
};

/** Everything that tweedie tune restoration can be told. */
struct Options
{
  TuneCommand common;
  WindowOptions window;
  RestorationTaskOptions task;
  RestorationNoiseOptions noise;
  RestorationVolumeOptions classical;
  RestorationPosteriorOptions posterior;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

bool
Options::Parse(CommandLine & line)
{
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    common.method.classical.emplace_back(row.name);
  }
  line.Add("Files", common.files);
  line.Add("Files", window);
  line.Add("Degradation", task, {"seed"});
  line.Add("Degradation", noise);
  line.Add("Search", common.search);
  line.Add("Method", common.method, {"noise"});
  line.Add(ClassicalHeading, classical, {"method", "noise", "threads", "device", "variance", "probes"});
  line.Add(PosteriorHeading, posterior, TuneCommand::Hidden());
  line.Add("Run", common.run);
  line.OfferPresets();
  line.Require({"image", "task", "output"});
  line.AddExample("tweedie tune restoration --image ch2.nii.gz --slices 64:72:8,116:124:8 --task sr --noise 0.05 "
                  "--method dps --prior brain-t1.safetensors --limit-calls 200 --budget 30 --output tuned-sr-dps.json");
  line.AddExample("tweedie reconstruct restoration low.nii.gz --preset tuned-sr-dps.json --prior brain-t1.safetensors "
                  "--output mean.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  common.Finish(line, posterior);
  task.seed = common.search.MeasurementSeed();
  if (posterior.variance > 0.0)
  {
    classical.variance = posterior.variance; // one flag: it means the same
  }
  return true;
}

Volume
Truth(const Options & options)
{
  const Volume slices = TuningSlices(options.common.files);
  const auto & size = slices.GetGrid().size;
  const std::vector<double> & window = options.window.size;
  if (window.empty())
  {
    return CentralWindow(slices, size.y / 8 * 8, size.x / 8 * 8);
  }
  if (window.size() != 2)
  {
    throw UsageError("--size: given other than two positive integers; required X,Y in pixels");
  }
  return CentralWindow(slices, std::llround(window[1]), std::llround(window[0]));
}

TuneTarget
ClassicalTarget(const Options & options, const std::shared_ptr<const RestorationMeasurement> & measurement)
{
  RestorationVolumeOptions first = options.classical;
  first.method = options.common.method.method;
  first.device = options.common.method.device;
  first.probes = 0; // the mean is what is judged
  TuneTarget target = TargetOf(first, options.common.given);
  const std::string searched = FindRestorationClassical(first.method).searched;
  auto & settings = target.settings;
  settings.erase(std::remove_if(settings.begin(),
                                settings.end(),
                                [&](const SearchedSetting & setting) { return setting.name != searched; }),
                 settings.end());
  target.reconstruct = [measurement](const std::string & text, const ProgressCallback & progress)
  { return RestoreClassical(*measurement, OptionsFromText<RestorationVolumeOptions>(text), progress); };
  return target;
}

TuneTarget
PosteriorTarget(const Options & options, const std::shared_ptr<const RestorationMeasurement> & measurement)
{
  RestorationPosteriorOptions first = options.posterior;
  const auto prior = LoadRestorationPrior(*measurement, first);
  TuneTarget target = TargetOf(first, options.common.given, options.common.search.limitCalls, prior);
  target.reconstruct = [measurement, prior](const std::string & text, const ProgressCallback & progress)
  { return ReconstructRestoration(*measurement, prior, OptionsFromText<RestorationPosteriorOptions>(text), progress); };
  return target;
}
} // namespace

void
RunTuneRestoration(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  const Outputs outputs = options.common.Begin(options.posterior.prior);
  const Volume truth = Truth(options);
  const auto measurement =
      std::make_shared<RestorationMeasurement>(SimulateRestoration(truth, options.task, options.noise));
  TuneTarget target = options.common.method.IsClassical() ? ClassicalTarget(options, measurement)
                                                          : PosteriorTarget(options, measurement);
  target.task = options.task.task;
  target.truth = truth;
  options.common.Run(target, options.posterior.prior, {OptionsText(options.task), OptionsText(options.noise)}, outputs);
}
} // namespace tweedie
