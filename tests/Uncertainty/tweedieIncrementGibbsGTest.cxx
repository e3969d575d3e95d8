// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementGibbs.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieIncrementDenoiser.h"
#include "tweedieTestMatrixOperator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t length = 12;

/** Largest |a - b| in Monte-Carlo errors. */
double
LargestScore(const at::Tensor & a, const at::Tensor & b, const at::Tensor & error)
{
  return ((a - b).abs() / error).max().item<double>();
}

at::Tensor
MeanOf(const ReferenceDraws & run)
{
  return run.draws.flatten(0, 1).mean(0);
}

ReferenceSamplerOptions
Options(std::int64_t iterations)
{
  ReferenceSamplerOptions options;
  options.chains = 8;
  options.burnIn = 200;
  options.iterations = iterations;
  return options;
}

TEST(IncrementGibbs, UnderTheIdentityAgreesWithTheDenoiser)
{
  for (const IncrementPrior & prior : {GaussIncrements(length),
                                       LaplaceIncrements(length),
                                       BernoulliLaplaceIncrements(length, 0.3),
                                       StudentIncrements(length, 3)})
  {
    RandomStreams random(21, {0});
    const at::Tensor clean = prior.Draw(random);
    const double noise = 0.8;
    const at::Tensor data = (clean + noise * random.NormalLike(clean)).squeeze(0);
    const ReferenceDraws run =
        SampleIncrementPosterior(prior, {at::eye(length, at::kDouble), data, noise}, Options(2500));
    const IncrementDenoiser denoiser(prior, {length});
    const at::Tensor x = data.unsqueeze(0);
    const at::Tensor mean = denoiser.Denoise(x, test::Sigma(noise)).squeeze(0);
    const at::Tensor variance = denoiser.Covariance(x, test::Sigma(noise))[0].diagonal();
    const at::Tensor found = run.draws.flatten(0, 1).var(0);
    EXPECT_LT(run.report.worstShrinkage, 1.01) << prior.Name();
    EXPECT_LT(LargestScore(MeanOf(run), mean, run.report.meanError), 3.0) << prior.Name();
    // 20000 draws, of which a third or more count: 2 % of the variance, more with heavy tails
    EXPECT_LT(((found / variance).log().abs()).max().item<double>(), 0.08) << prior.Name();
  }
}

TEST(IncrementGibbs, AgreesWithNutsForStudentIncrements)
{
  const IncrementPrior prior = StudentIncrements(length, 3);
  RandomStreams random(22, {0});
  const at::Tensor clean = prior.Draw(random);
  const at::Tensor matrix = test::Normal(5, {6, length}) / std::sqrt(static_cast<double>(length));
  const at::Tensor data = at::matmul(matrix, clean.squeeze(0)) + 0.3 * test::Normal(6, {6});
  const ReferenceDraws gibbs = SampleIncrementPosterior(prior, {matrix, data, 0.3}, Options(2000));
  const auto likelihood = std::make_shared<GaussianLikelihood>(
      std::make_shared<test::MatrixOperator>(matrix), data.unsqueeze(0), at::scalar_tensor(0.3, at::kDouble));
  const ReferenceDraws nuts = SampleReference(MakeIncrementTarget(prior, likelihood, {length}), Options(300));
  EXPECT_LT(gibbs.report.worstShrinkage, 1.01);
  EXPECT_LT(nuts.report.worstShrinkage, 1.01);
  const at::Tensor error = (gibbs.report.meanError.square() + nuts.report.meanError.square()).sqrt();
  EXPECT_LT(LargestScore(MeanOf(gibbs), MeanOf(nuts), error), 3.0);
}

TEST(IncrementGibbs, WithLittleDataDrawsThePrior)
{
  const IncrementPrior prior = BernoulliLaplaceIncrements(length, 0.3);
  const ReferenceDraws run = SampleIncrementPosterior(
      prior, {at::ones({1, length}, at::kDouble), at::zeros({1}, at::kDouble), 1e6}, Options(2500));
  const at::Tensor u = prior.Increments(run.draws.flatten(0, 1));
  const at::Tensor jumps = u.slice(1, 1).ne(0.0).to(at::kDouble).mean(0);
  EXPECT_LT((jumps - 0.3).abs().max().item<double>(), 0.02); // 20000 draws: 0.003 each
  // 2 * 0.3, with a kurtosis of 20 of which 220000 increments leave 1 %
  EXPECT_NEAR(u.slice(1, 1).square().mean().item<double>(), 0.6, 0.02);
}

TEST(IncrementGibbs, SameSeedSameDraws)
{
  const IncrementPrior prior = BernoulliLaplaceIncrements(length);
  const LinearData data{at::eye(length, at::kDouble), test::Normal(1, {length}), 0.5};
  ReferenceSamplerOptions options = Options(20);
  const at::Tensor once = SampleIncrementPosterior(prior, data, options).draws;
  EXPECT_TRUE(once.equal(SampleIncrementPosterior(prior, data, options).draws));
  options.seed = 2;
  EXPECT_FALSE(once.equal(SampleIncrementPosterior(prior, data, options).draws));
}

TEST(IncrementGibbs, RefusesWhatDoesNotFitAndStopsWhenAsked)
{
  const IncrementPrior prior = LaplaceIncrements(length);
  const at::Tensor eye = at::eye(length, at::kDouble);
  const at::Tensor y = at::zeros({length}, at::kDouble);
  EXPECT_THROW(SampleIncrementPosterior(prior, {eye, y.slice(0, 1), 1.0}, Options(10)), DataError);
  EXPECT_THROW(SampleIncrementPosterior(prior, {eye, y, 0.0}, Options(10)), DataError);
  const auto stop = [](const ProgressReport & report) { return report.step < 3; };
  EXPECT_THROW(SampleIncrementPosterior(prior, {eye, y, 1.0}, Options(10), stop), Aborted);
}
} // namespace
} // namespace tweedie
