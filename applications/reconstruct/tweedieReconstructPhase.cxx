// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweediePhaseClassical.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseScanFile.h"
#include "tweediePhaseText.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <algorithm>

namespace tweedie
{
namespace
{
/** Everything that tweedie reconstruct phase can be told. */
struct Options
{
  ReconstructFiles files;
  PhaseReadOptions scan;
  MethodOptions method;
  PhaseClassicalOptions classical;
  PhasePosteriorOptions posterior;
  RunOptions run;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);

  /** Whether --start names a classical method. */
  bool
  StartsFromMethod() const
  {
    const auto & names = method.classical;
    return std::find(names.begin(), names.end(), posterior.start) != names.end();
  }
};

bool
Options::Parse(CommandLine & line)
{
  for (const PhaseClassicalRow & row : PhaseClassicalTable())
  {
    method.classical.emplace_back(row.name);
  }
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples", "keep-starts"};
  line.AddPositional("PATTERNS",
                     "diffraction patterns: .cxi, .nxs or .h5, or an image with the description that tweedie simulate "
                     "phase wrote beside it",
                     files.input);
  line.Add("Files", files, {"null-space"});
  line.Add("Patterns, where the file does not say it or is wrong", scan);
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, shared);
  line.Add(PosteriorHeading, posterior, {"method", "noise", "threads", "device", "keep-samples", "null-space"});
  line.Add("Run", run);
  line.OfferPresets();
  line.Require({"output"});
  line.AddExample("tweedie reconstruct phase coded.cxi --method hio --output object.nii.gz");
  line.AddExample("tweedie reconstruct phase coded.cxi --prior head-ct.safetensors --samples 8 --output mean.nii.gz "
                  "--std std.nii.gz --report report.html");
  line.AddExample("tweedie reconstruct phase far.cxi --prior head-ct.safetensors --start hio --start-sigma 0.3 "
                  "--output mean.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  std::vector<std::string> unused;
  CheckMethodFlags(line, method, posterior, unused);
  ShareOptions(method, files, posterior);
  classical.method = method.IsClassical() ? method.method : classical.method;
  return true;
}

/** Ends of a classical method, a channel for each chain, or the image of a file. */
Volume
StartImage(const PhaseScan & scan, const Options & options, ProgressDisplay & display)
{
  if (!StartsFromImage(options.posterior))
  {
    return {};
  }
  if (!options.StartsFromMethod())
  {
    return ReadImage(options.posterior.start);
  }
  PhaseClassicalOptions classical = options.classical;
  classical.method = options.posterior.start;
  classical.keepStarts = true;
  return ReconstructPhaseClassical(scan, classical, display.Callback()).samples;
}

VolumeEstimate
Reconstruct(const PhaseScan & scan, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  if (options.method.IsClassical())
  {
    return ReconstructPhaseClassical(scan, options.classical, display.Callback());
  }
  const Volume start = StartImage(scan, options, display);
  return WithResumeHint(options.posterior,
                        [&] { return ReconstructPhasePosterior(scan, options.posterior, display.Callback(), start); });
}
} // namespace

void
RunReconstructPhase(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  UseThreads(options.run.threads);
  const Outputs outputs = CheckedOutputs(options.files,
                                         options.posterior,
                                         {options.scan.mask, options.scan.codes, options.scan.support},
                                         options.run.overwrite,
                                         true);
  ReconstructSource source = SourceOf(options.method, options.posterior, false);
  const PhaseScan scan = ReadPhaseScan(options.files.input, options.scan);
  Print(options.files.input + ": " + PhaseText(scan) + "\n");
  VolumeEstimate estimate = Reconstruct(scan, options);
  FinishReconstruction(options.files, {}, estimate, outputs, line, source);
}
} // namespace tweedie
