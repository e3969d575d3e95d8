// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseOutcome.h"

#include "tweedieMeanDisagreement.h"
#include "tweedieSampleStatistics.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** A number of all objects: the mean, and of counts the sum where that is asked for. */
Summary
Joined(const std::vector<PhaseOutcome> & outcomes)
{
  Summary summary = outcomes.front().summary;
  const auto count = static_cast<double>(outcomes.size());
  summary.dataFit = 0.0;
  summary.wallSeconds = summary.networkSeconds = summary.operatorSeconds = 0.0;
  summary.figures.clear();
  for (const PhaseOutcome & one : outcomes)
  {
    summary.dataFit += one.summary.dataFit / count;
    summary.wallSeconds += one.summary.wallSeconds;
    summary.networkSeconds += one.summary.networkSeconds;
    summary.operatorSeconds += one.summary.operatorSeconds;
    summary.samples = std::min(summary.samples, one.summary.samples);
    summary.meanDisagreement = std::fmax(summary.meanDisagreement, one.summary.meanDisagreement);
    summary.nonGaussianPosterior = summary.nonGaussianPosterior || one.summary.nonGaussianPosterior;
    for (const auto & [name, value] : one.summary.figures)
    {
      summary.figures[name] += value / count;
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
  return summary;
}

/** Samples of several objects as channels: as many as the object that kept fewest has. */
Volume
SampleVolume(const std::vector<PhaseOutcome> & outcomes, double scale, const Grid & grid)
{
  std::int64_t fewest = outcomes.front().samples.size(0);
  for (const PhaseOutcome & one : outcomes)
  {
    fewest = std::min(fewest, one.samples.size(0));
  }
  std::vector<at::Tensor> objects;
  for (const PhaseOutcome & one : outcomes)
  {
    objects.push_back(one.samples.narrow(0, 0, fewest).transpose(0, 1) * scale);
  }
  return VolumeFromSliceBatch(at::cat(objects), grid);
}

Volume
Together(const std::vector<PhaseOutcome> & outcomes, at::Tensor PhaseOutcome::*part, double scale, const Grid & grid)
{
  std::vector<at::Tensor> objects;
  for (const PhaseOutcome & one : outcomes)
  {
    if (!(one.*part).defined())
    {
      return {};
    }
    objects.push_back(one.*part * scale);
  }
  return VolumeFromSliceBatch(at::cat(objects), grid);
}
} // namespace

void
NoteDeviations(PhaseOutcome & outcome, const at::Tensor & samples, const at::Tensor & reference)
{
  SampleStatistics statistics;
  statistics.Add(samples);
  outcome.deviation = statistics.StandardDeviation().unsqueeze(0);
  if (samples.is_complex())
  {
    outcome.magnitudeDeviation = statistics.MagnitudeStandardDeviation().unsqueeze(0);
    outcome.phaseDeviation = statistics.PhaseStandardDeviation().unsqueeze(0);
  }
  if (reference.defined())
  {
    const at::Tensor difference = reference - samples.mean(0, true);
    const double square = difference.abs().to(at::kDouble).square().sum().item<double>();
    NoteDisagreement(outcome.summary,
                     square,
                     {samples.size(0), statistics.Trace(), statistics.TraceOfSquare()},
                     outcome.summary.deviationOf);
  }
}

VolumeEstimate
JoinOutcomes(const std::vector<PhaseOutcome> & outcomes, double scale, const Grid & grid)
{
  VolumeEstimate result;
  result.mean = Together(outcomes, &PhaseOutcome::mean, scale, grid);
  result.standardDeviation = Together(outcomes, &PhaseOutcome::deviation, scale, grid);
  result.magnitudeStandardDeviation = Together(outcomes, &PhaseOutcome::magnitudeDeviation, scale, grid);
  result.phaseStandardDeviation = Together(outcomes, &PhaseOutcome::phaseDeviation, 1.0, grid);
  if (outcomes.front().samples.defined())
  {
    result.samples = SampleVolume(outcomes, scale, grid);
  }
  result.summary = Joined(outcomes);
  return result;
}
} // namespace tweedie
