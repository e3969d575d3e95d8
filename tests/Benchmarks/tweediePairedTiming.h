// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePairedTiming_h
#define tweediePairedTiming_h

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

namespace tweedie
{
namespace benchmarks
{
/** Processor seconds of this process: another job on the machine does not count. */
inline double
ProcessorSeconds()
{
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/** Processor seconds of this thread, and of all others. */
inline std::array<double, 2>
ThreadSeconds()
{
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  const double own = static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  return {own, ProcessorSeconds() - own};
}

/** Of the busier one of two threads: what the clock would say of a machine without other work. */
inline double
BusierSeconds(const std::array<double, 2> & begin, const std::array<double, 2> & end)
{
  return std::max(end[0] - begin[0], end[1] - begin[1]);
}

inline double
Median(std::vector<double> values)
{
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/** Seconds of one call, from enough calls to be measurable. */
template <typename TFunction>
double
SecondsOf(const TFunction & function, int calls)
{
  const double begin = ProcessorSeconds();
  for (int i = 0; i < calls; ++i)
  {
    function();
  }
  return (ProcessorSeconds() - begin) / calls;
}

/** Times ours and peer in turn, so that both see the same machine. Counters: their medians in ms, and the median ratio
 * of neighbouring measurements, which is what an absolute time is not: comparable between runs. */
template <typename TOurs, typename TPeer>
void
RunPaired(benchmark::State & state, const TOurs & ours, const TPeer & peer)
{
  ours();
  peer();
  const int calls = std::max(1, static_cast<int>(2e-3 / SecondsOf(ours, 3)));
  std::vector<double> oursSeconds, peerSeconds, ratios;
  for (auto _ : state)
  {
    peerSeconds.push_back(SecondsOf(peer, calls));
    oursSeconds.push_back(SecondsOf(ours, calls));
    ratios.push_back(oursSeconds.back() / peerSeconds.back());
    state.SetIterationTime(oursSeconds.back());
  }
  state.counters["ours_ms"] = 1e3 * Median(oursSeconds);
  state.counters["peer_ms"] = 1e3 * Median(peerSeconds);
  state.counters["ratio"] = Median(ratios);
}
} // namespace benchmarks
} // namespace tweedie

#endif
