// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieIlvrEstimator.h"
#include "tweedieMcgEstimator.h"

namespace tweedie
{
namespace
{
using test::AffineChain;
using test::Bias;
using test::MatrixProblem;

/** x <- (I - A^+ A) (a x + (1 - a) D + s' sqrt(1 - a) z) + A^+ y + s' A^+ A n; without data the ancestral chain. */
AffineChain
PublishedIlvr(const MatrixProblem & problem, const EstimatorOptions & options, bool hasData)
{
  const auto levels = test::LevelsOf(options);
  AffineChain chain(problem.priorMean, levels.front(), options);
  const auto eye = problem.Eye();
  const auto rest = hasData ? eye - problem.projection : eye;
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double next = levels[k + 1];
    const double a = next * next / (levels[k] * levels[k]);
    const auto jacobian = problem.Jacobian(levels[k]);
    const auto offset = at::mv(eye - jacobian, problem.priorMean) * (1.0 - a);
    std::vector<at::Tensor> noise;
    if (next > 0.0)
    {
      noise.push_back(rest * (next * std::sqrt(1.0 - a)));
    }
    if (next > 0.0 && hasData)
    {
      noise.push_back(problem.projection * next);
    }
    chain.Move(at::matmul(rest, eye * a + jacobian * (1.0 - a)),
               at::mv(rest, offset) + (hasData ? problem.PointOfData() : at::zeros_like(offset)),
               noise);
  }
  return chain;
}

TEST(Ilvr, IsThePublishedChain)
{
  for (const auto & problem : {test::DenseMatrixProblem(), test::IsotropicMatrixProblem()})
  {
    auto options = test::SamplesOf(problem, "ilvr", 20, 400);
    options.Of<IlvrSettings>().threshold = 1e-6;
    const auto chain = PublishedIlvr(problem, options, true);
    // Rounding, of states of size 100 times the prior's deviation and A^+ of norm 5, through 20 steps.
    EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
    test::ExpectMomentsOfSamples(chain);
  }
}

TEST(Ilvr, PutsTheDataIntoEverySampleAsTheyAre)
{
  const auto problem = test::DenseMatrixProblem();
  auto options = test::SamplesOf(problem, "ilvr", 20, 3);
  options.Of<IlvrSettings>().threshold = 1e-6;
  const auto samples = test::RunSamples(problem.Problem(), options);
  // A x = y to rounding: the published form knows no noise in the data.
  EXPECT_TENSOR_NEAR(at::matmul(samples, problem.matrix.t()), problem.data.expand({3, 40}), 1e-10);
}

TEST(Ilvr, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  const auto bias = [&](std::int64_t steps)
  {
    const auto chain = PublishedIlvr(problem, test::SamplesOf(problem, "ilvr", steps, 1), true);
    return test::BiasOf(problem, chain.mean, chain.covariance).Print("dense-ilvr-" + std::to_string(steps));
  };
  const Bias few = bias(20);
  const Bias many = bias(200);
  // Exact moments; another linear algebra moves them in the last digits. Not a matter of levels: ten times as many
  // leave the bias, and a variance that is zero in the measured directions.
  EXPECT_NEAR(few.rms, 0.852, 0.005);
  EXPECT_NEAR(few.meanVariance, 0.307, 0.005);
  EXPECT_NEAR(many.rms, 0.822, 0.005);
  EXPECT_NEAR(many.meanVariance, 0.457, 0.005);
}

TEST(Ilvr, WithoutDataItSamplesThePrior)
{
  const auto problem = test::DenseMatrixProblem();
  auto options = test::SamplesOf(problem, "ilvr", 40, 100);
  auto unconditional = problem.Problem();
  unconditional.likelihood = nullptr;
  const auto chain = PublishedIlvr(problem, options, false);
  EXPECT_TENSOR_NEAR(test::RunSamples(unconditional, options), chain.samples, 1e-9); // rounding, as above
  options.method = "mcg";
  EXPECT_TENSOR_NEAR(test::RunSamples(unconditional, options), chain.samples, 1e-9);
  options.steps = 1000;
  const auto dense = PublishedIlvr(problem, options, false);
  const Bias bias(dense.mean, dense.covariance, problem.priorMean, problem.priorCovariance);
  bias.Print("ilvr-prior-1000");
  EXPECT_LT(bias.largest, 1e-12);            // rounding: the chain starts at the mean
  EXPECT_NEAR(bias.meanVariance, 1.0, 0.02); // first-order steps
}

/** In complex numbers, with coils, three images in a batch: the data are met to rounding. */
TEST(Ilvr, PutsComplexDataOfCoilsIntoTheImage)
{
  auto options = test::ShortChain("ilvr");
  options.Of<IlvrSettings>().threshold = 1e-10;
  const auto problem = test::ThreeImages();
  const auto & model = dynamic_cast<const LinearOperator &>(problem.likelihood->Model());
  const auto mean = RunEstimator(problem, options).mean;
  // Rounding times the condition of A^H A, below 1e4 where every second of ten lines is measured by two coils.
  EXPECT_TENSOR_NEAR(model.Adjoint(problem.likelihood->Residual(mean)), at::zeros_like(mean), 1e-10);
}

TEST(Ilvr, LeavesOutWhatIsBelowTheThreshold)
{
  const auto problem = test::DenseMatrixProblem();
  auto options = test::SamplesOf(problem, "ilvr", 5, 3);
  options.Of<IlvrSettings>().threshold = 0.1;
  const auto samples = test::RunSamples(problem.Problem(), options);
  const auto [values, vectors] = at::linalg_eigh(at::matmul(problem.matrix.t(), problem.matrix));
  const auto misfit = at::matmul(samples - problem.PointOfData(), vectors).abs();
  const auto kept = values > values.max() * 0.1;
  EXPECT_GT(kept.sum().item<std::int64_t>(), 10);
  EXPECT_LT(kept.sum().item<std::int64_t>(), 40);
  EXPECT_LT(misfit.masked_select(kept).max().item<double>(), 1e-10);              // rounding
  EXPECT_GT(misfit.masked_select(kept.logical_not()).min().item<double>(), 1e-6); // a draw of the prior's size
}

// --- refusals ----------------------------------------------------------------------------------------------------

TEST(ProjectionSamplers, RefuseWhatTheyCannotRun)
{
  const auto plain = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, false);
  const auto withoutJacobian = test::ThreeImages(at::kComplexDouble, plain);
  EXPECT_THROW_MESSAGE(RunEstimator(withoutJacobian, test::ShortChain("mcg")),
                       UsageError,
                       "method mcg: needs a prior with a Jacobian product (unit has none); methods that run here: rmp");
  EXPECT_THROW_MESSAGE(RunEstimator(withoutJacobian, test::ShortChain("mcg")), UsageError, "ilvr");
  EXPECT_NO_THROW(RunEstimator(withoutJacobian, test::ShortChain("ilvr")));

