// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweediePnpDmEstimator.h"

namespace tweedie
{
namespace
{
using test::MatrixProblem;
using test::Report;

/** The dense problem with draws of z by the decomposition of its operator: exact, and quick for thousands of chains. */
MatrixProblem
QuickDenseProblem()
{
  MatrixProblem problem = test::DenseMatrixProblem();
  ProximalOptions solver;
  solver.decompose = true;
  problem.likelihood = std::make_shared<const GaussianLikelihood>(
      std::make_shared<const test::SpectralMatrixOperator>(problem.matrix, problem.shape),
      problem.data.reshape({1, 1, 1, 1, -1}),
      problem.noise,
      at::Tensor(),
      solver);
  return problem;
}

EstimatorOptions
Chain(const MatrixProblem & problem, std::int64_t steps, std::int64_t samples)
{
  auto options = test::SamplesOf(problem, "pnp-dm", steps, samples);
  options.sigmaMaximum = 0.0;
  options.sigmaMinimum = 0.0;
  options.Of<PnpDmSettings>().innerSteps = 1; // exact for a Gaussian prior with its covariance product
  return options;
}

EstimatorOptions
AtFixedRho(EstimatorOptions options, double rho)
{
  options.sigmaMaximum = rho;
  options.sigmaMinimum = rho;
  return options;
}

/** Moments of x, iteration by iteration, from the point at the start. */
struct GibbsLaw
{
  at::Tensor mean, covariance;

