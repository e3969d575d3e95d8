// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieRmpEstimator.h"

#include <ATen/Parallel.h>

#include <limits>
#include <set>

namespace tweedie
{
namespace
{
using test::AllChains;
using test::ShortChain;
using test::ThreeImages;

std::string
Label(const EstimatorOptions & options)
{
  return options.method + " " + options.guidance + " " + options.Of<RmpSettings>().propagation + " " + options.start;
}

TEST(RunEstimator, ResultsDoNotDependOnTheBatch)
{
  for (const EstimatorOptions & chain : AllChains())
  {
    SCOPED_TRACE(Label(chain));
    EstimatorOptions options = chain;
    options.batch = 8;
    const auto together = RunEstimator(ThreeImages(), options);
    for (const std::int64_t batch : {1, 5})
    {
      options.batch = batch;
      const auto alone = RunEstimator(ThreeImages(), options);
      // Same random numbers; sums of a few hundred numbers of size one in double, through 5 steps and a solver that
      // stops at 1e-12.
      EXPECT_TENSOR_CLOSE(alone.mean, together.mean, 1e-9);
      if (together.standardDeviation.defined())
      {
        EXPECT_TENSOR_CLOSE(alone.standardDeviation, together.standardDeviation, 1e-9);
        EXPECT_TENSOR_CLOSE(alone.magnitudeStandardDeviation, together.magnitudeStandardDeviation, 1e-9);
        EXPECT_TENSOR_CLOSE(alone.phaseStandardDeviation, together.phaseStandardDeviation, 1e-9);
      }
      EXPECT_EQ(alone.summary.networkEvaluations, together.summary.networkEvaluations);
    }
  }
}

TEST(RunEstimator, ResultsInFloatDoNotDependOnTheBatch)
{
  for (const EstimatorOptions & chain : AllChains())
  {
    SCOPED_TRACE(Label(chain));
    EstimatorOptions options = chain;
    const auto problem = ThreeImages(at::kComplexFloat, std::make_shared<const test::UnitDenoiser>(), 1e-6);
    options.batch = 8;
    const auto together = RunEstimator(problem, options);
    options.batch = 1;
    // Single precision, 5 steps, and a solver that may stop one iteration apart at a relative residual of 1e-6.
    EXPECT_TENSOR_CLOSE(RunEstimator(problem, options).mean, together.mean, 1e-4);
  }
}

TEST(RunEstimator, ResultsDoNotDependOnTheThreads)
{
  const int before = at::get_num_threads();
  for (const EstimatorOptions & options : {AllChains()[1], AllChains()[3], AllChains()[5]})
  {
    SCOPED_TRACE(Label(options));
    at::set_num_threads(1);
    const auto one = RunEstimator(ThreeImages(), options);
    at::set_num_threads(2);
    const auto two = RunEstimator(ThreeImages(), options);
    EXPECT_TENSOR_CLOSE(two.mean, one.mean, 1e-9); // as for the batch
  }
  at::set_num_threads(before);
}

TEST(RunEstimator, TheSeedDecidesTheSamples)
{
  EstimatorOptions options = ShortChain("daps");
  const auto first = RunEstimator(ThreeImages(), options);
  EXPECT_TRUE(at::equal(RunEstimator(ThreeImages(), options).mean, first.mean));
  options.seed = 8;
  EXPECT_GT(test::RelativeError(RunEstimator(ThreeImages(), options).mean, first.mean), 1e-3);
}

/** The states that the prior saw at the first level, sorted into chains. */
at::Tensor
FirstStates(std::int64_t batch, int threads)
{
  at::set_num_threads(threads);
  std::vector<at::Tensor> seen;
  const double first = 20.0;
  const auto prior = std::make_shared<const test::UnitDenoiser>(
      [&](const at::Tensor & x, double sigma, at::Tensor denoised)
      {
        if (sigma == first)
        {
          seen.push_back(x.clone());
        }
        return denoised;
      });
  EstimatorOptions options = ShortChain("daps", 2);
  options.batch = batch;
  RunEstimator(ThreeImages(at::kComplexFloat, prior), options);
  return at::cat(seen);
}

TEST(RunEstimator, RandomStreamsAreEqualToTheLastBit)
{
  const int before = at::get_num_threads();
  const auto reference = FirstStates(12, 1);
  EXPECT_EQ(reference.size(0), 12); // three images, four samples each
  for (const std::int64_t batch : {1, 5, 8})
  {
    for (const int threads : {1, 2})
    {
      EXPECT_TRUE(at::equal(FirstStates(batch, threads), reference)) << batch << " " << threads;
    }
  }
  for (std::int64_t i = 1; i < 12; ++i)
  {
    EXPECT_FALSE(at::equal(reference[i], reference[0])); // every chain has numbers of its own
  }
  at::set_num_threads(before);
}

TEST(RunEstimator, ProgressCountsEveryStepOnce)
{
  EstimatorOptions options = ShortChain("daps", 3);
  options.batch = 5; // 12 chains: 3 batches
  std::int64_t calls = 0;
  RunEstimator(ThreeImages(),
               options,
               [&](const ProgressReport & report)
               {
                 EXPECT_EQ(report.step, ++calls);
                 EXPECT_EQ(report.steps, 9);
                 EXPECT_EQ(report.noiseLevel == 0.0, report.step % 3 == 0);
                 EXPECT_NE(report.task.find("daps"), std::string::npos);
                 return true;
               });
  EXPECT_EQ(calls, 9);
}

TEST(RunEstimator, AnObserverSeesTheChainsFromStartToEnd)
{
  EstimatorOptions options = ShortChain("daps", 3);
  options.batch = 5; // 12 chains: 3 batches
  options.keepSamples = true;
  std::vector<std::pair<std::int64_t, std::size_t>> places;
  std::vector<at::Tensor> ends;
  const auto observer = [&](std::int64_t first, std::size_t level, const ChainState & state)
  {
    places.emplace_back(first, level);
    if (level == 3)
    {
      ends.push_back(state.x.clone());
    }
  };
  const auto samples = RunEstimator(ThreeImages(), options, {}, observer).samples; // [4, 3 images, ...]
  std::vector<std::pair<std::int64_t, std::size_t>> expected;
  for (const std::int64_t first : {0, 5, 10})
  {
    for (const std::size_t level : {0, 1, 2, 3})
    {
      expected.emplace_back(first, level);
    }
  }
  EXPECT_EQ(places, expected);
  EXPECT_TRUE(at::equal(at::cat(ends), samples.transpose(0, 1).flatten(0, 1))); // image * samples + sample
}

TEST(RunEstimator, ReturningFalseAborts)
{
  int calls = 0;
  const auto stop = [&](const ProgressReport & report)
  {
    ++calls;
    return report.step < 2;
  };
  EXPECT_THROW(RunEstimator(ThreeImages(), ShortChain("rmp"), stop), Aborted);
  EXPECT_EQ(calls, 2);
}

std::string
MessageOfANaN(const EstimatorOptions & options)
{
  const auto prior = std::make_shared<const test::UnitDenoiser>(
      [](const at::Tensor &, double sigma, at::Tensor denoised)
      {
        if (sigma < 1.0)
        {
          denoised[2][0][0][3][4] = std::numeric_limits<double>::quiet_NaN();
        }
        return denoised;
      });
  try
  {
    RunEstimator(ThreeImages(at::kComplexDouble, prior), options);
  }
  catch (const NumericalError & error)
  {
    return error.what();
  }
  return "no exception";
}

TEST(RunEstimator, ANaNStopsTheRunWithTheStepInTheMessage)
{
  EstimatorOptions options = ShortChain("rmp", 3);
  options.schedule = "geometric"; // 20, 1, 0.05: the third step is the first below 1
  options.guidance = "dps";       // no inner solver: the loop itself notices
  const std::string dps = MessageOfANaN(options);
  EXPECT_NE(dps.find("image 2"), std::string::npos) << dps;
  options.guidance = "proximal"; // the solver notices first
  const std::string proximal = MessageOfANaN(options);
  EXPECT_NE(proximal.find("ConjugateGradient"), std::string::npos) << proximal;
  for (const std::string & message : {dps, proximal})
  {
    EXPECT_NE(message.find("step 3 of 3"), std::string::npos) << message;
    EXPECT_NE(message.find("noise level 0.05"), std::string::npos) << message;
    EXPECT_NE(message.find("finite values from"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(RunEstimator, TheSummarySaysHowTheResultCameAbout)
{
  EstimatorOptions options = ShortChain("daps", 3);
  options.keepSamples = true;
  const auto daps = RunEstimator(ThreeImages(), options);
  EXPECT_EQ(daps.summary.method, "daps");
  EXPECT_EQ(daps.summary.guidance, "");
  EXPECT_EQ(daps.summary.prior, "unit");
  EXPECT_EQ(daps.summary.deviationOf, "daps");
  EXPECT_EQ(daps.summary.deviationKind, DeviationKind::Posterior);
  EXPECT_EQ(daps.summary.steps, 3);
  EXPECT_EQ(daps.summary.samples, 4);
  EXPECT_EQ(daps.summary.networkEvaluations, 12); // one a level and sample
  EXPECT_EQ(daps.summary.seed, 7u);
  EXPECT_GT(daps.summary.wallSeconds, 0.0);
  EXPECT_NE(daps.summary.options.find("\"sigma-maximum\":20"), std::string::npos) << daps.summary.options;
  // Mean of 4 samples of 120 numbers a coil of which half are measured: near, not at, the noise level.
  EXPECT_GT(daps.summary.dataFit, 0.1);
  EXPECT_LT(daps.summary.dataFit, 3.0);
  ASSERT_EQ(daps.samples.sizes(), (std::vector<std::int64_t>{4, 3, 1, 1, 10, 12}));
  EXPECT_TENSOR_CLOSE(daps.samples.mean(0), daps.mean, 1e-12); // double
  const auto rmp = RunEstimator(ThreeImages(), ShortChain("rmp", 3));
  EXPECT_EQ(rmp.summary.guidance, "proximal");
  EXPECT_EQ(rmp.summary.deviationKind, DeviationKind::None);
  EXPECT_EQ(rmp.summary.networkEvaluations, 3);
  EXPECT_FALSE(rmp.standardDeviation.defined());
  EXPECT_TRUE(std::isnan(rmp.summary.meanDisagreement));
}

TEST(RunEstimator, ANoiseLevelOutsideThePriorIsAWarning)
{
  EstimatorOptions options = ShortChain("rmp");
  EXPECT_TRUE(RunEstimator(ThreeImages(), options).summary.warnings.empty());
  options.sigmaMaximum = 1000.0; // the prior says 100
  const auto summary = RunEstimator(ThreeImages(), options).summary;
  ASSERT_EQ(summary.warnings.size(), 1u);
  EXPECT_NE(summary.warnings[0].find("1000"), std::string::npos);
}

TEST(RunEstimator, RefusesWhatCannotBeRun)
{
  const auto refused = [](const std::function<void(EstimatorOptions &, PosteriorProblem &)> & change)
  {
    EstimatorOptions options = ShortChain("rmp");
    PosteriorProblem problem = ThreeImages();
    change(options, problem);
    EXPECT_THROW(RunEstimator(problem, options), UsageError);
  };
  refused([](auto & o, auto &) { o.method = "median"; });
  refused([](auto & o, auto &) { o.guidance = "none"; });
  refused([](auto & o, auto &) { o.guidance = "exact"; }); // the prior is not conditioned on the data
  refused([](auto & o, auto &) { o.method = "reference"; });
  refused([](auto & o, auto &) { o.steps = 0; });
  refused([](auto & o, auto &) { o.batch = 0; });
  refused([](auto & o, auto &) { o.sigmaMinimum = 30.0; });
  refused([](auto & o, auto &) { o.start = "picture.nii"; }); // no image was given
  refused(
      [](auto & o, auto &)
      {
        o.covariance = "product";
        o.guidance = "pigdm";
      });
  refused([](auto &, auto & p) { p.prior = nullptr; });
  refused([](auto &, auto & p) { p.likelihood = nullptr; }); // and no shape
  const auto plain = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, false);
  refused(
      [&](auto & o, auto & p)
      {
        o.guidance = "pigdm";
        p.prior = plain;
      });
  refused(
      [&](auto & o, auto & p)
      {
        o.guidance = "dps";
        p.prior = plain;
      });
  refused(
      [&](auto & o, auto & p)
      {
        o.method = "dps";
        p.prior = plain;
      });
}

TEST(RunEstimator, StartsFromAGivenImageAtItsNoiseLevel)
{
  std::vector<double> levels;
  std::vector<at::Tensor> states;
  const auto prior = std::make_shared<const test::UnitDenoiser>(
      [&](const at::Tensor & x, double sigma, at::Tensor denoised)
      {
        levels.push_back(sigma);
        states.push_back(x.clone());
        return denoised;
      });
  PosteriorProblem problem = ThreeImages(at::kComplexDouble, prior);
  problem.start = at::full({3, 1, 1, 10, 12}, 2.5, at::kComplexDouble);
  EstimatorOptions options = ShortChain("rmp", 4);
  options.start = "image";
  options.startSigma = 1.5;
  RunEstimator(problem, options);
  EXPECT_EQ(levels.front(), 1.5);
  EXPECT_TRUE(at::equal(states.front(), problem.start)); // mean propagation starts at the image itself
  states.clear();
  options.method = "daps";
  options.samples = 200;
  options.batch = 600;
  RunEstimator(problem, options);
  const auto offset = at::view_as_real(states.front() - 2.5);
  // 144000 draws of N(0, 1.5^2): the deviation is known to 1.5 / sqrt(2 * 144000) = 0.0028; four of those.
  EXPECT_NEAR(offset.std().item<double>(), 1.5, 0.012);
  problem.start = at::zeros({3, 1, 1, 10, 11}, at::kComplexDouble);
  EXPECT_THROW(RunEstimator(problem, options), DataError);
}
} // namespace
} // namespace tweedie
