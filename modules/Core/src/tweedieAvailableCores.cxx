// SPDX-License-Identifier: Apache-2.0
#include "tweedieAvailableCores.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#ifdef __linux__
#include <sched.h>
#endif

namespace tweedie
{
namespace
{
#ifdef __linux__
template <typename T>
bool
Read(const std::string & path, T & value)
{
  std::ifstream file(path);
  return static_cast<bool>(file >> value);
}

/** 0: unknown. */
int
CoresOfAffinity(const std::string & root)
{
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (sched_getaffinity(0, sizeof processors, &processors) != 0)
  {
    return 0;
  }
  std::set<std::pair<int, int>> cores;
  for (int i = 0; i < CPU_SETSIZE; ++i)
  {
    const std::string topology = root + "/sys/devices/system/cpu/cpu" + std::to_string(i) + "/topology/";
    std::pair<int, int> core(0, i);
    if (CPU_ISSET(i, &processors))
    {
      int package = 0, number = 0;
      if (Read(topology + "physical_package_id", package) && Read(topology + "core_id", number))
      {
        core = {package, number};
      }
      cores.insert(core);
    }
  }
  return static_cast<int>(cores.size());
}

/** Processor time per time, of either version of control groups; 0: no limit. */
double
Quota(const std::string & root)
{
  const std::string group = root + "/sys/fs/cgroup/";
  double quota = 0.0, period = 0.0;
  std::ifstream both(group + "cpu.max");
  const bool isLimited =
      both.is_open() ? static_cast<bool>(both >> quota >> period) // "max" is no number
                     : Read(group + "cpu/cpu.cfs_quota_us", quota) && Read(group + "cpu/cpu.cfs_period_us", period);
  return isLimited && quota > 0.0 && period > 0.0 ? quota / period : 0.0;
}
#endif
} // namespace

int
AvailableCores([[maybe_unused]] const std::string & root)
{
  int cores = 0;
#ifdef __linux__
  cores = CoresOfAffinity(root);
  const double quota = Quota(root);
  if (quota > 0.0)
  {
    cores = std::min(cores, static_cast<int>(std::ceil(quota)));
  }
#endif
  return std::max(1, cores > 0 ? cores : static_cast<int>(std::thread::hardware_concurrency()));
}
} // namespace tweedie
