// SPDX-License-Identifier: Apache-2.0
// Reads a DICOM series once and prints JSON: processor seconds and seconds by the clock, of this process and those that
// it starts, and how many volumes of memory that took: this process beyond what it had before, the largest of the
// others as a whole.
#include "tweedieDicomSeries.h"

#include <chrono>
#include <cstdio>
#include <sys/resource.h>

namespace
{
double
Seconds(const timeval & time)
{
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/** Of this process and of its children that have ended. */
double
ProcessorSeconds()
{
  double sum = 0.0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN})
  {
    rusage usage{};
    getrusage(who, &usage);
    sum += Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  }
  return sum;
}

double
PeakBytes(__rusage_who who)
{
  rusage usage{};
  getrusage(who, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}
} // namespace

int
main(int argc, char ** argv)
{
  if (argc != 2)
  {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 1;
  }
  using Clock = std::chrono::steady_clock;
  const double base = PeakBytes(RUSAGE_SELF);
  const double before = ProcessorSeconds();
  const auto begin = Clock::now();
  const tweedie::DicomSeries series = tweedie::SelectDicomSeries(argv[1]);
  const double listed = ProcessorSeconds();
  const tweedie::Volume volume = tweedie::ReadDicomVolume(series);
  const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
  const double bytes = sizeof(float) * static_cast<double>(volume.NumberOfElements());
  std::printf("{\"processor\": %.4f, \"listing\": %.4f, \"wall\": %.4f, \"parent\": %.3f, \"child\": %.3f}\n",
              ProcessorSeconds() - before,
              listed - before,
              wall,
              (PeakBytes(RUSAGE_SELF) - base) / bytes,
              PeakBytes(RUSAGE_CHILDREN) / bytes);
  return 0;
}
