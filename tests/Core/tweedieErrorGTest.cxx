// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
TEST(Error, IsOneLineWhateverTheNamesInIt)
{
  EXPECT_STREQ(DataError("file 'a\nb\r\x1b[2J\x7f': caf\xc3\xa9").what(), "file 'a b  [2J ': caf\xc3\xa9");
  EXPECT_EQ(UsageError("x").Code(), ExitCode::Usage);
}
} // namespace
} // namespace tweedie
