// SPDX-License-Identifier: Apache-2.0
#include "tweedieShippedBenchmark.h"

#include "tweedieTemporaryFolder.h"

#include <filesystem>

namespace tweedie
{
namespace
{
TEST(ShippedBenchmark, IsTheTableOfTheSourcesOrSaysThatThereIsNone)
{
  const std::string path = std::string(TWEEDIE_SOURCE) + "/data/validation/closed-form.json";
  const BenchmarkCard card = ShippedBenchmark();
  ReportPage page("t", "s");
  ShippedBenchmarkSection().show(page);
  const std::string html = page.Html("");
  if (!std::filesystem::exists(path))
  {
    EXPECT_TRUE(card.IsEmpty());
    EXPECT_NE(html.find("made without a closed-form table"), std::string::npos);
    return;
  }
  const BenchmarkCard source = ReadBenchmark(test::ReadFile(path));
  EXPECT_EQ(card.command, source.command);
  EXPECT_EQ(card.table.rows, source.table.rows);
  EXPECT_NE(html.find("Made by"), std::string::npos);
}
} // namespace
} // namespace tweedie