  auto scattered = test::ThreeImages();
  const auto mask = test::Normal(21, {1, 1, 1, 10, 12}).gt(0).to(at::kDouble);
  const auto maps = test::Normal(24, {1, 2, 1, 10, 12}, at::kComplexDouble);
  const auto data = test::Normal(22, {1, 2, 1, 10, 12}, at::kComplexDouble) * mask;
  scattered.likelihood =
      std::make_shared<const GaussianLikelihood>(std::make_shared<const SenseOperator>(mask, maps), data, 0.3, mask);
  const auto lines = test::ThreeImages();
  auto coloured = lines;
  const auto & white = dynamic_cast<const GaussianLikelihood &>(*lines.likelihood);
  coloured.likelihood = std::make_shared<const GaussianLikelihood>(
      std::dynamic_pointer_cast<const ForwardModel>(white.Model().shared_from_this()),
      white.Data(),
      test::Normal(23, {1, 2, 1, 10, 12}).abs() + 0.1,
      white.Sampled());
  auto unaware = test::DenseMatrixProblem();
  auto sampled = at::ones({1, 1, 1, 1, 40}, at::kDouble);
  sampled.slice(4, 30).zero_();
  auto partial = unaware.Problem();
  partial.likelihood = std::make_shared<const GaussianLikelihood>(
      std::make_shared<const test::SpectralMatrixOperator>(unaware.matrix, unaware.shape),
      unaware.data.reshape({1, 1, 1, 1, 40}),
      unaware.noise,
      sampled);
  for (const char * const method : {"ilvr", "mcg"})
  {
    const auto options = test::ShortChain(method);
    EXPECT_THROW_MESSAGE(RunEstimator(scattered, options),
                         UsageError,
                         "an operator with a singular value decomposition (SenseOperator has none)");
    EXPECT_THROW_MESSAGE(RunEstimator(scattered, options), UsageError, "diffpir");
    EXPECT_THROW_MESSAGE(RunEstimator(coloured, options), UsageError, "needs white noise");
    EXPECT_THROW_MESSAGE(RunEstimator(partial, options), UsageError, "needs a model with the sampling in it");
  }
}

