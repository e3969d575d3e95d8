// SPDX-License-Identifier: Apache-2.0
#include "tweedieSparsification.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
TEST(Sparsification, EqualsThatOfPlainLoops)
{
  const auto judged = test::JudgedMetrics("sparsification");
  const Sparsification found =
      CheckSparsification(test::TensorFrom(judged.at("error")), test::TensorFrom(judged.at("deviation")), {}, 8);
  const auto curve = judged.at("found").get<std::vector<double>>();
  for (std::size_t i = 0; i < curve.size(); ++i)
  {
    EXPECT_NEAR(found.found[i], curve[i], 1e-12); // rounding
  }
  EXPECT_NEAR(found.area, judged.at("area"), 1e-12);
}

TEST(Sparsification, IsZeroForTheErrorItselfAndThatOfChanceForNoise)
{
  const at::Tensor error = test::Normal(1, {40, 50});
  const Sparsification ideal = CheckSparsification(error, 3.0 * error.abs());
  EXPECT_NEAR(ideal.area, 0.0, 1e-12);
  const Sparsification random = CheckSparsification(error, test::Normal(2, {40, 50}));
  EXPECT_NEAR(random.area, random.areaAtRandom, 0.03); // 2000 pixels, 100 in the last step
  const Sparsification useful =
      CheckSparsification(error * test::Normal(3, {40, 50}).exp(), test::Normal(3, {40, 50}).exp());
  EXPECT_LT(useful.area, 0.7 * useful.areaAtRandom);
}

TEST(Sparsification, MaskTakesPixelsAwayAndOtherShapesAreRefused)
{
  const at::Tensor error = test::Normal(1, {10, 10});
  at::Tensor mask = at::zeros({10, 10});
  mask.narrow(0, 0, 5).fill_(1);
  const at::Tensor half = error.narrow(0, 0, 5);
  EXPECT_DOUBLE_EQ(CheckSparsification(error, error.roll(3), mask).area,
                   CheckSparsification(half, error.roll(3).narrow(0, 0, 5)).area);
  EXPECT_THROW(CheckSparsification(error, half), DataError);
  EXPECT_THROW(CheckSparsification(error, error, at::zeros({10, 10})), DataError);
  EXPECT_THROW(CheckSparsification(at::zeros({10, 10}), error), DataError);
}
} // namespace
} // namespace tweedie
