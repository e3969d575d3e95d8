// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweediePhaseAlignment.h"
#include "tweediePhaseClassical.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseScanFile.h"
#include "tweediePhaseText.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieReconstructDeviation.h"
#include "tweedieReconstructIntervals.h"
#include "tweedieScanProtocol.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <sstream>

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
  DeviationOptions deviation;
  ReconstructIntervals intervals;
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
  AddDeviationFlags(line, deviation);
  line.Add("Intervals", intervals);
  line.Add("Run", run);
  OfferPresetsAndResults(line);
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
  CheckDeviationFlags(line, deviation, method, posterior);
  CheckMethodFlags(line, method, posterior, unused);
  ShareOptions(method, files, posterior);
  CheckIntervalFlags(line, intervals, method, files, posterior);
  classical.method = method.IsClassical() ? method.method : classical.method;
  return true;
}

/** Ends of a classical method, a channel for each chain, or the image of a file. */
Volume
StartImage(const PhaseScan & scan, const Options & options, const ProgressCallback & progress)
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
  return ReconstructPhaseClassical(scan, classical, progress).samples;
}

VolumeEstimate
ReconstructOnce(const PhaseScan & scan, const Options & options, const ProgressCallback & progress)
{
  if (options.method.IsClassical())
  {
    return ReconstructPhaseClassical(scan, options.classical, progress);
  }
  const Volume start = StartImage(scan, options, progress);
  return WithResumeHint(options.posterior,
                        [&] { return ReconstructPhasePosterior(scan, options.posterior, progress, start); });
}

VolumeEstimate
Reconstruct(const PhaseScan & scan, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  return ReconstructWithDeviation(
      scan,
      options.deviation,
      [&](const PhaseScan & one, const ProgressCallback & progress) { return ReconstructOnce(one, options, progress); },
      [&](VolumeEstimate &)
      {
        throw UsageError("--deviation: given analytic for method " + options.method.method +
                         "; required replica or bootstrap: no formula is known for phase retrieval");
      },
      display.Callback());
}

/** Names a classical result by its method, and puts it as the estimate stands. */
EstimatePicture
BestClassical(const PhaseScan & scan, const Options & options, const VolumeEstimate & estimate)
{
  constexpr std::int64_t fewStarts = 4;
  EstimatePicture best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::string method : {"hio", "raar", "er"})
  {
    PhaseClassicalOptions classical = options.classical;
    classical.method = method;
    classical.starts = fewStarts;
    classical.totalVariation = scan.noise.has_value() || scan.isCounts;
    const VolumeEstimate found = ReconstructPhaseClassical(scan, classical);
    if (found.summary.figures.at("residual") < least)
    {
      least = found.summary.figures.at("residual");
      best = {found.summary.method, found.mean, false};
    }
  }
  const at::Tensor reference = SliceBatch(estimate.mean);
  best.image = VolumeFromSliceBatch(
      AlignPhases(reference, SliceBatch(best.image).to(reference.scalar_type()), AmbiguitiesOf(scan)).image,
      scan.object);
  return best;
}

std::string
ModesText(const Summary & summary)
{
  std::ostringstream text;
  text.precision(3);
  const auto figure = [&](const char * name)
  {
    const auto found = summary.figures.find(name);
    return found == summary.figures.end() ? std::nullopt : std::optional<double>(found->second);
  };
  if (const auto flipped = figure("mode-share-flipped"))
  {
    text << "Share of the two modes: " << 100.0 * (1.0 - *flipped) << " % of the ends stood this way, "
         << 100.0 * *flipped << " % flipped (point-reflected); they were turned before they were averaged. ";
  }
  if (const auto kept = figure("samples-kept"))
  {
    text << 100.0 * *kept << " % of the samples fit the data and were kept. ";
  }
  return text.str();
}

/** What stands beside a posterior in the report: the pattern, and the best of the classical methods. */
void
AddPictures(const PhaseScan & scan,
            const Options & options,
            const VolumeEstimate & estimate,
            ReconstructSource & source)
{
  const Grid & grid = scan.patterns.GetGrid();
  source.beside.push_back({"first pattern", VolumeFromTensor(TensorView(scan.patterns).narrow(0, 0, 1), grid), true});
  source.besideCaption = "The detector's pattern over four decades";
  if (!options.method.IsClassical())
  {
    source.beside.push_back(BestClassical(scan, options, estimate));
    source.besideCaption += ", and of hybrid input-output, relaxed reflections and error reduction the end of the "
                            "least residual, aligned with the mean";
  }
  source.besideCaption += ". " + ModesText(estimate.summary);
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
  Outputs outputs = CheckedOutputs(options.files,
                                   options.posterior,
                                   {options.scan.mask, options.scan.codes, options.scan.support},
                                   options.run.overwrite,
                                   true);
  AddIntervalOutputs(options.intervals, outputs);
  ReconstructSource source = SourceOf(options.method, options.posterior, false);
  PhaseScan scan = ReadPhaseScan(options.files.input, options.scan);
  if (options.method.noise && !scan.isCounts)
  {
    scan.noise = options.method.noise;
  }
  const Intervals intervals =
      ReadReconstructIntervals(options.intervals, options.posterior, scan.object, [&] { return ScanFacts(scan); });
  VolumeEstimate estimate = Reconstruct(scan, options);
  Print(options.files.input + ": " + PhaseText(scan) + "\n");
  if (!options.files.report.empty())
  {
    AddPictures(scan, options, estimate, source);
  }
  AddIntervals(options.intervals, intervals, estimate, source);
  FinishReconstruction(options.files, {}, estimate, outputs, line, source);
}
} // namespace tweedie