  GibbsLaw(const MatrixProblem & problem, const std::vector<double> & levels)
      : mean(problem.priorMean), covariance(at::zeros_like(problem.priorCovariance))
  {
    for (std::size_t k = 0; k + 1 < levels.size(); ++k)
    {
      const double square = levels[k] * levels[k];
      const auto gain = problem.Gain(square); // z = x + gain (A^+ y - x) + noise of covariance square (I - gain)
      const auto stay = problem.Eye() - gain;
      mean = at::mv(stay, mean) + at::mv(gain, problem.PointOfData());
      covariance = at::matmul(at::matmul(stay, covariance), stay.t()) + stay * square;
      const auto jacobian = problem.Jacobian(levels[k]);
      mean = problem.priorMean + at::mv(jacobian, mean - problem.priorMean);
      covariance = at::matmul(at::matmul(jacobian, covariance), jacobian.t()) + jacobian * square;
    }
  }
};

/** Samples in the eigenvectors of a law, in its standard deviations. */
void
ExpectLaw(const at::Tensor & samples, const at::Tensor & mean, const at::Tensor & covariance, const std::string & name)
{
  const auto [values, vectors] = at::linalg_eigh(covariance);
  const auto white = at::matmul(samples - mean, vectors) / values.sqrt();
  const double count = static_cast<double>(white.size(0));
  const double meanScore = white.mean(0).abs().max().item<double>() * std::sqrt(count);
  const double varianceScore = (white.var(0) - 1.0).abs().max().item<double>() * std::sqrt(count / 2.0);
  const double pooled = white.var(0).mean().item<double>();
  Report(name + "-mean-score", meanScore);
  Report(name + "-variance-score", varianceScore);
  Report(name + "-pooled-variance-ratio", pooled);
  // The largest of 64 standard normal scores exceeds sqrt(2 ln 64) + 1.2 = 4.1 for about 1 % of all seeds.
  EXPECT_LT(meanScore, 4.1);
  EXPECT_LT(varianceScore, 4.7);  // a variance has a longer upper tail
  EXPECT_NEAR(pooled, 1.0, 0.02); // Monte-Carlo error sqrt(2 / 128000) = 0.4 %
}

TEST(PnpDm, AtAFixedRhoItHasItsOwnLaw)
{
  const auto problem = QuickDenseProblem();
  for (const double rho : {0.5, 1.0})
  {
    // The slowest direction keeps the share v / (v + rho^2) <= 0.89 an iteration: of the start's variance 0.89^80 <
    // 1e-4.
    const auto options = AtFixedRho(Chain(problem, 40, 2000), rho);
    const auto samples = test::RunSamples(problem.Problem(), options);
    // x ~ N(m, P) measured with noise s^2 I + rho^2 A A^T.
    const auto outer = at::matmul(problem.matrix, problem.matrix.t());
    const auto cross = at::matmul(problem.matrix, problem.priorCovariance);
    const auto total = at::matmul(cross, problem.matrix.t()) + outer * (rho * rho) +
                       at::eye(40, at::kDouble) * (problem.noise * problem.noise);
    const auto gain = at::linalg_solve(total, cross).t();
    const auto mean = problem.priorMean + at::mv(gain, problem.data - at::mv(problem.matrix, problem.priorMean));
    const auto covariance = problem.priorCovariance - at::matmul(gain, cross);
    const std::string name = "dense-pnp-dm-rho-" + std::to_string(rho).substr(0, 3);
    ExpectLaw(samples, mean, covariance, name);
    const auto bias = test::BiasOf(problem, mean, covariance).Print(name + "-against-the-posterior");
    EXPECT_GT(bias.meanVariance, 1.05); // too wide, as documented
  }
}

TEST(PnpDm, AnnealedItFollowsItsRecursionTowardsThePosterior)
{
  const auto problem = QuickDenseProblem();
  const auto options = Chain(problem, 20, 2000);
  std::vector<std::string> warnings;
  const auto levels = MakePnpDmEstimator()->Schedule(problem.Problem(), options, warnings);
  EXPECT_TRUE(warnings.empty());
  const double norm = at::linalg_matrix_norm(problem.matrix, 2).item<double>();
  // Power iteration comes from below; its 30 steps know the norm of a matrix of this size to some percent.
  EXPECT_NEAR(levels[19] * norm / problem.noise, 0.2, 0.01);
  const GibbsLaw law(problem, levels);
  ExpectLaw(test::RunSamples(problem.Problem(), options), law.mean, law.covariance, "dense-pnp-dm-annealed-20");
  double before = 10.0;
  for (const std::int64_t steps : {10, 20, 40, 80})
  {
    const auto plan = MakePnpDmEstimator()->Schedule(problem.Problem(), Chain(problem, steps, 1), warnings);
    const GibbsLaw end(problem, plan);
    const auto bias = test::BiasOf(problem, end.mean, end.covariance);
    bias.Print("dense-pnp-dm-annealed-" + std::to_string(steps));
    EXPECT_LT(bias.largestVariance, 1.0 + 10.0 / static_cast<double>(steps)); // 1 + 8 / steps for one unknown
    EXPECT_GT(bias.meanVariance, 1.0);
    EXPECT_LT(bias.rms, before);
    EXPECT_LT(bias.rms, 3.0 / static_cast<double>(steps)); // the figures: 1.6 / steps to 2.1 / steps
    before = bias.rms;
  }
}

TEST(PnpDm, PublishedScheduleDecaysToItsFloor)
{
  const auto problem = QuickDenseProblem();
  auto options = Chain(problem, 60, 1);
  auto & settings = options.Of<PnpDmSettings>();
  settings.firstRho = 10.0;
  settings.decay = 0.9;
  settings.lastRho = 0.3;
  std::vector<std::string> warnings;
  const auto levels = MakePnpDmEstimator()->Schedule(problem.Problem(), options, warnings);
  ASSERT_EQ(levels.size(), 61u);
  const double deviation = std::sqrt(problem.prior->PriorVariance());
  EXPECT_DOUBLE_EQ(levels[0], 10.0 * deviation);
  EXPECT_DOUBLE_EQ(levels[33], 10.0 * deviation * std::pow(0.9, 33.0)); // the last above the floor
  EXPECT_DOUBLE_EQ(levels[34], 0.3 * deviation);
  EXPECT_DOUBLE_EQ(levels[59], 0.3 * deviation);
  EXPECT_EQ(levels[60], 0.0);
}

TEST(PnpDm, MixingTime)
{
  // N(0, 1) seen directly with s = 0.5: from one iteration to the next the correlation is
  // 1 / ((1 + rho^2) (1 + rho^2 / s^2)), the integrated autocorrelation time (1 + that) / (1 - that).
  constexpr std::int64_t pixels = 1000;
  constexpr std::int64_t iterations = 400;
  constexpr std::int64_t burnIn = 100;
  constexpr double noise = 0.5;
  for (const double rho : {0.2, 0.5})
  {
    const Shape shape{1, 1, 1, pixels};
    PosteriorProblem problem;
    problem.prior = std::make_shared<const test::UnitDenoiser>();
    problem.likelihood =
        std::make_shared<const GaussianLikelihood>(Identity(shape), at::ones({1, 1, 1, 1, pixels}, at::kDouble), noise);
    problem.shape = shape;
    problem.type = at::kDouble;
    EstimatorOptions options;
    options.method = "pnp-dm";
    options.Of<PnpDmSettings>().innerSteps = 1; // exact for N(0, v I)
    const std::vector<double> schedule{rho, 0.0};
    auto random = test::Streams(1, 1);
    const ChainContext context{
        problem, options, schedule, 1.0, problem.prior, nullptr, problem.likelihood, {}, 1, random};
    const auto estimator = MakePnpDmEstimator();
    ChainState state = estimator->Start(context);
    std::vector<at::Tensor> path;
    for (std::int64_t i = 0; i < burnIn + iterations; ++i)
    {
      estimator->Step(context, 0, state);
      path.push_back(state.x.flatten());
    }
    const auto x = at::stack(path).slice(0, burnIn);
    const double effective = noise * noise + rho * rho;
    const auto centred = x - 1.0 / (1.0 + effective); // about the exact mean
    const double variance = centred.square().mean().item<double>();
    double time = 1.0;
    constexpr std::int64_t window = 60; // 0.83^60 < 1e-4
    for (std::int64_t lag = 1; lag <= window; ++lag)
    {
      const auto product = centred.slice(0, lag) * centred.slice(0, 0, iterations - lag);
      time += 2.0 * product.mean().item<double>() / variance;
    }
    const double correlation = 1.0 / ((1.0 + rho * rho) * (1.0 + rho * rho / (noise * noise)));
    const double exact = (1.0 + correlation) / (1.0 - correlation);
    const std::string name = "pnp-dm-mixing-time-rho-" + std::to_string(rho).substr(0, 3);
    Report(name, time);
    Report(name + "-closed-form", exact);
    Report(name + "-two-variances-over-rho-squared", 2.0 * noise * noise / (1.0 + noise * noise) / (rho * rho));
    // 400000 numbers, a tenth of them independent: 60 correlations of standard error 0.3 % or less each, that move
    // together, give about 1 % of the time of 10.
    EXPECT_NEAR(time / exact, 1.0, 0.05);
    EXPECT_NEAR(variance * (1.0 + effective) / effective, 1.0, 0.03); // its own law; standard error 0.7 %
  }
}

/** 0.5 N(-2, 0.3^2) + 0.5 N(2, 0.3^2) in every pixel, on its own: thousands of unknowns in one chain. Cov[x0 | x] is
 * kept back, so that r^2 has to stand for it. */
class TwoModesInEveryPixel final : public Denoiser
{
public:
  const GaussianMixtureDenoiser pixel{at::tensor({0.5, 0.5}, at::kDouble),
                                      at::tensor({-2.0, 2.0}, at::kDouble).reshape({2, 1, 1, 1, 1}),
                                      at::tensor({0.09, 0.09}, at::kDouble).reshape({2, 1, 1})};

