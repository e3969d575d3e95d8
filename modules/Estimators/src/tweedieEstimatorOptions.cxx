// SPDX-License-Identifier: Apache-2.0
#include "tweedieEstimatorOptions.h"

#include "tweedieEstimator.h"
#include "tweedieNoiseSchedule.h"

namespace tweedie
{
namespace
{
template <typename TRow>
std::vector<std::string>
Names(const std::vector<TRow> & table, std::vector<std::string> names = {})
{
  for (const TRow & row : table)
  {
    names.emplace_back(row.name);
  }
  return names;
}

std::vector<std::string>
Samplers()
{
  std::vector<std::string> names;
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (row.make()->DrawsSamples())
    {
      names.emplace_back(row.name);
    }
  }
  return names;
}

/** Whether the variance is worth a search under this method. */
bool
SearchesVariance(const std::string & method)
{
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (row.name == method && row.makeSettings != nullptr)
    {
      return row.makeSettings()->SearchesVariance();
    }
  }
  return false;
}

void
VisitChain(OptionVisitor & v, EstimatorOptions & o)
{
  v.Visit(Field("method", "what runs the chain").Choices(Names(EstimatorTable())), o.method);
  v.Visit(Field("guidance", "how the data enter a step; auto: rmp proximal, dps dps, closed-form priors exact")
              .Choices(Names(GuidanceTable(), {"auto"})),
          o.guidance);
  v.Visit(Field("steps", "noise levels").Range(1, 100000), o.steps);
  v.Visit(Field("samples", "posterior samples per image; 0: none with rmp, 8 with a sampler").Range(0, 1e7), o.samples);
  v.Visit(Field("sampler", "draws the samples beside rmp").Choices(Samplers()), o.sampler);
  v.Visit(Field("sample-steps", "noise levels of the sampler beside rmp").Range(1, 100000), o.sampleSteps);
  v.Visit(Field("seed", "of all random numbers").Range(0), o.seed);
  v.Visit(Field("schedule", "spacing of the noise levels").Choices(Names(NoiseScheduleTable())), o.schedule);
  v.Visit(Field("sigma-maximum", "first noise level; 0: from the prior").Unit("prior units").Range(0, 1e6),
          o.sigmaMaximum);
  v.Visit(Field("sigma-minimum", "last noise level; 0: from the prior").Unit("prior units").Range(0, 1e6),
          o.sigmaMinimum);
  v.Visit(Field("start", "zero, mean (of the prior), noise, or the path of an image"), o.start);
  v.Visit(Field("start-sigma", "noise level that a start image enters at; 0: sigma-maximum")
              .Unit("prior units")
              .Range(0, 1e6),
          o.startSigma);
  v.Visit(Field("batch", "chains that run together").Range(1, 65536), o.batch);
  v.Visit(Field("keep-samples", "keep every posterior sample"), o.keepSamples);
  v.Visit(Field("checkpoint", "file to write to and to resume from").Writes(PathKind::File), o.checkpoint);
  v.Visit(Field("checkpoint-seconds", "time between two checkpoints").Unit("s").Range(0, 1e6), o.checkpointSeconds);
}

void
VisitInner(OptionVisitor & v, EstimatorOptions & o)
{
  v.Visit(Field("variance", "of a real component of the prior, v in r^2 = v s^2 / (v + s^2); 0: from the prior")
              .Unit("prior units squared")
              .Range(0, 1e12)
              .Search(1e-3, 10.0, SearchesVariance(o.method)),
          o.variance);
  v.Visit(Field("covariance", "of x0 given x, in pigdm and daps: the prior's product, or r^2; auto: product if any")
              .Choices({"auto", "product", "scalar"}),
          o.covariance);
  v.Visit(Field("inner-iterations", "of conjugate gradients, or Gauss-Newton steps, inside a step, at most")
              .Range(1, 100000),
          o.innerIterations);
  v.Visit(Field("inner-tolerance", "relative residual that ends them").Range(1e-15, 0.5), o.innerTolerance);
}
} // namespace

void
EstimatorOptions::Visit(OptionVisitor & v)
{
  VisitChain(v, *this);
  VisitInner(v, *this);
  methods.Visit(v);
}
} // namespace tweedie
