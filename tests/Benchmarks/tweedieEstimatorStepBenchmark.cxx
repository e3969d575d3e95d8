// SPDX-License-Identifier: Apache-2.0
// What an estimator spends outside the network, per step and image: single coil, whole lines sampled.
#include "tweedieEstimator.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieMRISimulation.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePairedTiming.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace benchmarks
{
namespace
{
/** A network that knows how long it took. */
class TimedDenoiser final : public Denoiser
{
public:
  TimedDenoiser() : m_Network(ModelCard(), UNet(UNetOptions(), 1)) {}

  std::string
  Name() const override
  {
    return "timed";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor & sigma) const override
  {
    const double begin = ProcessorSeconds();
    at::Tensor result = m_Network.Denoise(x, sigma);
    m_Seconds += ProcessorSeconds() - begin;
    return result;
  }
  double
  PriorVariance() const override
  {
    return 0.06;
  }
  double
  SigmaMinimum() const override
  {
    return 0.002;
  }
  double
  SigmaMaximum() const override
  {
    return 20.0;
  }
  double
  Seconds() const
  {
    return m_Seconds;
  }

private:
  NetworkDenoiser m_Network;
  mutable double m_Seconds = 0.0;
};

/** Arguments: rows, columns, 1 for daps (else rmp). */
void
StepOutsideTheNetwork(benchmark::State & state)
{
  const auto rows = state.range(0);
  const auto columns = state.range(1);
  SamplingPatternOptions sampling;
  sampling.kind = "variable-density";
  sampling.acceleration = 3.0;
  const auto op = MakeSenseOperator(MakeSamplingPattern(rows, columns, sampling).mask);
  const auto y = op->Forward(RandomStreams(1, {0}).Normal({1, 1, rows, columns}, at::kComplexFloat));
  const auto prior = std::make_shared<TimedDenoiser>();
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood = std::make_shared<GaussianLikelihood>(op, y, 0.02, op->Mask());
  EstimatorOptions options;
  options.method = state.range(2) == 1 ? "daps" : "rmp";
  options.guidance = options.method == "rmp" ? "proximal" : "auto";
  options.samples = options.method == "daps" ? 1 : 0;
  options.steps = 10;

  std::vector<double> outside, shares;
  for (auto _ : state)
  {
    const double begin = ProcessorSeconds();
    const double insideBefore = prior->Seconds();
    benchmark::DoNotOptimize(RunEstimator(problem, options));
    const double total = ProcessorSeconds() - begin;
    const double rest = total - (prior->Seconds() - insideBefore);
    outside.push_back(rest / static_cast<double>(options.steps));
    shares.push_back(rest / total);
    state.SetIterationTime(total / static_cast<double>(options.steps));
  }
  state.counters["outside_ms"] = 1e3 * Median(outside);
  state.counters["share"] = Median(shares);
}

BENCHMARK(StepOutsideTheNetwork)
    ->ArgNames({"rows", "columns", "daps"})
    ->ArgsProduct({{128}, {128}, {0, 1}})
    ->ArgsProduct({{192}, {224}, {0, 1}})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);
} // namespace
} // namespace benchmarks
} // namespace tweedie
