// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuiteScore.h"

#include "tweedieDeviationCheck.h"
#include "tweedieFeatureScore.h"
#include "tweedieMetrics.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double headFraction = 0.05;
constexpr std::int64_t similarityWindow = 11;

/** [slice, y, x], magnitude, double. */
at::Tensor
Slices(const Volume & volume, std::int64_t channel = 0)
{
  const at::Tensor view = TensorView(volume).select(0, channel);
  return (view.is_complex() ? view.abs() : view).to(at::kDouble);
}

/** Of what is scored: the magnitude of complex images, real ones as they are. */
const Volume &
Deviation(const VolumeEstimate & estimate)
{
  return estimate.mean.IsComplex() ? estimate.magnitudeStandardDeviation : estimate.standardDeviation;
}

/** What averaging the samples gains over one of them, slice by slice, where region is. */
void
ScoreGain(const at::Tensor & truth,
          const at::Tensor & region,
          const VolumeEstimate & estimate,
          const ScoreRules & rules,
          SuiteScore & result)
{
  const at::Tensor mean = ScoredSlices(estimate.mean, rules);
  const auto squaredError = [&](const at::Tensor & image, std::int64_t z)
  { return (image[z] - truth[z]).square().masked_select(region[z]).mean().item<double>(); };
  const std::int64_t samples = estimate.samples.Channels();
  for (std::int64_t z = 0; z < truth.size(0); ++z)
  {
    double decibels = 0.0;
    for (std::int64_t s = 0; s < samples; ++s)
    {
      decibels +=
          10.0 * std::log10(squaredError(ScoredSlices(estimate.samples, rules, s), z)) / static_cast<double>(samples);
    }
    result.gain.push_back(decibels - 10.0 * std::log10(squaredError(mean, z)));
  }
}

/** Whether the mean is that of the samples whose spread the standard deviation is. */
bool
IsMeanOfSamples(const Summary & summary)
{
  return summary.deviationKind == DeviationKind::Posterior && summary.deviationOf == summary.method;
}

void
ScoreDeviation(const at::Tensor & truth,
               const at::Tensor & head,
               const VolumeEstimate & estimate,
               const Volume & besideMean,
               SuiteScore & result)
{
  const std::int64_t samples =
      estimate.summary.deviationKind == DeviationKind::Posterior ? estimate.summary.samples : 0;
  const double factor = IsMeanOfSamples(estimate.summary) ? std::sqrt(1.0 + 1.0 / static_cast<double>(samples)) : 1.0;
  const at::Tensor deviation = Slices(Deviation(estimate));
  const DeviationCheck check = CheckDeviation(Slices(estimate.mean) - truth, deviation, samples, factor, head);
  result.predicted = check.predicted;
  result.found = check.found;
  result.coverage = check.coverage;
  result.correlation = check.correlation;
  if (!besideMean.IsEmpty())
  {
    const DeviationCheck beside = CheckDeviation(Slices(besideMean) - truth, deviation, samples, factor, head);
    result.foundBeside = beside.found;
    result.coverageBeside = beside.coverage;
    result.correlationBeside = beside.correlation;
  }
  result.pixels = head.sum().item<std::int64_t>();
}
} // namespace

at::Tensor
ScoredSlices(const Volume & volume, const ScoreRules & rules, std::int64_t channel)
{
  const at::Tensor values = Slices(volume, channel);
  return rules.window ? values.clamp(rules.window->low, rules.window->high) - rules.window->low : values;
}

at::Tensor
HeadOf(const Volume & truth, const ScoreRules & rules)
{
  const at::Tensor values = Slices(truth);
  return rules.headAbove ? ForegroundMask(values.gt(*rules.headAbove).to(at::kDouble), 0.5)
                         : ForegroundMask(values, headFraction);
}

SuiteScore
ScoreSlices(const Volume & truth,
            const VolumeEstimate & estimate,
            const Volume & besideMean,
            const FeatureMaker * features,
            const ScoreRules & rules)
{
  SuiteScore result;
  const at::Tensor reference = ScoredSlices(truth, rules);
  const at::Tensor mean = ScoredSlices(estimate.mean, rules);
  const auto range = rules.window ? std::optional(rules.window->high - rules.window->low) : rules.peak;
  const bool hasWindow = reference.size(1) >= similarityWindow && reference.size(2) >= similarityWindow;
  for (std::int64_t z = 0; z < reference.size(0); ++z)
  {
    result.psnr.push_back(PeakSignalToNoiseRatio(reference[z], mean[z], {}, range));
    result.ssim.push_back(hasWindow ? StructuralSimilarity(reference[z], mean[z], {}, range)
                                    : std::numeric_limits<double>::quiet_NaN());
  }
  const at::Tensor head = HeadOf(truth, rules);
  if (!Deviation(estimate).IsEmpty())
  {
    ScoreDeviation(Slices(truth), head, estimate, besideMean, result);
  }
  if (!estimate.samples.IsEmpty())
  {
    ScoreGain(reference, rules.window ? at::ones_like(head) : head, estimate, rules, result);
  }
  if (features != nullptr)
  {
    const double most = range.value_or(reference.max().item<double>());
    const FeatureScores found = FeatureComparison(*features, reference, most).Score(mean);
    result.lpips = found.perceptual;
    result.fid = found.frechet;
  }
  result.seconds = estimate.summary.wallSeconds;
  result.dataFit = estimate.summary.dataFit;
  result.networkEvaluations = estimate.summary.networkEvaluations;
  result.operatorEvaluations = estimate.summary.operatorEvaluations;
  result.networkSeconds = estimate.summary.networkSeconds;
  result.operatorSeconds = estimate.summary.operatorSeconds;
  result.warnings = estimate.summary.warnings;
  return result;
}
} // namespace tweedie
