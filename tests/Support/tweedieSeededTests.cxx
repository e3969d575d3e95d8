// SPDX-License-Identifier: Apache-2.0
#include <ATen/Context.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
/** LibTorch begins its own random numbers with another seed in every process; a test has to see the same ones alone,
 * among others, today and tomorrow. */
class SeededTests : public ::testing::EmptyTestEventListener
{
  void
  OnTestStart(const ::testing::TestInfo &) override
  {
    at::manual_seed(1);
  }
};

[[maybe_unused]] const bool isListening = []
{
  ::testing::UnitTest::GetInstance()->listeners().Append(new SeededTests);
  return true;
}();
} // namespace
} // namespace tweedie
