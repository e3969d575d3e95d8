// SPDX-License-Identifier: Apache-2.0
#include "tweedieHeadCTScore.h"

#include "tweedieMetrics.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double softTissueLow = 0.0; // HU: cerebrospinal fluid, brain, muscle
constexpr double softTissueHigh = 80.0;
constexpr double rounding = 1e-6; // of an angle: views at the edge of a pixel's direction

/** Angles along which the detector lies in the plane of a slice, from its first axis, in [0, pi), rising. */
std::vector<double>
DirectionsOf(const CTGeometry & views, const Grid & image)
{
  const CTIndexMap map(image);
  std::vector<double> angles;
  for (const CTView & view : views.views)
  {
    const Vector3 along = map.Direction(view.alongU);
    const double angle = std::atan2(along[1] * image.spacing.y, along[0] * image.spacing.x);
    angles.push_back(angle - pi * std::floor(angle / pi + rounding));
  }
  std::sort(angles.begin(), angles.end());
  return angles;
}

/** Between neighbours; pi for one view. */
double
SmallestStep(const std::vector<double> & angles)
{
  double step = pi;
  for (std::size_t i = 0; i < angles.size(); ++i)
  {
    const double next = i + 1 < angles.size() ? angles[i + 1] : angles.front() + pi;
    step = next - angles[i] > rounding ? std::min(step, next - angles[i]) : step;
  }
  return step;
}

void
ScoreSoftTissue(const Volume & truth, const Volume & mean, const at::Tensor & head, SuiteScore & result)
{
  const at::Tensor reference = ScoredSlices(truth);
  const at::Tensor error = ScoredSlices(mean) - reference;
  const at::Tensor soft = reference.ge(softTissueLow).logical_and(reference.le(softTissueHigh)).logical_and(head);
  for (std::int64_t z = 0; z < reference.size(0); ++z)
  {
    const auto pixels = soft[z].sum().item<std::int64_t>();
    const double bias = pixels > 0 ? error[z].masked_select(soft[z]).mean().item<double>() : 0.0;
    result.figures[HeadCTFigures::softBias].push_back(bias);
    result.figures[HeadCTFigures::softPixels].push_back(static_cast<double>(pixels));
  }
}

/** Squared differences of the samples from their mean, per frequency: of all, and of those that are not measured. The
 * zero frequency belongs to every view. */
void
ScoreDirections(const VolumeEstimate & estimate, const CTGeometry & views, SuiteScore & result)
{
  const at::Tensor samples = TensorView(estimate.samples).to(at::kDouble);
  const at::Tensor power = at::fft_fft2(samples - samples.mean(0, true)).abs().square().sum(at::IntArrayRef({0, 1}));
  power[0][0] = 0.0;
  const at::Tensor unmeasured = UnmeasuredFrequencies(views, estimate.samples.GetGrid());
  result.figures[HeadCTFigures::unmeasured] = {power.masked_select(unmeasured).sum().item<double>()};
  result.figures[HeadCTFigures::variance] = {power.sum().item<double>()};
}
} // namespace

ScoreRules
HeadCTRules()
{
  ScoreRules rules;
  rules.window = ValueWindow{-1000.0, 1000.0};
  rules.headAbove = -500.0;
  return rules;
}

SuiteScore
ScoreHeadCT(const Volume & truth,
            const VolumeEstimate & estimate,
            const Volume & besideMean,
            const FeatureMaker * features,
            const CTGeometry & views)
{
  const ScoreRules rules = HeadCTRules();
  SuiteScore result = ScoreSlices(truth, estimate, besideMean, features, rules);
  const at::Tensor head = HeadOf(truth, rules);
  const at::Tensor reference = ScoredSlices(truth, rules);
  const at::Tensor mean = ScoredSlices(estimate.mean, rules);
  const double range = rules.window->high - rules.window->low;
  for (std::int64_t z = 0; z < reference.size(0); ++z)
  {
    result.figures[HeadCTFigures::headPsnr].push_back(PeakSignalToNoiseRatio(reference[z], mean[z], head[z], range));
  }
  ScoreSoftTissue(truth, estimate.mean, head, result);
  if (estimate.samples.Channels() > 1)
  {
    ScoreDirections(estimate, views, result);
  }
  return result;
}

at::Tensor
UnmeasuredFrequencies(const CTGeometry & views, const Grid & image)
{
  const std::vector<double> angles = DirectionsOf(views, image);
  const at::Tensor ky = at::fft_fftfreq(image.size.y, image.spacing.y, at::kDouble).unsqueeze(1);
  const at::Tensor kx = at::fft_fftfreq(image.size.x, image.spacing.x, at::kDouble).unsqueeze(0);
  const at::Tensor direction = at::atan2(ky.expand({image.size.y, image.size.x}), kx);
  at::Tensor nearest = at::full_like(direction, pi);
  for (const double angle : angles)
  {
    const at::Tensor apart = (direction - angle).remainder(pi);
    nearest = at::minimum(nearest, at::minimum(apart, pi - apart));
  }
  const at::Tensor unmeasured = nearest.gt(0.5 * SmallestStep(angles) + rounding);
  unmeasured[0][0] = false;
  return unmeasured;
}
} // namespace tweedie
