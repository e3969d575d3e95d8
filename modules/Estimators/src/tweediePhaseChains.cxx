// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseChains.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double allowedDeviations = 6.0;
constexpr std::int64_t flipDraws = 1; // pairs of them at each level
constexpr double flipRange = 4.0;     // times the prior's deviation: 15/16 of the sum of a Gaussian
} // namespace

std::int64_t
PhaseEnds::Best() const
{
  return dataFit.argmin().item<std::int64_t>();
}

at::Tensor
PhaseEnds::Kept() const
{
  return dataFit.le(dataFit.min() * (1.0 + allowedDeviations * std::sqrt(2.0 / amplitudes)));
}

void
PhaseEnds::Align(const at::Tensor & reference, const PhaseAmbiguities & ambiguities)
{
  const PhaseAlignment aligned = AlignPhases(reference.cpu(), images.cpu(), ambiguities);
  images = aligned.image.to(images.device());
  flipped = aligned.flipped;
}

PhaseEnds
RunPhaseChains(const PosteriorProblem & problem,
               EstimatorOptions options,
               double amplitudes,
               const ProgressCallback & progress)
{
  options.samples = MakeEstimator(options.method)->DrawsSamples() ? 1 : 0;
  options.keepSamples = false;
  const PosteriorEstimate estimate = RunEstimator(problem, options, progress);
  const at::NoGradGuard noGrad;
  PhaseEnds ends;
  ends.images = estimate.mean;
  ends.dataFit = problem.likelihood->DataFit(estimate.mean).to(at::kCPU, at::kDouble);
  ends.flipped = at::zeros({estimate.mean.size(0)}, at::kBool);
  ends.amplitudes = amplitudes;
  ends.summary = estimate.summary;
  return ends;
}

at::Tensor
ChooseFlips(const at::Tensor & images, const Denoiser & prior, double sigma, std::int64_t seed)
{
  const at::NoGradGuard noGrad;
  const at::Tensor flips = FlippedObject(images);
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(images.size(0)));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(static_cast<std::uint64_t>(seed), streams);
  const double largest = std::min(flipRange * std::max(std::sqrt(prior.PriorVariance()), sigma), prior.SigmaMaximum());
  at::Tensor difference = at::zeros({images.size(0)}, images.options().dtype(at::kDouble));
  for (double level = sigma; level <= largest; level *= 2.0)
  {
    const at::Tensor levels =
        at::full({images.size(0)}, level, images.options().dtype(at::toRealValueType(images.scalar_type())));
    const auto error = [&](const at::Tensor & x, const at::Tensor & noise)
    {
      const at::Tensor left = prior.Denoise(x + noise * level, levels) - x;
      return (left.abs() / level).square().flatten(1).sum(1).to(at::kDouble);
    };
    for (std::int64_t draw = 0; draw < flipDraws; ++draw)
    {
      const at::Tensor noise = random.NormalLike(images);
      // n and -n: what is linear in the noise, the most of the scatter, cancels.
      difference =
          difference + error(flips, noise) + error(flips, -noise) - error(images, noise) - error(images, -noise);
    }
  }
  return at::where(difference.lt(0.0).reshape({-1, 1, 1, 1, 1}), flips, images);
}
} // namespace tweedie
