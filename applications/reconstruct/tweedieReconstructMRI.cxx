// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFile.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieScanFile.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
struct CoilFiles
{
  std::string sensitivities;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("sensitivities", "coil maps, one channel per coil, in place of the scan's").Unit("FILE"),
            sensitivities);
  }
};

/** Everything that tweedie reconstruct mri can be told. */
struct Options
{
  ReconstructFiles files;
  CoilFiles scan;
  MethodOptions method;
  MRIClassicalOptions classical;
  PosteriorOptions posterior;
  RunOptions run;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

bool
Options::Parse(CommandLine & line)
{
  for (const ClassicalMethodInfo & info : ClassicalMethods())
  {
    method.classical.emplace_back(info.name);
  }
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples"};
  line.AddPositional("SCAN", "scan made by tweedie simulate, or any BART k-space (coils in dimension 3)", files.input);
  line.Add("Files", files);
  line.Add("Files", scan);
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, shared);
  line.Add(PosteriorHeading, posterior, shared);
  line.Add("Run", run);
  line.OfferPresets();
  line.Require({"output"});
  line.AddExample("tweedie reconstruct mri scan --method tv --output tv.nii.gz");
  line.AddExample("tweedie reconstruct mri scan --prior brain-t1.safetensors --samples 8 --output mean.nii.gz --std "
                  "std.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  std::vector<std::string> unused;
  for (const char * flag : {"lambda", "iterations", "tolerance"})
  {
    if (method.method == "zero-filled" && line.IsGiven(flag))
    {
      unused.emplace_back(flag);
    }
  }
  CheckMethodFlags(line, method, posterior, unused);
  ShareOptions(method, files, posterior);
  classical.method = method.method;
  classical.noise = method.noise;
  return true;
}

MRIScan
ReadInput(const Options & options)
{
  MRIScan scan = ReadScan(options.files.input);
  if (!options.scan.sensitivities.empty())
  {
    SetSensitivitiesFromFile(scan, options.scan.sensitivities);
  }
  return scan;
}

VolumeEstimate
Reconstruct(const MRIScan & scan, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  if (options.method.IsClassical())
  {
    return ReconstructClassical(scan, options.classical, display.Callback());
  }
  const Volume start = StartsFromImage(options.posterior) ? ReadImage(options.posterior.start) : Volume();
  return WithResumeHint(options.posterior,
                        [&] { return ReconstructPosterior(scan, options.posterior, display.Callback(), start); });
}
} // namespace

void
RunReconstructMRI(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  UseThreads(options.run.threads);
  const Outputs outputs =
      CheckedOutputs(options.files, options.posterior, {options.scan.sensitivities}, options.run.overwrite);
  const MRIScan scan = ReadInput(options);
  VolumeEstimate estimate = Reconstruct(scan, options);
  FinishReconstruction(options.files, scan.warnings, estimate, outputs, line);
}
} // namespace tweedie
