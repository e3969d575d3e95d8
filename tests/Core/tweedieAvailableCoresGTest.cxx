// SPDX-License-Identifier: Apache-2.0
#include "tweedieAvailableCores.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sched.h>
#include <thread>
#include <unistd.h>

namespace tweedie
{
namespace
{
/** A machine as /sys tells it. */
class AvailableCoresTest : public testing::Test
{
protected:
  void
  SetUp() override
  {
    m_Root = std::filesystem::path(testing::TempDir()) / ("cores-" + std::to_string(getpid()));
    std::filesystem::remove_all(m_Root);
    sched_getaffinity(0, sizeof m_Before, &m_Before);
  }

  void
  TearDown() override
  {
    sched_setaffinity(0, sizeof m_Before, &m_Before);
    std::filesystem::remove_all(m_Root);
  }

  void
  Write(const std::string & path, const std::string & text) const
  {
    std::filesystem::create_directories((m_Root / path).parent_path());
    std::ofstream(m_Root / path) << text << '\n';
  }

  void
  Topology(int processor, int core) const
  {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(processor) + "/topology/";
    Write(folder + "physical_package_id", "0");
    Write(folder + "core_id", std::to_string(core));
  }

  int
  Cores() const
  {
    return AvailableCores(m_Root.string());
  }

  int
  Processors() const
  {
    return CPU_COUNT(&m_Before);
  }

  std::filesystem::path m_Root;
  cpu_set_t m_Before;
};

TEST_F(AvailableCoresTest, AreThoseOfTheAffinity)
{
  EXPECT_EQ(Cores(), Processors()) << "nothing known of the topology: each processor is a core";
  EXPECT_GE(AvailableCores(), 1);
  EXPECT_LE(AvailableCores(), Processors());
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int i = 0; CPU_COUNT(&one) == 0; ++i)
  {
    if (CPU_ISSET(i, &m_Before))
    {
      CPU_SET(i, &one);
    }
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(Cores(), 1);
}

TEST_F(AvailableCoresTest, CountThreadsOfOneCoreOnce)
{
  for (int i = 0; i < CPU_SETSIZE; ++i)
  {
    if (CPU_ISSET(i, &m_Before))
    {
      Topology(i, 7);
    }
  }
  EXPECT_EQ(Cores(), 1);
}

TEST_F(AvailableCoresTest, AreNoMoreThanTheQuotaOfTheControlGroup)
{
  Write("sys/fs/cgroup/cpu.max", "max 100000");
  EXPECT_EQ(Cores(), Processors());
  Write("sys/fs/cgroup/cpu.max", "50000 100000");
  EXPECT_EQ(Cores(), 1);
  std::filesystem::remove(m_Root / "sys/fs/cgroup/cpu.max");
  Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(Cores(), Processors());
  Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000");
  EXPECT_EQ(Cores(), 1);
}
} // namespace
} // namespace tweedie
