// SPDX-License-Identifier: Apache-2.0
// What a report on a scan flags, with a learned prior and simulated scans of slices that it never saw: how often the
// right set-up is flagged, and how often each of five wrong ones is.
//
//    TweedieFlagPower BRAIN PRIOR OTHER [runs]     10 runs: half an hour of two cores
#include "tweedieAvailableCores.h"
#include "tweedieDataValidation.h"
#include "tweedieImageFile.h"
#include "tweedieLesionScan.h"
#include "tweedieMRISimulation.h"
#include "tweedieMRIStudy.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieSliceSelection.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double noise = 0.02; // of an image whose 99.9th percentile is 1
constexpr double wrongNoise = 1.5;
constexpr double contrastToNoise = 5.0;
constexpr double lesionDiameter = 5.0; // mm

PosteriorOptions
Posterior(const std::string & prior)
{
  PosteriorOptions options;
  options.method = "daps";
  options.steps = 40; // as tweedie validate data has it
  options.prior = prior;
  return options;
}

/** The whole report, or what can be judged of eight samples: nothing is left out or done with twice the steps. */
DataValidationOptions
Checks(std::int64_t seed, bool isWhole)
{
  DataValidationOptions options;
  options.classical = false;
  options.seed = seed;
  if (!isWhole)
  {
    options.samples = 8;
    options.folds = 0;
    options.doubleSamples = 0;
  }
  return options;
}

MRIScan
Simulated(const Volume & image, std::int64_t slice, std::int64_t seed)
{
  MRISimulationOptions options; // 8 coils, acceleration 4
  options.noise = noise;
  options.seed = seed;
  return SimulateMRI(SelectSlices(image, "axial", std::to_string(slice)), options).scan;
}

/** Maps of the first two coils in each other's place. */
MRIScan
WithSwappedCoils(MRIScan scan)
{
  scan.sensitivities = scan.sensitivities.Clone();
  std::complex<float> * const maps = scan.sensitivities.ComplexData();
  const auto pixels = scan.sensitivities.GetGrid().NumberOfVoxels();
  std::swap_ranges(maps, maps + pixels, maps + pixels);
  return scan;
}

std::string
Flags(const DataValidation & result)
{
  std::string flags;
  for (const Verdict & verdict : result.verdicts)
  {
    flags += verdict.state == VerdictState::Failed ? " " + verdict.key : "";
  }
  return flags;
}

/** A lesion in the middle of the measured head that the samples, of the scan without it, do not have: whether the
 * structure of the residual is above what the least of three p-values is held against (Holm 1979, 1 % in all). */
std::string
FlagsOfMissingLesion(const MRIStudy & study, const Volume & samples, std::int64_t seed)
{
  constexpr double level = 0.01 / 3.0;
  const auto scan = MakeLesionScan(study, "");
  const Grid grid = scan->ImageGrid();
  LesionInsert insert;
  insert.center =
      PointOfIndex(grid, {0.4 * static_cast<double>(grid.size.x), 0.45 * static_cast<double>(grid.size.y), 0.0});
  insert.diameter = lesionDiameter;
  const at::Tensor signal = contrastToNoise * noise * scan->Measured(insert);
  const MRIStudy with(ScanWithSignal(study.Scan(), signal), study.Options());
  const double p = AuditResiduals(with, with.Images(samples), seed).pOfStructure;
  return p < level ? " structure-of-residual" : "";
}

struct Tally
{
  int flagged = 0;

  void
  Add(const std::string & name, std::int64_t run, const std::string & flags)
  {
    std::printf("run %2d  %-26s%s\n", static_cast<int>(run), name.c_str(), flags.empty() ? " -" : flags.c_str());
    std::fflush(stdout);
    flagged += flags.empty() ? 0 : 1;
  }
};

void
RunAll(const std::string & brain, const std::string & priorFile, const std::string & other, std::int64_t runs)
{
  constexpr std::int64_t firstHeldOut = 80, lastHeldOut = 111; // axial slices that the card says were never seen
  const ThreadScope threads(AvailableCores());
  const Volume image = ReadImage(brain);
  const Volume macaque = ReadImage(other);
  const std::int64_t middle = macaque.GetGrid().size.z / 2;
  const auto prior = LoadPrior(priorFile, at::Device(at::kCPU));
  const PosteriorOptions posterior = Posterior(priorFile);
  std::vector<std::string> names{
      "right", "noise stated x 1.5", "noise stated / 1.5", "two coil maps swapped", "macaque", "lesion left out"};
  std::map<std::string, Tally> tallies;
  for (std::int64_t run = 1; run <= runs; ++run)
  {
    const auto add = [&](std::size_t row, const std::string & flags)
    { tallies[names[row]].Add(names[row], run, flags); };
    const auto judge = [&](std::size_t row, MRIScan scan)
    { add(row, Flags(ValidateData(MRIStudy(std::move(scan), posterior), Checks(run, false), prior.get()))); };
    const std::int64_t slice =
        firstHeldOut + (run - 1) * (lastHeldOut - firstHeldOut) / std::max<std::int64_t>(runs - 1, 1);
    const MRIScan scan = Simulated(image, slice, run);
    const MRIStudy study(scan, posterior);
    const DataValidation right = ValidateData(study, Checks(run, true), prior.get());
    add(0, Flags(right));
    MRIScan louder = scan, quieter = scan;
    louder.noise = *scan.noise * wrongNoise;
    quieter.noise = *scan.noise / wrongNoise;
    judge(1, louder);
    judge(2, quieter);
    judge(3, WithSwappedCoils(scan));
    judge(4, Simulated(macaque, middle - 10 + 2 * run, run));
    add(5, FlagsOfMissingLesion(study, right.estimate.samples, run));
  }
  std::printf("\nflagged in %d runs\n", static_cast<int>(runs));
  for (const std::string & name : names)
  {
    std::printf("%-26s %d\n", name.c_str(), tallies[name].flagged);
  }
}
} // namespace
} // namespace tweedie

int
main(int argc, char ** argv)
{
  if (argc < 4 || argc > 5)
  {
    std::fprintf(stderr, "usage: TweedieFlagPower BRAIN PRIOR OTHER [runs]\n");
    return 1;
  }
  try
  {
    tweedie::RunAll(argv[1], argv[2], argv[3], argc > 4 ? std::max(std::atoi(argv[4]), 1) : 10);
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
