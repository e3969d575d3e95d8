// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormLearning.h"

#include "tweedieFunctionDenoiser.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieRandom.h"
#include "tweedieTraining.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::uint64_t seedOfTraining = 90;
constexpr std::uint64_t seedOfBatches = 91;
constexpr std::uint64_t seedOfStates = 92;
constexpr std::int64_t trainingDraws = 50000;
constexpr std::int64_t statesOfLevel = 2000;
constexpr std::int64_t levels = 12;

RandomStreams
Streams(std::uint64_t seed, std::int64_t count)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(count));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  return RandomStreams(seed, streams);
}

TrainingOptions
OptionsFor(const ClosedFormPrior & prior, std::int64_t steps)
{
  TrainingOptions options;
  options.steps = steps;
  options.decaySteps = steps / 2;
  options.batch = 256;
  options.learningRate = 2e-3;
  options.averaging = 0.998;
  options.sigmaLogMean = std::log(0.4 * prior.largestDeviation); // about the posterior's deviations
  options.sigmaLogStd = 1.6;
  options.sigmaMinimum = 1e-3 * prior.largestDeviation;
  options.sigmaMaximum = 60.0 * prior.largestDeviation;
  options.precision = "float32"; // the same numbers on every processor
  options.network.channels = 1;
  options.network.shuffle = ClosedFormSide; // of 4 x 4 pixels, none is like another
  options.network.widths = {64.0};
  options.network.blocks = 2;
  options.network.embedding = 64;
  return options;
}

DenoiserPointer
Bare(const DenoiserPointer & denoiser, const std::string & name, double variance)
{
  return std::make_shared<const FunctionDenoiser>(
      FunctionDenoiserFacts{name, variance, 0.0, 0.0, false},
      [denoiser](const at::Tensor & x, const at::Tensor & sigma) { return denoiser->Denoise(x, sigma); },
      [denoiser](const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v)
      { return denoiser->JacobianProduct(x, sigma, v); });
}

double
ExcessOf(const Denoiser & learned, const ClosedFormPrior & prior)
{
  RandomStreams random = Streams(seedOfStates, statesOfLevel);
  double excess = 0.0;
  for (std::int64_t i = 0; i < levels; ++i)
  {
    const double share = static_cast<double>(i) / static_cast<double>(levels - 1);
    const double sigma = 0.05 * prior.largestDeviation * std::pow(40.0, share);
    const at::Tensor x0 = prior.draw(random).reshape({statesOfLevel, 1, 1, ClosedFormSide, ClosedFormSide});
    const at::Tensor x = x0 + sigma * random.NormalLike(x0);
    const at::Tensor level = at::full({statesOfLevel}, sigma, at::kDouble);
    const at::Tensor exact = prior.denoiser->Denoise(x, level);
    const at::Tensor away = (learned.Denoise(x, level) - exact).square().sum() / (x0 - exact).square().sum();
    excess += away.item<double>() / static_cast<double>(levels);
  }
  return excess;
}
} // namespace

LearnedPrior
LearnClosedForm(const ClosedFormPrior & prior, std::int64_t steps, const ProgressCallback & progress)
{
  RandomStreams random = Streams(seedOfTraining, trainingDraws);
  const at::Tensor draws =
      prior.draw(random).to(at::kFloat).reshape({trainingDraws, 1, ClosedFormSide, ClosedFormSide});
  const auto batches = [&draws](std::int64_t count, std::int64_t step)
  {
    RandomStreams chosen(seedOfBatches, {static_cast<std::uint64_t>(step)});
    const at::Tensor uniform = chosen.Uniform({count}, at::kDouble)[0];
    return draws.index_select(0, (uniform * static_cast<double>(trainingDraws)).to(at::kLong));
  };
  ModelCard card;
  card.name = prior.name + ", learned";
  const UNet network = TrainNetwork(batches, {}, OptionsFor(prior, steps), card, progress);
  const auto denoiser = std::make_shared<const NetworkDenoiser>(card, network);
  const double variance = prior.denoiser->PriorVariance();
  return {Bare(prior.denoiser, prior.name, variance), Bare(denoiser, card.name, variance), ExcessOf(*denoiser, prior)};
}
} // namespace tweedie
