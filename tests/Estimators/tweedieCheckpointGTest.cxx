// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tweedie
{
namespace
{
using test::AllChains;
using test::ShortChain;
using test::ThreeImages;

class Checkpoint : public test::TemporaryFolderTest
{
protected:
  EstimatorOptions
  WithFile(EstimatorOptions options, double seconds) const
  {
    options.checkpoint = m_Folder.File("run.checkpoint");
    options.checkpointSeconds = seconds;
    options.batch = 5; // images end inside a batch
    return options;
  }
};

/** Dies without warning at a step: nothing but the last checkpoint is left. */
ProgressCallback
KilledAt(std::int64_t step)
{
  return [step](const ProgressReport & report)
  {
    if (report.step == step)
    {
      throw std::logic_error("killed");
    }
    return true;
  };
}

bool
SameBits(const at::Tensor & a, const at::Tensor & b)
{
  return a.defined() == b.defined() && (!a.defined() || at::equal(a, b));
}

void
ExpectSame(const PosteriorEstimate & resumed, const PosteriorEstimate & whole)
{
  // Not a tolerance: the saved state is exact and every draw is a function of its counter.
  EXPECT_TRUE(SameBits(resumed.mean, whole.mean));
  EXPECT_TRUE(SameBits(resumed.standardDeviation, whole.standardDeviation));
  EXPECT_TRUE(SameBits(resumed.magnitudeStandardDeviation, whole.magnitudeStandardDeviation));
  EXPECT_TRUE(SameBits(resumed.phaseStandardDeviation, whole.phaseStandardDeviation));
  EXPECT_TRUE(SameBits(resumed.samples, whole.samples));
  EXPECT_EQ(resumed.summary.networkEvaluations, whole.summary.networkEvaluations);
}

TEST_F(Checkpoint, KilledAndResumedIsNotKilled)
{
  for (const at::ScalarType type : {at::kComplexDouble, at::kComplexFloat})
  {
    for (const EstimatorOptions & chain : AllChains())
    {
      SCOPED_TRACE(chain.method + " " + chain.guidance);
      EstimatorOptions options = WithFile(chain, 0.0);
      options.keepSamples = true;
      const PosteriorProblem problem = ThreeImages(type, std::make_shared<const test::UnitDenoiser>(), 1e-6);
      EstimatorOptions undisturbed = options;
      undisturbed.checkpoint.clear();
      const auto whole = RunEstimator(problem, undisturbed);
      const std::int64_t last = chain.samples == 0 ? 4 : 12; // in the first or third batch
      EXPECT_THROW(RunEstimator(problem, options, KilledAt(2)), std::logic_error);
      EXPECT_THROW(RunEstimator(problem, options, KilledAt(last)), std::logic_error);
      std::int64_t first = 0;
      const auto resumed = RunEstimator(problem,
                                        options,
                                        [&](const ProgressReport & report)
                                        {
                                          first = first == 0 ? report.step : first;
                                          return true;
                                        });
      EXPECT_EQ(first, last + 1); // nothing was done twice
      ExpectSame(resumed, whole);
      RemoveCheckpoints(options);
      EXPECT_EQ(m_Folder.Count(), 0);
    }
  }
}

TEST_F(Checkpoint, AnAbortWritesOne)
{
  const EstimatorOptions options = WithFile(ShortChain("daps"), 1e5); // none would be due
  const auto problem = ThreeImages();
  EXPECT_THROW(RunEstimator(problem, options, [](const ProgressReport & r) { return r.step < 7; }), Aborted);
  EXPECT_EQ(m_Folder.Count(), 1);
  EstimatorOptions undisturbed = options;
  undisturbed.checkpoint.clear();
  ExpectSame(RunEstimator(problem, options), RunEstimator(problem, undisturbed));
}

TEST_F(Checkpoint, SamplesBesideRmpResumeToo)
{
  EstimatorOptions options = WithFile(ShortChain("rmp", 3), 0.0);
  options.samples = 4;
  options.sampleSteps = 3;
  const auto problem = ThreeImages();
  EstimatorOptions undisturbed = options;
  undisturbed.checkpoint.clear();
  const auto whole = EstimatePosterior(problem, undisturbed);
  // Steps of both runs together are denoiser calls: 5 of rmp for each of 3 images, then those of the samples.
  const auto atSamples = [](const ProgressReport & report)
  { return report.step <= 3 * 5 + 10 ? true : throw std::logic_error("killed"); };
  EXPECT_THROW(EstimatePosterior(problem, options, atSamples), std::logic_error);
  const auto resumed = EstimatePosterior(problem, options);
  ExpectSame(resumed, whole);
  EXPECT_EQ(resumed.summary.meanDisagreement, whole.summary.meanDisagreement);
}

TEST_F(Checkpoint, OfAnotherRunIsRefused)
{
  const EstimatorOptions options = WithFile(ShortChain("rmp"), 0.0);
  EXPECT_THROW(RunEstimator(ThreeImages(), options, KilledAt(2)), std::logic_error);
  EstimatorOptions other = options;
  other.seed = 9;
  EXPECT_THROW(RunEstimator(ThreeImages(), other), UsageError);
  EXPECT_THROW(RunEstimator(ThreeImages(at::kComplexFloat), options), UsageError);
  PosteriorProblem identified = ThreeImages();
  identified.identity = "other weights";
  EXPECT_THROW(RunEstimator(identified, options), UsageError);
  EXPECT_NO_THROW(RunEstimator(ThreeImages(), options));
}

TEST_F(Checkpoint, ADamagedFileIsRefused)
{
  const EstimatorOptions options = WithFile(ShortChain("rmp"), 0.0);
  EXPECT_THROW(RunEstimator(ThreeImages(), options, KilledAt(2)), std::logic_error);
  std::string bytes = test::ReadFile(options.checkpoint);
  bytes[bytes.size() - 3] ^= 1;
  test::WriteFile(options.checkpoint, bytes);
  EXPECT_THROW(RunEstimator(ThreeImages(), options), DataError);
}
} // namespace
} // namespace tweedie
