// SPDX-License-Identifier: Apache-2.0
#include "tweedieTarp.h"

#include "tweedieCalibrationQuantity.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
TEST(Tarp, CoverageEqualsThatOfThePackageTarp)
{
  const auto judged = test::JudgedMetrics("tarp");
  const at::Tensor samples = test::TensorFrom(judged.at("samples")); // [cases, n, d]
  const at::Tensor references = test::TensorFrom(judged.at("references"));
  const at::Tensor truths = test::TensorFrom(judged.at("truth"));
  RankCollection collection({DistanceQuantity([&](std::int64_t number) { return references[number]; })});
  for (std::int64_t i = 0; i < truths.size(0); ++i)
  {
    collection.Add(truths[i], samples[i]);
  }
  const std::int64_t n = samples.size(1);
  const Tarp found = CheckTarp(collection.Ranks(0), n);
  const at::Tensor coverage =
      test::TensorFrom(judged.at("coverage")); // of fewer than k nearer samples, k = 0 ... n - 1
  for (std::int64_t k = 0; k < n; ++k)
  {
    EXPECT_NEAR(found.coverage[static_cast<std::size_t>(k)], coverage[k].item<double>(), 1e-9); // rounding
  }
  EXPECT_DOUBLE_EQ(found.coverage.back(), 1.0);
}

TEST(Tarp, AreaAndExcessOfTheExtremes)
{
  const Tarp near = CheckTarp(at::zeros({50}, at::kLong), 3); // the truth is always the nearest
  EXPECT_NEAR(near.excess, 0.25 * (0.75 + 0.5 + 0.25), 1e-12);
  EXPECT_NEAR(near.area, near.excess, 1e-12);
  EXPECT_LT(near.uniformity.pValue, 1e-6);
  const Tarp far = CheckTarp(at::full({50}, 3, at::kLong), 3);
  EXPECT_NEAR(far.excess, -near.excess, 1e-12);
  EXPECT_THROW(CheckTarp(at::full({50}, 4, at::kLong), 3), DataError);
}
} // namespace
} // namespace tweedie
