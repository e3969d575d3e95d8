// SPDX-License-Identifier: Apache-2.0
// Filtered backprojection, the whole of it, in processor time of one thread. ProjectorRatios.py sets it beside
// astra-toolbox and itk-rtk.
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTGeometrySummary.h"
#include "tweedieFilteredBackProjection.h"
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tweedie
{
namespace benchmarks
{
namespace
{
/** n pixels of 1 mm a side, and slices; the detector magnifies by two. */
void
Run(benchmark::State & state,
    const char * type,
    std::int64_t n,
    std::int64_t slices,
    std::int64_t views,
    std::int64_t columns,
    std::int64_t rows)
{
  CTGeometryOptions options;
  options.type = type;
  options.views = views;
  options.sid = 2.0 * static_cast<double>(n);
  options.sdd = 4.0 * static_cast<double>(n);
  const double pitch = options.type == "parallel" ? 1.0 : 2.0;
  const CTGeometry geometry = MakeCTGeometry(options);
  const CTDetector detector = CentredDetector(columns, rows, pitch, pitch);
  Grid grid;
  grid.size = {slices, n, n};
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.origin[i] = -0.5 * static_cast<double>(grid.size.Xyz()[i] - 1);
  }
  const ThreadScope threads(1);
  const at::Tensor lines = RandomStreams(1, {0}).Normal({1, views, rows, columns}, at::kFloat);
  double least = 1e9;
  for (auto _ : state)
  {
    std::vector<std::string> warnings;
    const double seconds = SecondsOf(
        [&] { benchmark::DoNotOptimize(FilteredBackProjection(geometry, detector, grid, lines, {}, warnings)); }, 1);
    least = std::min(least, seconds); // what other work on the machine adds is never negative
    state.SetIterationTime(seconds);
  }
  state.counters["whole_ms"] = 1e3 * least;
}

void
FbpParallel256(benchmark::State & state)
{
  Run(state, "parallel", 256, 1, 180, 367, 1);
}

void
FbpFan256(benchmark::State & state)
{
  Run(state, "fan", 256, 1, 180, 367, 1);
}

void
FbpParallel512(benchmark::State & state)
{
  Run(state, "parallel", 512, 1, 360, 729, 1);
}

void
FdkCone128(benchmark::State & state)
{
  Run(state, "cone", 128, 128, 90, 128, 128);
}

#define TWEEDIE_FBP(name) BENCHMARK(name)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond)
TWEEDIE_FBP(FbpParallel256);
TWEEDIE_FBP(FbpFan256);
TWEEDIE_FBP(FbpParallel512);
TWEEDIE_FBP(FdkCone128);
#undef TWEEDIE_FBP
} // namespace
} // namespace benchmarks
} // namespace tweedie
