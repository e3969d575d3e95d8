// SPDX-License-Identifier: Apache-2.0
#include "tweediePosteriorGain.h"

#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieTailProbability.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

double
Decibel(double ratio)
{
  return 10.0 * std::log10(ratio);
}

/** Jackknife over the cases of Decibel(sum single / sum mean). */
double
GainError(const std::vector<SampleErrors> & cases, const SampleErrors & sum)
{
  const auto count = static_cast<double>(cases.size());
  double total = 0.0;
  double squares = 0.0;
  for (const SampleErrors & one : cases)
  {
    const double without = Decibel((sum.single - one.single) / (sum.mean - one.mean));
    total += without;
    squares += without * without;
  }
  const double mean = total / count;
  return std::sqrt(std::max(0.0, (count - 1.0) * (squares / count - mean * mean)));
}
} // namespace

SampleErrors
MeasureSampleErrors(const at::Tensor & truth, const at::Tensor & samples, const at::Tensor & mask)
{
  if (samples.dim() != truth.dim() + 1 || samples.size(0) < 2 || samples.sizes().slice(1) != truth.sizes())
  {
    throw DataError("posterior gain: given samples of another shape; required two or more like the truth");
  }
  const auto meanSquare = [&](const at::Tensor & x)
  {
    const at::Tensor magnitude = (x - truth).abs().to(at::kDouble);
    const at::Tensor kept =
        mask.defined() ? magnitude.masked_select(mask.ne(0).expand_as(magnitude)) : magnitude.reshape({-1});
    if (kept.numel() == 0 || !at::isfinite(kept).all().item<bool>())
    {
      throw DataError("posterior gain: given no pixel, or errors that are not finite; required one or more");
    }
    return kept.square().mean().item<double>();
  };
  return {meanSquare(samples), meanSquare(samples.mean(0))};
}

PosteriorGain
CheckPosteriorGain(const std::vector<SampleErrors> & cases, std::int64_t samples)
{
  SampleErrors sum;
  for (const SampleErrors & one : cases)
  {
    sum.single += one.single;
    sum.mean += one.mean;
  }
  if (cases.empty() || samples < 2 || !(sum.mean > 0.0) || !(sum.single > 0.0))
  {
    throw DataError("posterior gain: given " + std::to_string(cases.size()) + " cases of " + std::to_string(samples) +
                    " samples; required one or more of two samples, with errors above 0");
  }
  PosteriorGain found;
  found.cases = static_cast<std::int64_t>(cases.size());
  found.samples = samples;
  found.gain = Decibel(sum.single / sum.mean);
  found.expected = Decibel(2.0 / (1.0 + 1.0 / static_cast<double>(samples)));
  found.error = found.cases > 1 ? GainError(cases, sum) : notKnown;
  found.pValue = found.error > 0.0 ? StudentTwoSided((found.gain - found.expected) / found.error,
                                                     static_cast<double>(found.cases - 1))
                                   : notKnown;
  return found;
}

Verdict
PosteriorGainVerdict(const PosteriorGain & gain, double tolerance)
{
  Verdict verdict;
  verdict.key = "posterior-gain";
  verdict.label = "Gain of the mean over one sample";
  verdict.unit = "dB";
  if (gain.cases < 3)
  {
    verdict.statement = "Fewer than three cases with a truth: the gain of the mean over a sample has no error bar.";
    return verdict;
  }
  const double width = tolerance + StudentQuantile(0.995, static_cast<double>(gain.cases - 1)) * gain.error;
  verdict.value = gain.gain;
  verdict.low = gain.expected - width;
  verdict.high = gain.expected + width;
  verdict = JudgeRange(verdict);
  std::ostringstream text;
  text.precision(3);
  text << "The mean of " << gain.samples << " samples is " << gain.gain << " dB better than one of them, "
       << gain.expected << " dB if they were exact (p = " << gain.pValue << ")";
  if (verdict.state == VerdictState::Failed)
  {
    text << (gain.gain < gain.expected ? ": they are too close to each other or off together"
                                       : ": they are too far apart");
  }
  verdict.statement = text.str() + ".";
  return verdict;
}
} // namespace tweedie
