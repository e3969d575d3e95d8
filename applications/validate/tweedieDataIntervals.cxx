// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataIntervals.h"

#include "tweedieError.h"
#include "tweedieLesionScan.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** The classical method whose noise can be drawn anew; null: there is none of this scan. */
std::unique_ptr<LesionScan>
ClassicalOf(const ScanStudy & study)
{
  try
  {
    return MakeLesionScan(study, "");
  }
  catch (const UsageError &)
  {
    return nullptr;
  }
}
} // namespace

DataIntervals
ReadDataIntervals(const StudyInput & study, const IntervalOptions & options, std::int64_t samples)
{
  PosteriorOptions posterior = study.posterior;
  posterior.samples = samples;
  DataIntervals intervals;
  intervals.intervals =
      ReadIntervals(options, study.protocol + PosteriorFacts(posterior, study.priorDigest), study.image);
  intervals.factor = study.factor;
  intervals.offset = study.offset;
  return intervals;
}

void
EstimateDataRegions(const StudyInput & study,
                    const DataValidationOptions & options,
                    const DataValidation & result,
                    DataIntervals & intervals)
{
  if (intervals.intervals.labels.IsEmpty())
  {
    return;
  }
  const at::Tensor labels = TensorView(intervals.intervals.labels)[0];
  const VolumeEstimate & estimate = result.estimate;
  intervals.regions = EstimateRegions(labels, TensorView(estimate.mean)[0], TensorView(estimate.samples));
  const auto classical = options.classical ? ClassicalOf(*study.study) : nullptr;
  if (classical)
  {
    constexpr std::int64_t replicas = 20; // the deviation within 16 %
    std::vector<at::Tensor> noisy;
    for (std::int64_t i = 0; i < replicas; ++i)
    {
      noisy.push_back(TensorView(classical->ClassicalReplica(options.seed, i).mean)[0]);
    }
    intervals.classical =
        ComparedRegions{classical->ClassicalName(),
                        EstimateRegions(labels, TensorView(classical->Classical({}).mean)[0], at::stack(noisy))};
  }
}
} // namespace tweedie
