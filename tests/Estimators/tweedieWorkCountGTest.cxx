// SPDX-License-Identifier: Apache-2.0
#include "tweedieDdsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieTemporaryFolder.h"

namespace tweedie
{
namespace
{
using test::ShortChain;
using test::ThreeImages;

constexpr std::int64_t steps = 5;
constexpr std::int64_t samples = 4;

EstimatorOptions
Chain(const std::string & method)
{
  EstimatorOptions options = ShortChain(method, steps);
  options.samples = samples;
  return options;
}

TEST(WorkCount, OfAMethodIsThatOfItsAlgorithm)
{
  const Summary dps = RunEstimator(ThreeImages(), Chain("dps")).summary;
  EXPECT_EQ(dps.networkEvaluations, steps * samples);
  EXPECT_EQ(dps.operatorEvaluations, 2 * steps * samples); // A D, and A^H of the residual
  EstimatorOptions options = Chain("dds");
  options.Of<DdsSettings>().iterations = 3;
  const Summary dds = RunEstimator(ThreeImages(), options).summary;
  // The same two for the right-hand side, and A and A^H in each of the 3 products.
  EXPECT_EQ(dds.operatorEvaluations, (2 + 2 * 3) * steps * samples);
}

TEST(WorkCount, DoesNotDependOnTheBatch)
{
  for (const std::int64_t batch : {1, 5, 12})
  {
    EstimatorOptions options = Chain("dps");
    options.batch = batch;
    const Summary summary = RunEstimator(ThreeImages(), options).summary;
    EXPECT_EQ(summary.networkEvaluations, steps * samples);
    EXPECT_EQ(summary.operatorEvaluations, 2 * steps * samples);
  }
}

TEST(WorkCount, TimeIsPartOfTheRun)
{
  const Summary summary = RunEstimator(ThreeImages(), Chain("daps")).summary;
  EXPECT_GT(summary.networkSeconds, 0.0);
  EXPECT_GT(summary.operatorSeconds, 0.0);
  EXPECT_LT(summary.networkSeconds + summary.operatorSeconds, summary.wallSeconds);
}

TEST(WorkCount, SamplesBesideAMeanAreAdded)
{
  EstimatorOptions options = Chain("rmp");
  options.samples = 0;
  options.guidance = "dps";
  const Summary mean = EstimatePosterior(ThreeImages(), options).summary;
  options.samples = samples;
  options.sampler = "dps";
  options.sampleSteps = steps;
  const Summary both = EstimatePosterior(ThreeImages(), options).summary;
  EXPECT_GT(mean.operatorEvaluations, 0);
  EXPECT_EQ(both.operatorEvaluations, mean.operatorEvaluations + 2 * steps * samples);
}

class WorkCountOfACheckpoint : public test::TemporaryFolderTest
{
};

TEST_F(WorkCountOfACheckpoint, GoesOn)
{
  EstimatorOptions options = Chain("dps");
  options.checkpoint = m_Folder.File("run.checkpoint");
  int reports = 0;
  const auto stopInTheMiddle = [&reports](const ProgressReport &) { return ++reports < 3; };
  EXPECT_THROW(RunEstimator(ThreeImages(), options, stopInTheMiddle), Aborted);
  const Summary summary = RunEstimator(ThreeImages(), options).summary;
  EXPECT_EQ(summary.networkEvaluations, steps * samples);
  EXPECT_EQ(summary.operatorEvaluations, 2 * steps * samples);
  EXPECT_LT(summary.networkSeconds + summary.operatorSeconds, summary.wallSeconds);
}
} // namespace
} // namespace tweedie
