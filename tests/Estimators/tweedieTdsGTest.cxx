// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieDpsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieTdsEstimator.h"

namespace tweedie
{
namespace
{
using test::MatrixProblem;
using test::Report;

constexpr double pi = 3.14159265358979323846;

/** Six unknowns with a full covariance, standard deviations 0.5 to 1.5, four mixed measurements with noise 0.4. */
MatrixProblem
SmallProblem()
{
  const GaussianDenoiser gaussian(test::Normal(11, {1, 1, 2, 3}), test::RandomCovariance(12, 6, 0.25, 2.25));
  return {gaussian, test::Normal(13, {4, 6}) / 2.0, test::Normal(14, {4}), 0.4};
}

EstimatorOptions
Chain(const MatrixProblem & problem, std::int64_t steps, std::int64_t particles)
{
  auto options = test::SamplesOf(problem, "tds", steps, particles);
  options.schedule = "geometric";
  return options;
}

double
StepDeviation(double sigma, double next, double variance, const EstimatorOptions & options)
{
  const double a = next * next / (sigma * sigma);
  const bool ancestral = options.Of<TdsSettings>().kernel == "ancestral";
  const double clean = ancestral ? 0.0 : IsotropicVariance(variance, sigma);
  return std::sqrt((1.0 - a) * (a * sigma * sigma + (1.0 - a) * clean));
}

/** The law of the chain without data, and its samples: x <- a x + (1 - a) D + w z. */
test::AffineChain
FreeChain(const MatrixProblem & problem, const EstimatorOptions & options)
{
  const auto levels = test::LevelsOf(options);
  test::AffineChain chain(problem.priorMean, levels.front(), options);
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double next = levels[k + 1];
    const double a = next * next / (levels[k] * levels[k]);
    const auto jacobian = problem.Jacobian(levels[k]);
    std::vector<at::Tensor> noise;
    if (next > 0.0)
    {
      noise.push_back(problem.Eye() * StepDeviation(levels[k], next, problem.prior->PriorVariance(), options));
    }
    chain.Move(problem.Eye() * a + jacobian * (1.0 - a),
               at::mv(problem.Eye() - jacobian, problem.priorMean) * (1.0 - a),
               noise);
  }
  return chain;
}

TEST(Tds, WithoutDataItSamplesThePrior)
{
  auto problem = SmallProblem();
  const auto options = Chain(problem, 60, 2000);
  const auto chain = FreeChain(problem, options);
  problem.likelihood = nullptr;
  problem.posterior = nullptr;
  // Rounding, of states of size 100 times the prior's deviation through 60 steps.
  EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
  const test::Bias bias(chain.mean, chain.covariance, problem.priorMean, problem.priorCovariance);
  bias.Print("small-tds-prior-60");
  // w is exact for v I only: with 60 steps over a factor of 2e4, 1 - a = 0.28, some percent are left.
  EXPECT_NEAR(bias.meanVariance, 1.0, 0.05);
}

/** Particles of independent runs against the law they should have. */
struct Runs
{
  std::vector<at::Tensor> means; ///< of a run, in the eigenvectors of the law and its standard deviations
  std::vector<double> squares;   ///< mean square about the law's mean, likewise
  std::vector<double> evidence;  ///< exp(log-evidence - exact)
  double effective = 0.0;

  double
  MeanScore() const
  {
    const auto all = at::stack(means);
    const auto error = all.std(0) / std::sqrt(static_cast<double>(means.size()));
    return (all.mean(0).abs() / error).max().item<double>();
  }
  static std::pair<double, double>
  MeanAndError(const std::vector<double> & values)
  {
    const auto all = at::tensor(values, at::kDouble);
    return {all.mean().item<double>(), all.std().item<double>() / std::sqrt(static_cast<double>(values.size()))};
  }
};

struct Law
{
  at::Tensor mean, covariance;
  double logEvidence;

