// SPDX-License-Identifier: Apache-2.0
#include "tweediePeakMemory.h"

#include <fstream>
#include <string>
#include <sys/resource.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t kilobyte = 1024;

#ifdef __APPLE__
constexpr std::int64_t usageUnit = 1;
#else
constexpr std::int64_t usageUnit = kilobyte;
#endif
} // namespace

std::int64_t
PeakMemory()
{
  // Linux keeps getrusage's number across exec: it may be the peak of the program that started this one.
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
  {
    std::int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes)
    {
      return kilobytes * kilobyte;
    }
  }
  rusage usage{};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::int64_t>(usage.ru_maxrss) * usageUnit : 0;
}
} // namespace tweedie