// --- mcg ---------------------------------------------------------------------------------------------------------

/** The published chain for the random numbers that the estimator draws: its step length depends on the state, so that
 * it is not affine. [count, n] */
at::Tensor
PublishedMcg(const MatrixProblem & problem, const EstimatorOptions & options)
{
  const auto levels = test::LevelsOf(options);
  auto random = test::Streams(static_cast<std::uint64_t>(options.seed), options.samples);
  const std::int64_t n = problem.matrix.size(1);
  const double v = problem.prior->PriorVariance();
  const double rank = static_cast<double>(problem.matrix.size(0));
  auto x = problem.priorMean + random.Normal({n}, at::kDouble) * levels.front();
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double sigma = levels[k];
    const double next = levels[k + 1];
    const double a = next * next / (sigma * sigma);
    const auto jacobian = problem.Jacobian(sigma);
    const auto denoised = problem.priorMean + at::matmul(x - problem.priorMean, jacobian.t());
    const auto residual = problem.PointOfData() - at::matmul(denoised, problem.projection.t());
    // grad ||A^+ (y - A D(x))|| = -J^T A^+ A r / ||r||, and A^+ A r = r.
    const auto gradient = -at::matmul(residual, jacobian) / at::norm(residual, 2, 1, true);
    const double length = options.Of<McgSettings>().zeta * std::sqrt(rank * v) / static_cast<double>(options.steps) *
                          std::sqrt((1.0 + sigma * sigma / v) * (1.0 + next * next / v));
    x = x * a + denoised * (1.0 - a) - gradient * length;
    if (next > 0.0)
    {
      x = x + random.Normal({n}, at::kDouble) * (next * std::sqrt(1.0 - a));
    }
    x = x - at::matmul(x, problem.projection.t()) + problem.PointOfData();
    if (next > 0.0)
    {
      x = x + at::matmul(random.Normal({n}, at::kDouble), problem.projection.t()) * next;
    }
  }
  return x;
}

TEST(Mcg, IsThePublishedChain)
{
  for (const auto & problem : {test::DenseMatrixProblem(), test::IsotropicMatrixProblem()})
  {
    auto options = test::SamplesOf(problem, "mcg", 20, 200);
    options.Of<McgSettings>().threshold = 1e-6;
    options.Of<McgSettings>().zeta = 0.7;
    // Rounding, as for ilvr.
    EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), PublishedMcg(problem, options), 1e-9);
  }
}

TEST(Mcg, IsIlvrUnderAnIsotropicPrior)
{
  // J = c I leaves the gradient in the measured space, which the replacement overwrites.
  const auto problem = test::IsotropicMatrixProblem();
  auto options = test::SamplesOf(problem, "mcg", 20, 50);
  const auto samples = test::RunSamples(problem.Problem(), options);
  options.method = "ilvr";
  EXPECT_TENSOR_NEAR(samples, test::RunSamples(problem.Problem(), options), 1e-9); // rounding
}

TEST(Mcg, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  const auto bias = [&](double zeta)
  {
    auto options = test::SamplesOf(problem, "mcg", 20, 2000);
    options.Of<McgSettings>().zeta = zeta;
    const auto samples = PublishedMcg(problem, options);
    const auto centred = samples - samples.mean(0);
    const auto covariance = at::matmul(centred.t(), centred) / 1999.0;
    return test::BiasOf(problem, samples.mean(0), covariance)
        .Print("dense-mcg-zeta" + std::to_string(zeta).substr(0, 1));
  };
  const Bias without = bias(0.0); // ilvr
  const Bias with = bias(1.0);
  const Bias strong = bias(8.0);
  // Bounds that keep the figures of this problem where they are; Monte-Carlo error 1 / sqrt(64 * 2000) = 0.003. The
  // gradient moves the null space in the right direction, by little, and narrows it; what was measured keeps its bias.
  EXPECT_NEAR(without.rms, 0.852, 0.02);
  EXPECT_LT(with.rms, without.rms);
  EXPECT_NEAR(with.rms, 0.840, 0.02);
  EXPECT_NEAR(with.meanVariance, 0.298, 0.02);
  EXPECT_LT(strong.meanVariance, with.meanVariance);
}
} // namespace
} // namespace tweedie
