// SPDX-License-Identifier: Apache-2.0
// Parallel-beam projections by Fourier slices, and A^T A as a convolution against forward and back projection.
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieToeplitzNormalOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace benchmarks
{
namespace
{
FourierSliceProjector
Projector(std::int64_t pixels, std::int64_t views, std::int64_t columns)
{
  CTGeometry geometry;
  for (std::int64_t k = 0; k < views; ++k)
  {
    CTGantry gantry;
    gantry.gantryAngle = 180.0 * static_cast<double>(k) / static_cast<double>(views);
    geometry.views.push_back(ViewOfGantry(gantry));
  }
  const auto first = [](std::int64_t count) { return -0.5 * static_cast<double>(count - 1); };
  Grid grid;
  grid.size = {1, pixels, pixels};
  grid.origin = {first(pixels), first(pixels), 0.0};
  return FourierSliceProjector(geometry, CTDetector{columns, 1, 1.0, 1.0, first(columns), 0.0}, grid);
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

/** Arguments: pixels along a side, views, columns of the detector. */
void
FourierSlice(benchmark::State & state)
{
  const auto A = Projector(state.range(0), state.range(1), state.range(2));
  const ToeplitzNormalOperator normal(A);
  const auto x = RandomStreams(1, {0}).Normal(A.DomainShape(), at::kFloat);
  const auto y = A.Forward(x);
  RunPaired(
      state,
      [&] { benchmark::DoNotOptimize(normal.Forward(x)); },
      [&] { benchmark::DoNotOptimize(A.Adjoint(A.Forward(x))); });
  state.counters["forward_ms"] = MedianMilliseconds([&] { benchmark::DoNotOptimize(A.Forward(x)); });
  state.counters["back_ms"] = MedianMilliseconds([&] { benchmark::DoNotOptimize(A.Adjoint(y)); });
}

BENCHMARK(FourierSlice)
    ->ArgNames({"pixels", "views", "columns"})
    ->ArgsProduct({{256}, {30, 60, 180}, {367}})
    ->ArgsProduct({{512}, {60, 360}, {729}})
    ->UseManualTime()
    ->Iterations(50)
    ->Unit(benchmark::kMillisecond);
} // namespace
} // namespace benchmarks
} // namespace tweedie
