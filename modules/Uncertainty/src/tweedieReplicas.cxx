// SPDX-License-Identifier: Apache-2.0
#include "tweedieReplicas.h"

#include "tweedieCTModel.h"
#include "tweedieCountNumbers.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieImageSpread.h"
#include "tweedieMRIModel.h"
#include "tweediePhaseModel.h"
#include "tweedieRandom.h"
#include "tweedieRayVariance.h"
#include "tweedieReplicaLoop.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr std::uint64_t firstStream = std::uint64_t{64} << 32; // simulations of the same seed use lower ones

RandomStreams
StreamOf(std::int64_t seed, std::int64_t replica)
{
  return {static_cast<std::uint64_t>(seed), {firstStream + static_cast<std::uint64_t>(replica)}};
}

at::Tensor
NormalLike(const at::Tensor & x, RandomStreams & random)
{
  return random.NormalLike(x.unsqueeze(0)).squeeze(0);
}

at::Tensor
PoissonOf(const at::Tensor & means, RandomStreams & random)
{
  return DrawPoisson(means.to(at::kDouble).clamp_min(0.0).unsqueeze(0), random).squeeze(0);
}

/** The estimate and its replicas, the latter as the former stands. */
template <typename TScan>
VolumeEstimate
WithReplicas(const TScan & scan,
             const ReplicaOptions & options,
             const Reconstruction<TScan> & reconstruct,
             const ProgressCallback & progress,
             const PlacedAs & put)
{
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  ValidateOptions(options);
  VolumeEstimate estimate = reconstruct(scan);
  const std::string task = "replicas of " + estimate.summary.method;
  ImageSpread spread(estimate.mean);
  const Volume & whole = estimate.sets.IsEmpty() ? estimate.mean : estimate.sets;
  const TScan source = options.replicaAround == "estimate" ? ScanOf(whole, scan) : scan;
  for (std::int64_t r = 0; r < options.replicas; ++r)
  {
    const VolumeEstimate one = reconstruct(NoisyReplica(source, options.replicaSeed, r));
    spread.Add(put(estimate.mean, one.mean));
    ReportReplica(progress, task, r + 1, options.replicas, elapsed());
  }
  spread.Describe(estimate, DeviationKind::Replica, "replicas");
  const double shift = spread.ShiftOverDeviation();
  estimate.summary.figures["shift-over-deviation"] = shift;
  if (shift > 0.5 + 1.0 / std::sqrt(static_cast<double>(options.replicas)))
  {
    estimate.summary.warnings.push_back(
        "the mean of the replicas is " + NumberText(shift) +
        " of their deviations away from the estimate: the method is not linear" +
        (options.replicaAround == "estimate" ? "" : ", and --replica-around estimate may serve it better"));
  }
  estimate.summary.seed = static_cast<std::uint64_t>(options.replicaSeed);
  estimate.summary.wallSeconds = elapsed();
  return estimate;
}
} // namespace

void
ReplicaOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("replicas", "measurements with new noise, each reconstructed").Range(2, 1e6), replicas);
  v.Visit(Field("replica-around",
                "what the new noise is added to: the measurement, or the one that the model makes of the estimate, for "
                "methods that fit the data to the noise level")
              .Choices({"measurement", "estimate"}),
          replicaAround);
  v.Visit(Field("replica-seed", "of their noise").Range(0), replicaSeed);
}

MRIScan
NoisyReplica(const MRIScan & scan, std::int64_t seed, std::int64_t replica)
{
  if (!scan.noise)
  {
    throw UsageError("--noise: not given for a scan that does not say it; required for replicas");
  }
  RandomStreams random = StreamOf(seed, replica);
  MRIScan noisy = scan;
  const at::Tensor y = TensorView(scan.kspace);
  const at::Tensor noise = NormalLike(y, random) * (*scan.noise / std::sqrt(2.0));
  noisy.kspace =
      VolumeFromTensor(IsCartesian(scan) ? y + noise * TensorView(scan.mask) : y + noise, scan.kspace.GetGrid());
  return noisy;
}

