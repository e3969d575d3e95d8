// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeviationComparison.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <cmath>
#include <cstring>

namespace tweedie
{
namespace
{
TEST(DeviationComparison, FindsRatiosQuantilesAndPairs)
{
  const at::Tensor reference = at::arange(1, 102, at::kDouble).view({1, 101});
  const at::Tensor ratio = at::linspace(0.5, 1.5, 101, at::kDouble).view({1, 101});
  const DeviationComparison found = CompareDeviations(reference, reference * ratio, {}, 50);
  EXPECT_TENSOR_NEAR(found.ratio, ratio, 1e-12); // rounding of one product and one quotient
  ASSERT_EQ(found.quantiles.size(), 5U);
  EXPECT_NEAR(found.quantiles[0].ratio, 0.55, 1e-12); // element 5 of 0..100, rounding
  EXPECT_NEAR(found.quantiles[2].ratio, 1.0, 1e-12);
  EXPECT_NEAR(found.quantiles[4].ratio, 1.45, 1e-12);
  EXPECT_EQ(found.pairs.size(0), 34); // every third of 101, so that there are at most 50
  EXPECT_NEAR(found.pairs[1][1].item<double>() / found.pairs[1][0].item<double>(), 0.53, 1e-12);
  EXPECT_NEAR(found.rankCorrelation, 1.0, 1e-12); // both rise
}

TEST(DeviationComparison, RanksAreSharedAndAMaskIsObeyed)
{
  const at::Tensor a = at::tensor({1.0, 2.0, 2.0, 3.0, 0.0, 9.0}, at::kDouble);
  const at::Tensor b = at::tensor({2.0, 4.0, 1.0, 3.0, 5.0, 0.0}, at::kDouble);
  const at::Tensor mask = at::tensor({1, 1, 1, 1, 1, 0}, at::kInt);
  const DeviationComparison found = CompareDeviations(a, b, mask);
  // Ranks 0, 1.5, 1.5, 3 and 1, 3, 0, 2: sum of products about 1.5 is 1.5, of squares 4.5 and 5.
  EXPECT_NEAR(found.rankCorrelation, 1.5 / std::sqrt(4.5 * 5.0), 1e-12);
  EXPECT_NEAR(found.ofMeans, std::sqrt(30.0 / 18.0), 1e-12); // squares of the four pixels
  EXPECT_EQ(found.pairs.size(0), 4);
  EXPECT_EQ(found.ratio[4].item<double>(), 0.0); // no reference there
  EXPECT_TRUE(std::isnan(CompareDeviations(at::ones({4}), at::ones({4})).rankCorrelation));
}

TEST(DeviationComparison, RefusesWhatCannotBeCompared)
{
  const at::Tensor one = at::ones({4});
  EXPECT_THROW_MESSAGE(CompareDeviations(one, at::ones({5})), DataError, "other shapes");
  EXPECT_THROW_MESSAGE(CompareDeviations(-one, one), DataError, "reference that is");
  EXPECT_THROW_MESSAGE(CompareDeviations(one, one / 0.0), DataError, "deviation that is");
  EXPECT_THROW_MESSAGE(CompareDeviations(one, one, at::zeros({4})), DataError, "no pixel");
}

TEST(DeviationComparison, EveryKindAnswersAnotherQuestion)
{
  const DeviationKind kinds[] = {
      DeviationKind::None, DeviationKind::Posterior, DeviationKind::Replica, DeviationKind::GaussianPosterior};
  for (const DeviationKind a : kinds)
  {
    for (const DeviationKind b : kinds)
    {
      EXPECT_EQ(a == b, std::strcmp(QuestionOf(a), QuestionOf(b)) == 0);
    }
  }
}
} // namespace
} // namespace tweedie
