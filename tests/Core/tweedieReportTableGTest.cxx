// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportTable.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace tweedie
{
namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

ReportTable
SmallTable()
{
  ReportTable table;
  table.columns = {{"name", "method", "", 0, BestValue::None},
                   {"psnr", "PSNR", "dB", 2, BestValue::Highest},
                   {"coverage-90", "90 % coverage", "", 2, BestValue::NearestToTarget, 0.9},
                   {"nmse", "NMSE", "", 4, BestValue::Lowest, 0.0, true},
                   {"unused", "unused", "", 1, BestValue::None}};
  table.rows = {{"tv, \"best\"", 26.0, 0.95, 0.02, std::monostate()},
                {"a|b", 28.604, 0.87, notKnown, std::monostate()},
                {"exact", infinity, std::monostate(), 0.01, std::monostate()}};
  return table;
}

TEST(ReportTable, MarksTheBestNumberOfAColumn)
{
  ReportTable table = SmallTable();
  EXPECT_FALSE(table.IsBest(1, 1));
  EXPECT_TRUE(table.IsBest(2, 1));  // an infinite PSNR is a value
  EXPECT_TRUE(table.IsBest(1, 2));  // 0.87 is nearer to 0.9 than 0.95 is
  EXPECT_FALSE(table.IsBest(2, 2)); // no number
  EXPECT_TRUE(table.IsBest(2, 3));
  EXPECT_FALSE(table.IsBest(0, 0));
  table.rows.resize(1);
  EXPECT_FALSE(table.IsBest(0, 1)); // one value is not a contest
}

TEST(ReportTable, MarksTheSecondBestNumberOfAColumn)
{
  ReportTable table = SmallTable();
  EXPECT_TRUE(table.IsSecondBest(1, 1));
  EXPECT_FALSE(table.IsSecondBest(0, 1));
  EXPECT_FALSE(table.IsSecondBest(2, 1)); // it is the best
  EXPECT_FALSE(table.IsSecondBest(0, 2)); // of two values the worse one is no distinction
  EXPECT_FALSE(table.IsSecondBest(0, 0));
  // Equal values share their place: two best ones, and both of the next.
  table.rows[0][1] = infinity;
  table.rows.push_back({"four", 28.604, std::monostate(), std::monostate(), std::monostate()});
  table.rows.push_back({"five", 20.0, std::monostate(), std::monostate(), std::monostate()});
  EXPECT_TRUE(table.IsBest(0, 1));
  EXPECT_TRUE(table.IsBest(2, 1));
  EXPECT_TRUE(table.IsSecondBest(1, 1));
  EXPECT_TRUE(table.IsSecondBest(3, 1));
  EXPECT_FALSE(table.IsSecondBest(4, 1));
}

TEST(ReportTable, Csv)
{
  EXPECT_EQ(TableCsv(SmallTable()),
            "name,psnr,coverage-90,nmse,unused\n"
            "\"tv, \"\"best\"\"\",26,0.95,0.02,\n"
            "a|b,28.604,0.87,,\n"
            "exact,inf,,0.01,\n");
}

TEST(ReportTable, JsonHasNullForNothing)
{
  const nlohmann::json rows = nlohmann::json::parse(TableJson(SmallTable()));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["name"], "tv, \"best\"");
  EXPECT_EQ(rows[1]["psnr"], 28.604);
  EXPECT_TRUE(rows[1]["nmse"].is_null());
  EXPECT_TRUE(rows[2]["psnr"].is_null());
  EXPECT_TRUE(rows[0]["unused"].is_null());
}

TEST(ReportTable, MarkdownLeavesOutDetailAndEmptyColumns)
{
  EXPECT_EQ(TableMarkdown(SmallTable()),
            "| method     | PSNR [dB] | 90 % coverage |\n"
            "| ---------- | --------: | ------------: |\n"
            "| tv, \"best\" |     26.00 |          0.95 |\n"
            "| a\\|b       |   _28.60_ |      **0.87** |\n"
            "| exact      |     **∞** |             – |\n");
}

TEST(ReportTable, NumbersForPeople)
{
  EXPECT_EQ(FormatNumber(-0.001, 2), "0.00");
  EXPECT_EQ(FormatNumber(-1.25, 1), "-1.2"); // ties to even, as IEEE 754 rounds
  EXPECT_EQ(FormatNumber(1e22, 0), "10000000000000000000000");
  EXPECT_EQ(FormatSignificant(0.0123456, 3), "0.0123");
  EXPECT_EQ(FormatSignificant(123456.0, 3), "123456");
  EXPECT_EQ(FormatSignificant(1.5e-9, 2), "1.5e-09");
  EXPECT_EQ(FormatSignificant(0.0, 3), "0");
  EXPECT_EQ(FormatNumber(notKnown, 2), "–");
}
} // namespace
} // namespace tweedie
