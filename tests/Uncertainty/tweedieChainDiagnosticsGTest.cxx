// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainDiagnostics.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>

namespace tweedie
{
namespace
{
at::Tensor
DrawsOf(const nlohmann::json & rows)
{
  std::vector<double> numbers;
  for (const auto & row : rows)
  {
    for (const double number : row)
    {
      numbers.push_back(number);
    }
  }
  const auto iterations = static_cast<std::int64_t>(rows.size());
  return at::tensor(numbers, at::kDouble).reshape({iterations, -1, 1});
}

TEST(ChainDiagnostics, AgreeWithArviz)
{
  std::ifstream file(std::string(TWEEDIE_TEST_DATA) + "/chains.json");
  const nlohmann::json judged = nlohmann::json::parse(file);
  for (const auto & one : judged["cases"])
  {
    const ChainReport report = DiagnoseChains(DrawsOf(one["draws"]));
    const std::string name = one["name"];
    const auto near = [&name](double found, double wanted)
    { EXPECT_NEAR(found, wanted, 1e-6 * wanted) << name; }; // the same sums in another order
    if (!one["shrinkage"].is_null())
    {
      near(report.worstShrinkage, one["shrinkage"]);
    }
    near(report.smallestBulkSize, one["bulk"]);
    near(report.smallestTailSize, one["tail"]);
    near(report.meanError[0].item<double>(), one["error"]);
  }
}

TEST(ChainDiagnostics, GiveNoVerdictOnWhatIsNotFiniteOrNeverMoves)
{
  const at::Tensor good = test::Normal(1, {50, 4, 1});
  at::Tensor infinite = good.clone();
  infinite[3][1][0] = std::numeric_limits<double>::infinity();
  at::Tensor stuck = good.clone();
  stuck.select(1, 2).fill_(0.3);
  const ChainReport report = DiagnoseChains(at::cat({good, infinite, stuck, at::ones_like(good)}, 2));
  EXPECT_LT(report.shrinkage[0].item<double>(), 1.05);
  for (std::int64_t i = 1; i < 4; ++i)
  {
    EXPECT_TRUE(std::isnan(report.shrinkage[i].item<double>())) << i;
    EXPECT_TRUE(std::isnan(report.bulkSize[i].item<double>())) << i;
    EXPECT_TRUE(std::isnan(report.tailSize[i].item<double>())) << i;
    EXPECT_TRUE(std::isnan(report.meanError[i].item<double>())) << i;
  }
  EXPECT_TRUE(std::isnan(report.worstShrinkage));
  EXPECT_TRUE(std::isnan(report.smallestBulkSize));
  EXPECT_TRUE(std::isnan(report.smallestTailSize));
}

TEST(ChainDiagnostics, RefuseOtherShapes)
{
  EXPECT_THROW(DiagnoseChains(test::Normal(1, {3, 4, 1})), DataError);
  EXPECT_THROW(DiagnoseChains(test::Normal(1, {50, 4})), DataError);
}
} // namespace
} // namespace tweedie