  /** N(m, P) seen through A with noise s. */
  Law(const MatrixProblem & problem, const at::Tensor & priorMean, const at::Tensor & priorCovariance)
  {
    const auto cross = at::matmul(problem.matrix, priorCovariance);
    const auto rows = problem.data.size(0);
    const auto total =
        at::matmul(cross, problem.matrix.t()) + at::eye(rows, at::kDouble) * (problem.noise * problem.noise);
    const auto residual = problem.data - at::mv(problem.matrix, priorMean);
    const auto weighted = at::linalg_solve(total, residual);
    mean = priorMean + at::mv(cross.t(), weighted);
    covariance = priorCovariance - at::matmul(cross.t(), at::linalg_solve(total, cross));
    logEvidence =
        -0.5 * (at::dot(residual, weighted) + std::get<1>(at::linalg_slogdet(total * (2.0 * pi)))).item<double>();
  }
};

Runs
RunMany(const MatrixProblem & problem, EstimatorOptions options, std::int64_t count, const Law & law)
{
  const auto [values, vectors] = at::linalg_eigh(law.covariance);
  Runs runs;
  for (std::int64_t seed = 1; seed <= count; ++seed)
  {
    options.seed = seed;
    const auto estimate = RunEstimator(problem.Problem(), options);
    const auto white = at::matmul(estimate.samples.reshape({options.samples, -1}) - law.mean, vectors) / values.sqrt();
    runs.means.push_back(white.mean(0));
    runs.squares.push_back(white.square().mean().item<double>());
    runs.evidence.push_back(std::exp(estimate.summary.figures.at("log-evidence") - law.logEvidence));
    const double effective = estimate.summary.figures.at("effective-sample-size");
    EXPECT_GE(effective, 1.0);
    EXPECT_LE(effective, static_cast<double>(options.samples) + 1e-9);
    runs.effective += effective / static_cast<double>(count);
  }
  return runs;
}

void
ExpectLaw(const Runs & runs, const std::string & name)
{
  const auto square = Runs::MeanAndError(runs.squares);
  const auto evidence = Runs::MeanAndError(runs.evidence);
  Report(name + "-mean-score", runs.MeanScore());
  Report(name + "-variance-ratio", square.first);
  Report(name + "-variance-ratio-error", square.second);
  Report(name + "-evidence-ratio", evidence.first);
  Report(name + "-evidence-ratio-error", evidence.second);
  Report(name + "-effective-sample-size", runs.effective);
  // Four standard errors, which the runs themselves give; Student's t of 19 degrees of freedom, six coordinates: 0.5 %
  // of all seeds.
  EXPECT_LT(runs.MeanScore(), 4.0);
  EXPECT_NEAR(square.first, 1.0, 4.0 * square.second);
  EXPECT_LT(square.second, 0.01); // so that the line above means something: 3 % at three of these
  EXPECT_NEAR(evidence.first, 1.0, 4.0 * evidence.second);
  EXPECT_LT(evidence.second, 0.05);
}

TEST(Tds, ManyParticlesHaveTheLawAndTheEvidence)
{
  // Exact for the discretised chain, whose prior is Gaussian too.
  const auto problem = SmallProblem();
  for (const char * const twist : {"calibrated", "noise-level"})
  {
    auto options = Chain(problem, 30, 900);
    options.Of<TdsSettings>().twist = twist;
    options.Of<TdsSettings>().kernel = twist[0] == 'c' ? "auto" : "ancestral"; // of a formula: isotropic
    const auto chain = FreeChain(problem, options);
    const Law law(problem, chain.mean, chain.covariance);
    ExpectLaw(RunMany(problem, options, 20, law), std::string("small-tds-") + twist);
  }
}

TEST(Tds, ResamplingAtEveryLevelAndNoneHaveTheSameLaw)
{
  const auto problem = SmallProblem();
  for (const double share : {0.0, 1.0})
  {
    auto options = Chain(problem, 30, 300);
    options.Of<TdsSettings>().resample = share;
    const auto chain = FreeChain(problem, options);
    const Law law(problem, chain.mean, chain.covariance);
    const auto runs = RunMany(problem, options, 20, law);
    const auto evidence = Runs::MeanAndError(runs.evidence);
    Report("small-tds-resample-" + std::to_string(share).substr(0, 1) + "-evidence-ratio", evidence.first);
    Report("small-tds-resample-" + std::to_string(share).substr(0, 1) + "-effective-sample-size", runs.effective);
    EXPECT_LT(runs.MeanScore(), 4.0);                               // as above
    EXPECT_NEAR(evidence.first, 1.0, 4.0 * evidence.second + 1e-9); // likewise
  }
}

TEST(Tds, BiasOfTheDiscretisation)
{
  const auto problem = SmallProblem();
  const Law exact(problem, problem.priorMean, problem.priorCovariance);
  for (const char * const kernel : {"isotropic", "ancestral"})
  {
    double before = 1e9;
    for (const std::int64_t steps : {20, 60, 180})
    {
      auto options = Chain(problem, steps, 1);
      options.Of<TdsSettings>().kernel = kernel;
      const auto chain = FreeChain(problem, options);
      const Law law(problem, chain.mean, chain.covariance);
      const auto bias = test::BiasOf(problem, law.mean, law.covariance);
      const std::string name = std::string("small-tds-limit-") + kernel + "-" + std::to_string(steps);
      bias.Print(name);
      Report(name + "-log-evidence-error", law.logEvidence - exact.logEvidence);
      EXPECT_LT(bias.largest, before); // it goes away with the steps
      before = bias.largest;
    }
    EXPECT_LT(before, kernel[0] == 'i' ? 0.05 : 0.3); // of first order either way, 1 - a = 0.1
  }
}

TEST(Tds, TheEvidenceOfComplexDataCountsBothParts)
{
  // Four complex pixels of N(0, v I), two k-space lines of which one is measured, with E|n|^2 = noise^2.
  const double v = 0.8;
  const double noise = 0.6;
  const auto type = at::kComplexDouble;
  const auto mask = at::tensor({1.0, 1.0, 0.0, 0.0}, at::kDouble).reshape({1, 1, 1, 2, 2});
  const auto data = test::Normal(21, {1, 1, 1, 2, 2}, type) * mask;
  test::GaussianProblem problem;
  problem.prior = std::make_shared<const FourierGaussianDenoiser>(at::full({1, 1, 2, 2}, v, at::kDouble));
  problem.likelihood =
      std::make_shared<const GaussianLikelihood>(std::make_shared<const SenseOperator>(mask), data, noise, mask);
  problem.largestSd = std::sqrt(v);
  problem.smallestPostSd = std::sqrt(1.0 / (1.0 / v + 2.0 / (noise * noise)));
  auto options = problem.Options("tds", "auto", 30);
  options.samples = 400;
  const double total = v + noise * noise / 2.0;
  const double exact = -data.abs().square().sum().item<double>() / (2.0 * total) - 2.0 * std::log(2.0 * pi * total);
  std::vector<double> ratios;
  for (std::int64_t seed = 1; seed <= 10; ++seed)
  {
    options.seed = seed;
    ratios.push_back(std::exp(RunEstimator(problem.Problem(), options).summary.figures.at("log-evidence") - exact));
  }
  const auto [mean, error] = Runs::MeanAndError(ratios);
  Report("complex-tds-evidence-ratio", mean);
  Report("complex-tds-evidence-ratio-error", error);
  // The chain is exact for v I but for its first level, 1 / 100^2, and its last, 0.02^2 of a deviation.
  EXPECT_NEAR(mean, 1.0, 4.0 * error + 0.002); // four standard errors of ten runs: t of 9 degrees of freedom, 0.3 %
  EXPECT_LT(error, 0.03);
}

/** Modes of weight 0.8 and 0.2 at -+(2, 1) with deviation 0.3, the first coordinate seen as y = 0.5 with noise 1. */
struct TwoModes
{
  std::shared_ptr<const GaussianMixtureDenoiser> prior, posterior;
  PosteriorProblem problem;

