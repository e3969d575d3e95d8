// SPDX-License-Identifier: Apache-2.0
#include "tweedieReferenceSampler.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieTestMatrixOperator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t unknowns = 6;
constexpr double noise = 0.5;

at::Tensor
Matrix()
{
  return test::Normal(2, {3, unknowns}) / std::sqrt(static_cast<double>(unknowns));
}

LikelihoodPointer
LikelihoodOf(const at::Tensor & data)
{
  return std::make_shared<GaussianLikelihood>(
      std::make_shared<test::MatrixOperator>(Matrix()), data.unsqueeze(0), at::scalar_tensor(noise, at::kDouble));
}

std::shared_ptr<const GaussianDenoiser>
GaussianPrior()
{
  return std::make_shared<const GaussianDenoiser>(test::Normal(3, {unknowns}),
                                                  test::RandomCovariance(4, unknowns, 0.1, 3.0));
}

/** Two modes that the data do not tell apart. */
struct TwoModes
{
  at::Tensor weights = at::tensor({0.7, 0.3}, at::kDouble);
  at::Tensor means = at::zeros({2, unknowns}, at::kDouble);
  at::Tensor covariances = test::RandomCovariance(5, unknowns, 0.1, 0.4).expand({2, unknowns, unknowns}).contiguous();
  at::Tensor data = at::zeros({3}, at::kDouble);

  explicit TwoModes(double apart)
  {
    const at::Tensor unseen = std::get<2>(at::linalg_svd(Matrix(), true))[unknowns - 1];
    means[0] = unseen * (apart / 2.0);
    means[1] = unseen * (-apart / 2.0);
  }
  TargetDensityPointer
  Target() const
  {
    return MakeMixtureTarget(weights, means, covariances, LikelihoodOf(data));
  }
  std::shared_ptr<const GaussianMixtureDenoiser>
  Posterior() const
  {
    return GaussianMixtureDenoiser(weights, means, covariances).Conditioned(Matrix(), data, noise * noise);
  }
};

ReferenceSamplerOptions
Options(const std::string & method)
{
  ReferenceSamplerOptions options;
  options.method = method;
  options.chains = 8;
  options.burnIn = 400;
  options.iterations = 500;
  options.thinning = method == "pcn" ? 20 : method == "mala" ? 10 : 2;
  return options;
}

void
ExpectAgreement(const ReferenceDraws & run, const at::Tensor & mean, const at::Tensor & variance, const char * name)
{
  const at::Tensor found = run.draws.flatten(0, 1);
  EXPECT_LT(run.report.worstShrinkage, 1.01) << name;
  EXPECT_GT(run.report.smallestBulkSize, 800.0) << name; // 100 for each chain
  EXPECT_GT(run.report.smallestTailSize, 800.0) << name;
  EXPECT_LT(((found.mean(0) - mean).abs() / run.report.meanError).max().item<double>(), 3.0) << name;
  // sqrt(2 / 800) is what the least number of effective draws leaves, in 3 errors
  EXPECT_LT((found.var(0) / variance).log().abs().max().item<double>(), 3.0 * std::sqrt(2.0 / 800.0)) << name;
}

TEST(ReferenceSampler, EveryMethodFindsAGaussianPosterior)
{
  const at::Tensor data = test::Normal(6, {3});
  const auto prior = GaussianPrior();
  const auto exact = prior->Conditioned(Matrix(), data, noise * noise);
  const auto target = MakeGaussianTarget(*prior, LikelihoodOf(data));
  for (const ReferenceSamplerRow & row : ReferenceSamplerTable())
  {
    const ReferenceDraws run = SampleReference(target, Options(row.name));
    ExpectAgreement(run, exact->Mean(), exact->MarginalVariance(), row.name);
    EXPECT_GT(run.acceptance, 0.2) << row.name;
    EXPECT_LT(run.acceptance, 0.97) << row.name;
  }
}

