// SPDX-License-Identifier: Apache-2.0
// Joseph's projector: forward and back, in processor time of one thread and of the busier one of two.
// ProjectorRatios.py sets it beside astra-toolbox and itk-rtk.
#include "tweedieJosephProjector.h"
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace benchmarks
{
namespace
{
/** Views over a half turn for parallel rays, else over a full one; the detector, centred, magnifies by two. */
JosephProjector
Scan(CTBeam beam, std::int64_t views, std::int64_t columns, std::int64_t rows, const Axes<std::int64_t> & size)
{
  const bool isParallel = beam == CTBeam::Parallel;
  CTGeometry geometry{beam, 0.0, {}};
  for (std::int64_t view = 0; view < views; ++view)
  {
    CTGantry gantry;
    gantry.sid = 2.0 * static_cast<double>(size.x);
    gantry.sdd = isParallel ? 0.0 : 2.0 * gantry.sid;
    gantry.gantryAngle = (isParallel ? 180.0 : 360.0) * static_cast<double>(view) / static_cast<double>(views);
    geometry.views.push_back(ViewOfGantry(gantry));
  }
  const double pitch = isParallel ? 1.0 : 2.0;
  const CTDetector detector{columns,
                            rows,
                            pitch,
                            pitch,
                            -0.5 * pitch * static_cast<double>(columns - 1),
                            -0.5 * pitch * static_cast<double>(rows - 1)};
  Grid grid;
  grid.size = size;
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.origin[i] = -0.5 * static_cast<double>(size.Xyz()[i] - 1);
  }
  return JosephProjector(geometry, detector, grid);
}

/** Least times of one call, in ms: what other work on the machine adds is never negative. */
void
Run(benchmark::State & state, const JosephProjector & op)
{
  const ThreadScope threads(state.range(0));
  const Shape domain = op.DomainShape();
  const auto x = RandomStreams(1, {0}).Normal(domain, at::kFloat);
  auto y = op.Forward(x);
  double forward = 1e9, back = 1e9;
  for (auto _ : state)
  {
    const auto begin = ThreadSeconds();
    y = op.Forward(x);
    const auto middle = ThreadSeconds();
    benchmark::DoNotOptimize(op.Adjoint(y));
    const auto end = ThreadSeconds();
    forward = std::min(forward, BusierSeconds(begin, middle));
    back = std::min(back, BusierSeconds(middle, end));
    state.SetIterationTime(BusierSeconds(begin, end));
  }
  state.counters["forward_ms"] = 1e3 * forward;
  state.counters["back_ms"] = 1e3 * back;
}

void
Parallel256(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Parallel, 180, 367, 1, {1, 256, 256}));
}

void
Fan256(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Fan, 180, 367, 1, {1, 256, 256}));
}

void
Parallel256Slices8(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Parallel, 180, 367, 8, {8, 256, 256}));
}

void
Parallel512(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Parallel, 360, 729, 1, {1, 512, 512}));
}

void
Fan512(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Fan, 360, 729, 1, {1, 512, 512}));
}

void
Cone128(benchmark::State & state)
{
  Run(state, Scan(CTBeam::Cone, 90, 128, 128, {128, 128, 128}));
}

#define TWEEDIE_PROJECTOR(name)                                                                                        \
  BENCHMARK(name)->ArgName("threads")->Arg(1)->Arg(2)->UseManualTime()->Iterations(10)->Unit(benchmark::kMillisecond)
TWEEDIE_PROJECTOR(Parallel256);
TWEEDIE_PROJECTOR(Fan256);
TWEEDIE_PROJECTOR(Parallel256Slices8);
TWEEDIE_PROJECTOR(Parallel512);
TWEEDIE_PROJECTOR(Fan512);
TWEEDIE_PROJECTOR(Cone128);
#undef TWEEDIE_PROJECTOR
} // namespace
} // namespace benchmarks
} // namespace tweedie