  TwoModes()
  {
    prior = std::make_shared<const GaussianMixtureDenoiser>(
        at::tensor({0.8, 0.2}, at::kDouble),
        at::tensor({-2.0, -1.0, 2.0, 1.0}, at::kDouble).reshape({2, 1, 1, 1, 2}),
        (at::eye(2, at::kDouble) * 0.09).expand({2, 2, 2}).contiguous());
    const auto matrix = at::tensor({1.0, 0.0}, at::kDouble).reshape({1, 2});
    const auto data = at::full({1}, 0.5, at::kDouble);
    posterior = prior->Conditioned(matrix, data, 1.0);
    problem.prior = prior;
    problem.likelihood =
        std::make_shared<const GaussianLikelihood>(Dense(matrix, {1, 1, 1, 2}), data.reshape({1, 1, 1, 1, 1}), 1.0);
    problem.type = at::kDouble;
  }

  /** Weight of the mode at (2, 1) in a run. */
  double
  Weight(EstimatorOptions options, std::int64_t seed) const
  {
    options.seed = seed;
    options.samples = 500;
    options.keepSamples = true;
    options.batch = 500;
    options.schedule = "geometric";
    options.sigmaMaximum = 50.0;
    options.sigmaMinimum = 0.01;
    const auto samples = RunEstimator(problem, options).samples.reshape({-1, 2});
    return samples.sum(1).gt(0).to(at::kDouble).mean().item<double>();
  }
};

TEST(Tds, TheModesOfAMixtureHaveTheirWeights)
{
  const TwoModes modes;
  const double exact = modes.posterior->Weights()[1].item<double>();
  Report("two-modes-exact-weight", exact);
  EstimatorOptions tds;
  tds.method = "tds";
  tds.steps = 40;
  EstimatorOptions normalized;
  normalized.method = "dps";
  normalized.steps = 40;
  EstimatorOptions plain = normalized;
  plain.steps = 200; // short steps, so that what is wrong is the method
  plain.Of<DpsSettings>().normalize = false;
  std::vector<double> weights;
  for (std::int64_t seed = 1; seed <= 10; ++seed)
  {
    weights.push_back(modes.Weight(tds, seed));
  }
  const auto [mean, error] = Runs::MeanAndError(weights);
  Report("two-modes-tds-weight", mean);
  Report("two-modes-tds-weight-error", error);
  EXPECT_NEAR(mean, exact, 4.0 * error + 0.01); // t of 9 degrees of freedom, 0.3 %; 0.01 for 40 steps
  EXPECT_LT(error, 0.02);
  const double dps = modes.Weight(plain, 1);
  Report("two-modes-dps-weight", dps);
  Report("two-modes-dps-normalized-weight", modes.Weight(normalized, 1));
  EXPECT_GT(dps - exact, 0.15); // 0.89 instead of 0.61; standard error of 500 samples 0.014
}

TEST(Tds, Defaults)
{
  for (const bool needsNoise : {false, true})
  {
    const auto prior = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, true, needsNoise);
    auto options = test::ShortChain("tds", 3);
    options.samples = 0;
    const auto summary = RunEstimator(test::ThreeImages(at::kComplexDouble, prior), options).summary;
    EXPECT_EQ(summary.samples, 16);
    const std::string kernel = needsNoise ? "ancestral" : "isotropic";
    EXPECT_NE(summary.options.find("\"tds-kernel\":\"" + kernel), std::string::npos) << summary.options;
  }
}

TEST(Tds, NeedsAJacobian)
{
  const auto prior = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, false);
  const auto problem = test::ThreeImages(at::kComplexDouble, prior);
  EXPECT_THROW_MESSAGE(RunEstimator(problem, test::ShortChain("tds")), UsageError, "Jacobian product");
  EXPECT_THROW_MESSAGE(RunEstimator(problem, test::ShortChain("tds")), UsageError, "methods that run here: rmp, daps");
}
} // namespace
} // namespace tweedie