CTScan
NoisyReplica(const CTScan & scan, std::int64_t seed, std::int64_t replica)
{
  RandomStreams random = StreamOf(seed, replica);
  CTScan noisy = scan;
  const at::Tensor y = TensorView(scan.projections).to(at::kDouble);
  at::Tensor fresh;
  if (scan.isCounts)
  {
    fresh = y - y.clamp_min(0.0) + PoissonOf(y, random); // electronic noise may have left less than nothing
    fresh = scan.electronic > 0.0 ? fresh + NormalLike(y, random) * scan.electronic : fresh;
  }
  else
  {
    fresh = y + NormalLike(y, random) * RayVariance(scan, y).sqrt();
  }
  noisy.projections = VolumeFromTensor(fresh, scan.projections.GetGrid());
  return noisy;
}

PhaseScan
NoisyReplica(const PhaseScan & scan, std::int64_t seed, std::int64_t replica)
{
  if (!scan.isCounts && !scan.noise)
  {
    throw UsageError("--noise: not given for amplitudes that do not say it; required for replicas");
  }
  RandomStreams random = StreamOf(seed, replica);
  PhaseScan noisy = scan;
  const at::Tensor b = TensorView(scan.patterns).to(at::kDouble);
  const at::Tensor fresh =
      scan.isCounts ? PoissonOf(b, random) : (b + NormalLike(b, random) * *scan.noise).clamp_min(0.0);
  noisy.patterns = VolumeFromTensor(fresh, scan.patterns.GetGrid());
  return noisy;
}

MRIScan
ScanOf(const Volume & image, const MRIScan & like)
{
  MRIScan scan = like;
  const auto model = MakeMRIModel(like);
  scan.kspace = VolumeFromSliceBatch(
      model->Forward(model->DomainShape()[1] > 1 ? TensorView(image).unsqueeze(0) : SliceBatch(image)),
      like.kspace.GetGrid());
  return scan;
}

CTScan
ScanOf(const Volume & image, const CTScan & like)
{
  CTScan scan = like;
  const CTModel model(like, image.GetGrid());
  const at::Tensor lines = model.Projector()->Forward(model.ImageBatch(image)).to(at::kDouble);
  const at::Tensor data = like.isCounts ? (-lines).exp() * *like.photons + like.scatter : lines;
  scan.projections = model.Projections(data, like.projections.GetGrid());
  return scan;
}

PhaseScan
ScanOf(const Volume & image, const PhaseScan & like)
{
  PhaseScan scan = like;
  const PhaseModel model(like);
  const at::Tensor x = SliceBatch(image).to(at::kComplexDouble);
  const at::Tensor amplitude = model.Wave()->Forward(x).abs();
  const at::Tensor data = like.isCounts ? amplitude.square() * *like.countsPerUnit + like.dark : amplitude;
  scan.patterns = PatternVolume(data, like.patterns.GetGrid());
  return scan;
}

VolumeEstimate
ReconstructWithReplicas(const MRIScan & scan,
                        const ReplicaOptions & options,
                        const Reconstruction<MRIScan> & reconstruct,
                        const ProgressCallback & progress)
{
  return WithReplicas(scan, options, reconstruct, progress, PlacedAsItIs);
}

VolumeEstimate
ReconstructWithReplicas(const CTScan & scan,
                        const ReplicaOptions & options,
                        const Reconstruction<CTScan> & reconstruct,
                        const ProgressCallback & progress)
{
  return WithReplicas(scan, options, reconstruct, progress, PlacedAsItIs);
}

VolumeEstimate
ReconstructWithReplicas(const PhaseScan & scan,
                        const ReplicaOptions & options,
                        const Reconstruction<PhaseScan> & reconstruct,
                        const ProgressCallback & progress)
{
  return WithReplicas(scan, options, reconstruct, progress, PlacedByPhase(scan));
}
} // namespace tweedie
