// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScore.h"

#include "tweedieMetrics.h"
#include "tweediePhaseAlignment.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr double peak = 1.0;
constexpr double headAbove = 0.25; // -500 HU

PhaseAlignment
Aligned(const at::Tensor & truth, const at::Tensor & images, bool isIsolated)
{
  PhaseAmbiguities ambiguities;
  ambiguities.flip = ambiguities.shift = isIsolated;
  ambiguities.phase = false; // objects are not negative
  return AlignPhases(truth, images, ambiguities);
}

/** All images flipped and moved as another one was: x(r - s) by the shift theorem, zero beyond the frame. */
at::Tensor
Moved(const at::Tensor & images, const PhaseAlignment & as)
{
  const at::Tensor x = as.flipped[0].item<bool>() ? FlippedObject(images) : images;
  const auto down = as.shift[0][0].item<double>();
  const auto right = as.shift[0][1].item<double>();
  if (down == 0.0 && right == 0.0)
  {
    return x;
  }
  constexpr double turn = 6.283185307179586;
  const auto ramp = [](std::int64_t n, double shift)
  {
    const at::Tensor angle = at::fft_fftfreq(n, 1.0, at::kDouble) * (-turn * shift);
    return at::polar(at::ones_like(angle), angle);
  };
  const std::vector<std::int64_t> twice{2 * x.size(-2), 2 * x.size(-1)};
  const at::Tensor spectrum = at::fft_fft2(x.to(at::kComplexDouble), twice);
  const at::Tensor moved = at::fft_ifft2(spectrum * ramp(twice[0], down).unsqueeze(1) * ramp(twice[1], right));
  return at::real(moved.narrow(-2, 0, x.size(-2)).narrow(-1, 0, x.size(-1))).to(x.scalar_type());
}

at::Tensor
SpreadOf(const at::Tensor & samples)
{
  return samples.size(0) > 1 ? samples.std(at::IntArrayRef{0}, true, true) : at::zeros_like(samples);
}

/** Means over objects, but counts: those of all chains of an object. */
Summary
JoinedSummary(const std::vector<PhaseRetrieval> & retrievals)
{
  Summary summary = retrievals.front().summary;
  const auto count = static_cast<std::int64_t>(retrievals.size());
  summary.dataFit = summary.wallSeconds = 0.0;
  summary.networkEvaluations = summary.operatorEvaluations = 0;
  summary.warnings.clear();
  summary.figures.clear();
  for (const PhaseRetrieval & one : retrievals)
  {
    summary.dataFit += one.summary.dataFit / static_cast<double>(count);
    summary.wallSeconds += one.summary.wallSeconds;
    summary.networkEvaluations += one.summary.networkEvaluations;
    summary.operatorEvaluations += one.summary.operatorEvaluations;
    for (const auto & [name, value] : one.summary.figures)
    {
      summary.figures[name] += value / static_cast<double>(count);
    }
    for (const std::string & warning : one.summary.warnings)
    {
      const auto & known = summary.warnings;
      if (std::find(known.begin(), known.end(), warning) == known.end())
      {
        summary.warnings.push_back(warning);
      }
    }
  }
  summary.networkEvaluations /= count;
  summary.operatorEvaluations /= count;
  return summary;
}

double
RelativeError(const at::Tensor & truth, const at::Tensor & image)
{
  return ((image - truth).norm() / truth.norm()).item<double>();
}