  std::string
  Name() const override
  {
    return "TwoModesInEveryPixel";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor & sigma) const override
  {
    const auto level = BroadcastSigma(sigma, x).expand_as(x).reshape({-1});
    return pixel.Denoise(x.reshape({-1, 1, 1, 1, 1}), level).reshape(x.sizes());
  }
  double
  PriorVariance() const override
  {
    return pixel.PriorVariance();
  }
};

TEST(PnpDm, InnerStepsConvergeOnAMixture)
{
  // Each pixel seen with s = 1 and y = 0.5. At a fixed rho the law is the prior conditioned with the variance
  // s^2 + rho^2, once more a mixture.
  constexpr std::int64_t pixels = 8000;
  constexpr double rho = 2.0;
  const auto prior = std::make_shared<const TwoModesInEveryPixel>();
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood = std::make_shared<const GaussianLikelihood>(
      Identity({1, 1, 1, pixels}), at::full({1, 1, 1, 1, pixels}, 0.5, at::kDouble), 1.0);
  problem.type = at::kDouble;
  const auto law =
      prior->pixel.Conditioned(at::ones({1, 1}, at::kDouble), at::full({1}, 0.5, at::kDouble), 1.0 + rho * rho);
  const double weight = law->Weights()[1].item<double>();
  Report("mixture-pnp-dm-exact-weight", weight);
  double before = 1e9;
  for (const std::int64_t inner : {2, 8, 32})
  {
    EstimatorOptions options;
    options.method = "pnp-dm";
    options.steps = 12;
    options.samples = 1;
    options.sigmaMaximum = rho;
    options.sigmaMinimum = rho;
    options.Of<PnpDmSettings>().innerSteps = inner;
    const auto samples = RunEstimator(problem, options).mean.flatten();
    const double found = samples.gt(0.0).to(at::kDouble).mean().item<double>();
    // Each half of the law, N(m_k, 0.09), is that half of the prior seen with variance s^2 + rho^2 = 5.
    const double within = (samples - samples.sgn() * 2.0).var().item<double>() / (0.09 * 5.0 / 5.09);
    const std::string name = "mixture-pnp-dm-inner-" + std::to_string(inner);
    Report(name + "-weight", found);
    Report(name + "-variance-of-a-mode-ratio", within);
    // Standard error of a weight near 1/2 over 8000 unknowns 0.55 %; three of those. A mode's variance is known to
    // sqrt(2 / 8000) = 1.6 %. r^2 of the whole prior, 45 times the variance of a mode, spreads too much unless the
    // steps are short.
    EXPECT_NEAR(found, weight, 0.0165);
    EXPECT_LT(within, before);
    before = within;
  }
  EXPECT_NEAR(before, 1.0, 0.06);
}

TEST(PnpDm, WithoutDataItSamplesThePrior)
{
  auto problem = QuickDenseProblem();
  problem.likelihood = nullptr;
  problem.posterior = nullptr;
  const auto options = Chain(problem, 10, 2000);
  // The first iteration ends with the variance v (1 - g^2), g = v / (v + rho^2); rho is 3 deviations of a mean pixel,
  // at least twice the largest: more than 0.96 v, and each later one comes closer.
  ExpectLaw(
      test::RunSamples(problem.Problem(), options), problem.priorMean, problem.priorCovariance, "dense-pnp-dm-prior");
}

TEST(PnpDm, TakesAModelThatIsNotLinearAndOthersDoNot)
{
  class Square final : public ForwardModel
  {
  public:
    std::string
    Name() const override
    {
      return "Square";
    }
    Shape
    DomainShape() const override
    {
      return {1, 1, 1, 3};
    }
    Shape
    RangeShape() const override
    {
      return {1, 1, 1, 3};
    }
    at::Tensor
    Apply(const at::Tensor & x) const override
    {
      return x.square();
    }
    at::Tensor
    Vjp(const at::Tensor & x, const at::Tensor & v) const override
    {
      return 2.0 * x * v;
    }
  };
  PosteriorProblem problem;
  problem.prior = std::make_shared<const test::UnitDenoiser>();
  problem.likelihood = std::make_shared<const GaussianLikelihood>(
      std::make_shared<const Square>(), at::ones({1, 1, 1, 1, 3}, at::kDouble), 0.5);
  problem.type = at::kDouble;
  EXPECT_NO_THROW(RunEstimator(problem, test::ShortChain("pnp-dm"))); // draws by perturb and solve
  for (const char * const method : {"tds", "ddrm"})
  {
    EXPECT_THROW_MESSAGE(RunEstimator(problem, test::ShortChain(method)), UsageError, "a linear operator");
    EXPECT_THROW_MESSAGE(
        RunEstimator(problem, test::ShortChain(method)), UsageError, "methods that run here: rmp, dps");
  }
}
} // namespace
} // namespace tweedie
