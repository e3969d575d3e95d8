// SPDX-License-Identifier: Apache-2.0
#include "tweedieWorkMeter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace tweedie
{
namespace
{
TEST(WorkMeter, CountsCallsOfItsThread)
{
  const WorkMeter meter;
  {
    const WorkSpan network(WorkKind::Network);
  }
  for (int i = 0; i < 3; ++i)
  {
    const WorkSpan call(WorkKind::Operator);
  }
  std::thread([] { const WorkSpan elsewhere(WorkKind::Operator); }).join();
  EXPECT_EQ(meter.Of(WorkKind::Network).calls, 1);
  EXPECT_EQ(meter.Of(WorkKind::Operator).calls, 3);
}

TEST(WorkMeter, ACallInsideACallIsPartOfIt)
{
  const WorkMeter meter;
  {
    const WorkSpan outer(WorkKind::Operator);
    const WorkSpan part(WorkKind::Operator);
    const WorkSpan other(WorkKind::Network);
  }
  {
    const WorkSpan preparation(WorkKind::Operator, 0);
  }
  const WorkSpan open(WorkKind::Operator); // counts when it ends
  EXPECT_EQ(meter.Of(WorkKind::Operator).calls, 1);
  EXPECT_EQ(meter.Of(WorkKind::Network).calls, 0);
}

TEST(WorkMeter, TheInnermostMeterCounts)
{
  const WorkMeter outer;
  {
    const WorkMeter inner;
    {
      const WorkSpan call(WorkKind::Operator);
    }
    EXPECT_EQ(inner.Of(WorkKind::Operator).calls, 1);
  }
  {
    const WorkSpan call(WorkKind::Operator);
  }
  EXPECT_EQ(outer.Of(WorkKind::Operator).calls, 1);
}

TEST(WorkMeter, TakesTheTimeOfCalls)
{
  constexpr auto nap = std::chrono::milliseconds(5);
  const auto begin = std::chrono::steady_clock::now();
  const WorkMeter meter;
  {
    const WorkSpan call(WorkKind::Network);
    std::this_thread::sleep_for(nap);
  }
  std::this_thread::sleep_for(nap); // outside
  const double all = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double half = std::chrono::duration<double>(nap).count();
  EXPECT_GE(meter.Of(WorkKind::Network).seconds, half);
  EXPECT_LE(meter.Of(WorkKind::Network).seconds, all - half);
  EXPECT_EQ(meter.Of(WorkKind::Operator).seconds, 0.0);
}
} // namespace
} // namespace tweedie