/** What is told of one object beyond the result's own scores. */
void
AddFigures(const at::Tensor & truth, const PhaseRetrieval & one, bool isIsolated, SuiteScore & score)
{
  const auto add = [&](const char * name, double value) { score.figures[name].push_back(value); };
  const auto psnr = [&](const at::Tensor & image)
  { return PeakSignalToNoiseRatio(truth[0][0][0], image.to(at::kDouble)[0][0][0], {}, peak); };
  const PhaseAlignment result = Aligned(truth, one.result.to(at::kDouble), isIsolated);
  const PhaseAlignment ends = Aligned(truth, one.ends.to(at::kDouble), isIsolated);
  const std::int64_t count = one.ends.size(0);
  double best = -std::numeric_limits<double>::infinity();
  double sum = 0.0;
  double successes = 0.0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const at::Tensor image = ends.image.narrow(0, i, 1);
    const double decibels = psnr(image);
    best = std::max(best, decibels);
    sum += decibels;
    successes += RelativeError(truth, image) <= phaseSuccess ? 1.0 : 0.0;
  }
  const bool isFlipped = result.flipped[0].item<bool>();
  const double turned = isFlipped ? 1.0 - one.turned : one.turned;
  add(PhaseFigures::unaligned, psnr(one.result));
  add(PhaseFigures::best, best);
  add(PhaseFigures::mean, sum / static_cast<double>(count));
  add(PhaseFigures::success, RelativeError(truth, result.image) <= phaseSuccess ? 1.0 : 0.0);
  add(PhaseFigures::successOfEnds, successes / static_cast<double>(count));
  add(PhaseFigures::flipped, isFlipped ? 1.0 : 0.0);
  add(PhaseFigures::flippedEnds, one.areSamples ? turned : ends.flipped.to(at::kDouble).mean().item<double>());
  add(PhaseFigures::kept, one.kept);
  add(PhaseFigures::networkCalls, one.networkCalls);
  add(PhaseFigures::transforms, one.transforms);
}
} // namespace

ScoreRules
PhaseRules()
{
  ScoreRules rules;
  rules.peak = peak;
  rules.headAbove = headAbove;
  return rules;
}

VolumeEstimate
AlignedEstimate(const Volume & truth, const std::vector<PhaseRetrieval> & retrievals, bool isIsolated)
{
  const at::Tensor objects = SliceBatch(truth);
  const auto fewest = std::min_element(retrievals.begin(),
                                       retrievals.end(),
                                       [](const PhaseRetrieval & a, const PhaseRetrieval & b)
                                       { return a.ends.size(0) < b.ends.size(0); })
                          ->ends.size(0);
  std::vector<at::Tensor> results;
  std::vector<at::Tensor> deviations;
  std::vector<at::Tensor> samples;
  for (std::size_t z = 0; z < retrievals.size(); ++z)
  {
    const PhaseRetrieval & one = retrievals[z];
    const at::Tensor object = objects.narrow(0, static_cast<std::int64_t>(z), 1);
    const PhaseAlignment placed = Aligned(object, one.result.to(at::kFloat), isIsolated);
    results.push_back(placed.image);
    if (one.areSamples)
    {
      const at::Tensor moved = Moved(one.ends.to(at::kFloat), placed);
      deviations.push_back(SpreadOf(moved));
      samples.push_back(moved.narrow(0, 0, fewest).transpose(0, 1));
    }
  }
  VolumeEstimate estimate;
  estimate.mean = VolumeFromSliceBatch(at::cat(results), truth.GetGrid());
  estimate.summary = JoinedSummary(retrievals);
  if (!deviations.empty())
  {
    estimate.standardDeviation = VolumeFromSliceBatch(at::cat(deviations), truth.GetGrid());
    estimate.samples = VolumeFromSliceBatch(at::cat(samples), truth.GetGrid());
    estimate.summary.deviationKind = DeviationKind::Posterior;
    estimate.summary.deviationOf = estimate.summary.method;
    estimate.summary.samples = std::max<std::int64_t>(fewest, 2);
  }
  return estimate;
}

SuiteScore
ScorePhase(const Volume & truth,
           const VolumeEstimate & aligned,
           const std::vector<PhaseRetrieval> & retrievals,
           bool isIsolated,
           const FeatureMaker * features)
{
  SuiteScore score = ScoreSlices(truth, aligned, {}, features, PhaseRules());
  const at::Tensor objects = SliceBatch(truth).to(at::kDouble);
  for (std::size_t z = 0; z < retrievals.size(); ++z)
  {
    AddFigures(objects.narrow(0, static_cast<std::int64_t>(z), 1), retrievals[z], isIsolated, score);
  }
  return score;
}
} // namespace tweedie
