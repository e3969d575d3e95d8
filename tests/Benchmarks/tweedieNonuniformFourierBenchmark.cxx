// SPDX-License-Identifier: Apache-2.0
// The transform at radial frequencies, 256x256 and 206k of them, and the normal operator of eight coils on it.
#include "tweedieNoncartesianSenseOperator.h"
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieTrajectory.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace benchmarks
{
namespace
{
at::Tensor
Radial(std::int64_t pixels, std::int64_t readouts)
{
  TrajectoryOptions options;
  options.size = pixels;
  options.readouts = readouts;
  return MakeTrajectory(options);
}

template <typename TFunction>
double
MedianMilliseconds(const TFunction & function)
{
  std::vector<double> seconds;
  for (int i = 0; i < 15; ++i)
  {
    seconds.push_back(SecondsOf(function, 1));
  }
  return 1e3 * Median(seconds);
}

double
RelativeError(const at::Tensor & a, const at::Tensor & b)
{
  return std::sqrt((a - b).abs().square().sum().item<double>() / b.abs().square().sum().item<double>());
}

/** Arguments: pixels along a side, readouts, minus the logarithm of the tolerance. */
void
NonuniformFourier(benchmark::State & state)
{
  const auto pixels = state.range(0);
  const at::Tensor k = Radial(pixels, state.range(1));
  const NonuniformFourierOptions options{std::pow(10.0, -static_cast<double>(state.range(2))), 1e-13};
  const NonuniformFourierOperator A({1, 1, pixels, pixels}, k, options);
  const auto x = RandomStreams(1, {0}).Normal(A.DomainShape(), at::kComplexFloat);
  const auto y = RandomStreams(2, {0}).Normal(A.RangeShape(), at::kComplexFloat);
  const auto wide = x.to(at::kComplexDouble);
  state.counters["error"] = RelativeError(A.Forward(x).to(at::kComplexDouble), A.Forward(wide));
  for (auto _ : state)
  {
    state.SetIterationTime(SecondsOf([&] { benchmark::DoNotOptimize(A.Forward(x)); }, 1));
  }
  state.counters["forward_ms"] = MedianMilliseconds([&] { benchmark::DoNotOptimize(A.Forward(x)); });
  state.counters["back_ms"] = MedianMilliseconds([&] { benchmark::DoNotOptimize(A.Adjoint(y)); });
}

/** Arguments: pixels along a side, readouts, coils. The peer: Adjoint after Forward. */
void
NoncartesianNormal(benchmark::State & state)
{
  const auto pixels = state.range(0);
  const auto maps = RandomStreams(3, {0}).Normal({state.range(2), 1, pixels, pixels}, at::kComplexFloat);
  const NoncartesianSenseOperator A({1, 1, pixels, pixels}, Radial(pixels, state.range(1)), maps);
  const auto x = RandomStreams(1, {0}).Normal(A.DomainShape(), at::kComplexFloat);
  RunPaired(
      state,
      [&] { benchmark::DoNotOptimize(A.Normal(x)); },
      [&] { benchmark::DoNotOptimize(A.Adjoint(A.Forward(x))); });
}

BENCHMARK(NonuniformFourier)
    ->ArgNames({"pixels", "readouts", "digits"})
    ->ArgsProduct({{256}, {402}, {3, 5, 6}})
    ->UseManualTime()
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(NoncartesianNormal)
    ->ArgNames({"pixels", "readouts", "coils"})
    ->ArgsProduct({{256}, {402}, {8}})
    ->UseManualTime()
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond);
} // namespace
} // namespace benchmarks
} // namespace tweedie