TEST(ReferenceSampler, MethodsFindAMixtureWithModesThatTouch)
{
  const TwoModes modes(1.5);
  const auto exact = modes.Posterior();
  for (const char * name : {"mala", "nuts", "tempered"})
  {
    ExpectAgreement(SampleReference(modes.Target(), Options(name)), exact->Mean(), exact->MarginalVariance(), name);
  }
}

TEST(ReferenceSampler, ChainsInSeparateModesAreSeenByTheDiagnostics)
{
  const TwoModes modes(12.0);
  ReferenceSamplerOptions options = Options("nuts");
  options.burnIn = 100;
  options.iterations = 100;
  options.thinning = 1;
  const ReferenceDraws run = SampleReference(modes.Target(), options);
  EXPECT_GT(run.report.worstShrinkage, 1.1);
}

TEST(ReferenceSampler, TemperedChainsExchangeModesOfThePriorItself)
{
  const TwoModes modes(12.0);
  const auto exact = modes.Posterior();
  ExpectAgreement(
      SampleReference(modes.Target(), Options("tempered")), exact->Mean(), exact->MarginalVariance(), "tempered");
}

TEST(ReferenceSampler, GradientsOfTargetsAreThoseOfTheirValues)
{
  const TwoModes modes(2.0);
  const LikelihoodPointer likelihood = LikelihoodOf(modes.data);
  for (const auto & target : {MakeGaussianTarget(*GaussianPrior(), likelihood),
                              modes.Target(),
                              MakeIncrementTarget(StudentIncrements(unknowns), likelihood, {unknowns})})
  {
    const at::Tensor z = test::Normal(8, {4, unknowns});
    const at::Tensor u = test::Normal(9, {4, unknowns});
    const double step = 1e-5;
    const auto value = [&](double along) { return target->Posterior(z + along * u, 0.7).value; };
    const at::Tensor slope = (value(step) - value(-step)) / (2.0 * step);
    // central differences at 1e-5: 1e-10 of curvature and 1e-15 / 1e-5 of rounding
    EXPECT_TENSOR_CLOSE((target->Posterior(z, 0.7).gradient * u).sum(1), slope, 1e-7);
  }
}

TEST(ReferenceSampler, StartsFromThePrior)
{
  const TwoModes modes(2.0);
  const auto prior = GaussianMixtureDenoiser(modes.weights, modes.means, modes.covariances);
  RandomStreams random = test::Streams(3, 20000);
  const auto target = modes.Target();
  const at::Tensor x = target->Image(target->Start(random));
  EXPECT_LT(test::LargestMeanScore(x, prior.Mean(), prior.MarginalVariance()), 4.0); // 6 means: once in 2600 runs
  EXPECT_LT(test::LargestCovarianceScore(x, prior.Covariance()), 4.5);
}

TEST(ReferenceSampler, SameSeedSameDrawsAndStopsWhenAsked)
{
  const TwoModes modes(2.0);
  ReferenceSamplerOptions options = Options("nuts");
  options.burnIn = 50;
  options.iterations = 10;
  const at::Tensor once = SampleReference(modes.Target(), options).draws;
  EXPECT_TRUE(once.equal(SampleReference(modes.Target(), options).draws));
  const auto stop = [](const ProgressReport & report) { return report.step < 5; };
  EXPECT_THROW(SampleReference(modes.Target(), options, stop), Aborted);
  options.method = "ula";
  EXPECT_THROW_MESSAGE(SampleReference(modes.Target(), options), UsageError, "pcn, mala, nuts, tempered");
  options.method = "pcn";
  EXPECT_THROW_MESSAGE(SampleReference(modes.Target(), options), UsageError, "Gaussian");
  const auto likelihood = LikelihoodOf(modes.data);
  EXPECT_THROW(MakeIncrementTarget(BernoulliLaplaceIncrements(unknowns), likelihood, {unknowns}), UsageError);
}
} // namespace
} // namespace tweedie
