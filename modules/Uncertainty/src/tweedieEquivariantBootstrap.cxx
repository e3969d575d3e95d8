// SPDX-License-Identifier: Apache-2.0
#include "tweedieEquivariantBootstrap.h"

#include "tweedieError.h"
#include "tweedieImageSpread.h"
#include "tweedieMRIModel.h"
#include "tweedieRandom.h"
#include "tweedieReplicaLoop.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::uint64_t firstStream = std::uint64_t{65} << 32; // beside those of the replicas' noise

/** The motion of replica r: a pure function of the options. */
ImageMotion
MotionOf(const BootstrapOptions & options, std::int64_t r, const Grid & grid)
{
  const at::Tensor uniform =
      RandomStreams(static_cast<std::uint64_t>(options.replicaSeed), {firstStream + static_cast<std::uint64_t>(r)})
          .Uniform({5}, at::kDouble);
  const auto u = [&](std::int64_t i) { return uniform[0][i].item<double>(); };
  const auto shift = [&](std::int64_t i, std::int64_t size)
  { return std::llround((2.0 * u(i) - 1.0) * options.shift * static_cast<double>(size)); };
  ImageMotion motion;
  motion.flipY = options.flips && u(0) < 0.5;
  motion.flipX = options.flips && u(1) < 0.5;
  motion.shiftY = shift(2, grid.size.y);
  motion.shiftX = shift(3, grid.size.x);
  motion.angle = (2.0 * u(4) - 1.0) * options.rotation * pi / 180.0;
  return motion;
}

at::Tensor
Magnitudes(const Volume & volume)
{
  const at::Tensor x = TensorView(volume);
  return x.is_complex() ? x.abs() : x;
}

/** Basic bootstrap intervals of every pixel from its errors [n, ...]. */
void
SetInterval(BootstrapEstimate & result, const std::vector<at::Tensor> & errors, double level)
{
  const Grid & grid = result.estimate.mean.GetGrid();
  const at::Tensor sorted = std::get<0>(at::stack(errors).sort(0));
  const auto last = static_cast<double>(sorted.size(0) - 1);
  const auto quantile = [&](double p) { return sorted[std::llround(p * last)]; };
  const at::Tensor x = Magnitudes(result.estimate.mean);
  result.low = VolumeFromTensor(x - quantile(0.5 * (1.0 + level)), grid);
  result.high = VolumeFromTensor(x - quantile(0.5 * (1.0 - level)), grid);
}

template <typename TScan>
BootstrapEstimate
WithBootstrap(const TScan & scan,
              const BootstrapOptions & options,
              const Reconstruction<TScan> & reconstruct,
              const ProgressCallback & progress,
              const PlacedAs & put)
{
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  ValidateOptions(options);
  BootstrapEstimate result;
  VolumeEstimate & estimate = result.estimate;
  estimate = reconstruct(scan);
  const Grid & grid = estimate.mean.GetGrid();
  const double aspect = grid.spacing.y / grid.spacing.x;
  const std::string task = "bootstrap of " + estimate.summary.method;
  ImageSpread spread(estimate.mean);
  std::vector<at::Tensor> errors;
  for (std::int64_t r = 0; r < options.replicas; ++r)
  {
    const ImageMotion motion = MotionOf(options, r, grid);
    const Volume moved = VolumeFromTensor(Moved(TensorView(estimate.mean), motion, aspect), grid);
    const VolumeEstimate one = reconstruct(NoisyReplica(ScanOf(moved, scan), options.replicaSeed, r));
    const Volume back = VolumeFromTensor(MovedBack(TensorView(one.mean), motion, aspect), grid);
    const Volume placed = put(estimate.mean, back);
    spread.Add(placed);
    if (options.level > 0.0)
    {
      errors.push_back(Magnitudes(placed) - Magnitudes(estimate.mean));
    }
    ReportReplica(progress, task, r + 1, options.replicas, elapsed());
  }
  if (options.level > 0.0)
  {
    SetInterval(result, errors, options.level);
  }
  spread.DescribeErrors(estimate, DeviationKind::Replica, "equivariant bootstrap");
  estimate.summary.figures["shift-over-deviation"] = spread.ShiftOverDeviation();
  estimate.summary.seed = static_cast<std::uint64_t>(options.replicaSeed);
  estimate.summary.wallSeconds = elapsed();
  return result;
}
} // namespace

void
BootstrapOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("replicas", "moved measurements of the estimate, each reconstructed").Range(2, 1e6), replicas);
  v.Visit(Field("replica-seed", "of motions and noise").Range(0), replicaSeed);
  v.Visit(Field("bootstrap-shift", "bootstrap: largest shift, as a share of a side").Range(0.0, 0.5), shift);
  v.Visit(Field("bootstrap-rotation", "bootstrap: largest rotation").Unit("degrees").Range(0.0, 45.0), rotation);
  v.Visit(Field("bootstrap-flips", "bootstrap: mirror at random"), flips);
  v.Visit(Field("bootstrap-level", "bootstrap: level of the intervals of pixels; 0: none").Range(0.0, 0.999), level);
}

BootstrapEstimate
ReconstructWithBootstrap(const MRIScan & scan,
                         const BootstrapOptions & options,
                         const Reconstruction<MRIScan> & reconstruct,
                         const ProgressCallback & progress)
{
  RequireOneMapSet(scan, "bootstrap"); // an image that moved has left the pixels in which its sets have maps
  return WithBootstrap(scan, options, reconstruct, progress, PlacedAsItIs);
}

BootstrapEstimate
ReconstructWithBootstrap(const CTScan & scan,
                         const BootstrapOptions & options,
                         const Reconstruction<CTScan> & reconstruct,
                         const ProgressCallback & progress)
{
  return WithBootstrap(scan, options, reconstruct, progress, PlacedAsItIs);
}

BootstrapEstimate
ReconstructWithBootstrap(const PhaseScan & scan,
                         const BootstrapOptions & options,
                         const Reconstruction<PhaseScan> & reconstruct,
                         const ProgressCallback & progress)
{
  BootstrapOptions allowed = options;
  if (scan.experiment == PhaseExperiment::Fourier)
  {
    allowed.flips = false;
    allowed.shift = allowed.rotation = 0.0;
  }
  return WithBootstrap(scan, allowed, reconstruct, progress, PlacedByPhase(scan));
}
} // namespace tweedie
