// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieRedDiffEstimator.h"

#include <cstdint>

namespace tweedie
{
namespace
{
using test::MatrixProblem;
using test::Report;

/** w(t) / t. */
double
WeightOver(const std::string & rule, double t)
{
  const double w = rule == "sqrt"     ? std::sqrt(t)
                   : rule == "const"  ? 1.0
                   : rule == "square" ? t * t
                   : rule == "log"    ? std::log(1.0 + t)
                                      : t;
  return w / t;
}

/** argmin -log p(y | mu) + |mu - m|^2 / (2 v). */
at::Tensor
PublishedStart(const MatrixProblem & problem)
{
  const auto gain = problem.Gain(problem.prior->PriorVariance());
  return problem.priorMean + at::mv(gain, problem.PointOfData() - at::mv(problem.projection, problem.priorMean));
}

/** The published iteration for the random numbers that the estimator draws. [n] */
at::Tensor
PublishedRedDiff(const MatrixProblem & problem, const EstimatorOptions & options)
{
  const RedDiffSettings & settings = options.Of<RedDiffSettings>();
  const auto levels = test::LevelsOf(options);
  const std::int64_t n = problem.matrix.size(1);
  const double m = static_cast<double>(problem.matrix.size(0));
  const double deviation = std::sqrt(problem.prior->PriorVariance());
  RandomStreams random(static_cast<std::uint64_t>(options.seed), {std::uint64_t{1} << 62}); // of means, image 0
  auto mu = PublishedStart(problem);
  auto first = at::zeros_like(mu);
  auto second = at::zeros_like(mu);
  int number = 0;
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double sigma = levels[k];
    const auto jacobian = problem.Jacobian(sigma);
    const double weight = settings.lambda * WeightOver(settings.weights, sigma / deviation);
    for (std::int64_t i = 0; i < settings.iterations; ++i)
    {
      const auto z = random.Normal({n}, at::kDouble).squeeze(0);
      const auto denoised = problem.priorMean + at::mv(jacobian, mu + z * sigma - problem.priorMean);
      const auto misfit = at::mv(problem.matrix.t(), at::mv(problem.matrix, mu) - problem.data);
      const auto gradient = misfit * (settings.dataWeight * static_cast<double>(n) / m) + (mu - denoised) * weight;
      ++number;
      first = first * 0.9 + gradient * 0.1;
      second = second * 0.99 + gradient.square() * 0.01;
      const auto size = (second / (1.0 - std::pow(0.99, number))).sqrt() + 1e-8 * deviation;
      mu = mu - first / (1.0 - std::pow(0.9, number)) / size * (settings.rate * deviation);
    }
  }
  return mu;
}

EstimatorOptions
Options(const MatrixProblem & problem, std::int64_t steps)
{
  auto options = problem.Options("red-diff", "auto", steps);
  options.sigmaMaximum = 4.0 * std::sqrt(problem.prior->PriorVariance());
  options.sigmaMinimum = 0.03 * std::sqrt(problem.prior->PriorVariance());
  return options;
}

/** The same data for many images, so that each is a chain with random numbers of its own. */
PosteriorProblem
Copies(const MatrixProblem & problem, std::int64_t count)
{
  PosteriorProblem copies = problem.Problem();
  copies.likelihood =
      std::make_shared<const GaussianLikelihood>(Dense(problem.matrix, problem.shape),
                                                 problem.data.reshape({1, 1, 1, 1, -1}).repeat({count, 1, 1, 1, 1}),
                                                 problem.noise);
  copies.conditioned = nullptr;
  return copies;
}

/** Ends [count, n] of the chains. */
at::Tensor
Ends(const MatrixProblem & problem, const EstimatorOptions & options, std::int64_t count)
{
  return RunEstimator(Copies(problem, count), options).mean.reshape({count, -1});
}

TEST(RedDiff, IsThePublishedIteration)
{
  const auto problem = test::DenseMatrixProblem();
  for (const char * const rule : {"linear", "sqrt", "const", "square", "log"})
  {
    SCOPED_TRACE(rule);
    auto options = Options(problem, 6);
    auto & settings = options.Of<RedDiffSettings>();
    settings.weights = rule;
    settings.iterations = 7;
    settings.lambda = 0.4;
    settings.dataWeight = 0.6;
    const auto estimate = RunEstimator(problem.Problem(), options);
    // Rounding, through 42 steps; the division by the root of the second moment amplifies it where a gradient is small.
    EXPECT_TENSOR_NEAR(estimate.mean.reshape({-1}), PublishedRedDiff(problem, options), 1e-8);
    EXPECT_EQ(estimate.summary.networkEvaluations, 42);
    EXPECT_EQ(estimate.summary.deviationKind, DeviationKind::None);
  }
}

/** Where the expected gradient at noise level sigma is zero: n/m A^T (A mu - y) + lambda w/t (I - J)(mu - m) = 0. */
at::Tensor
FixedPoint(const MatrixProblem & problem, const RedDiffSettings & settings, double sigma)
{
  const double ratio = static_cast<double>(problem.matrix.size(1)) / static_cast<double>(problem.matrix.size(0));
  const double t = sigma / std::sqrt(problem.prior->PriorVariance());
  const auto pull = (problem.Eye() - problem.Jacobian(sigma)) * (settings.lambda * WeightOver(settings.weights, t));
  const auto normal = at::matmul(problem.matrix.t(), problem.matrix) * ratio;
  const auto right = at::mv(problem.matrix.t(), problem.data) * ratio + at::mv(pull, problem.priorMean);
  return at::linalg_solve(normal + pull, right);
}

TEST(RedDiff, SettlesWhereItsObjectiveSays)
{
  for (const auto & problem : {test::DenseMatrixProblem(), test::IsotropicMatrixProblem()})
  {
    const double sigma = std::sqrt(problem.prior->PriorVariance());
    auto options = Options(problem, 1);
    options.sigmaMaximum = sigma;
    auto & settings = options.Of<RedDiffSettings>();
    settings.iterations = 2000;
    settings.rate = 0.004;
    const auto ends = Ends(problem, options, 64);
    // A chain moves about its fixed point by sqrt(rate rms(g) / (2 h)), 0.06 for the smallest curvatures h; 64 chains
    // know their mean to an eighth of that, and the largest of 64 coordinates is three or four of those.
    EXPECT_TENSOR_NEAR(ends.mean(0), FixedPoint(problem, settings, sigma), 0.03);
  }
}

TEST(RedDiff, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  for (const std::string rule : {"linear", "const"})
  {
    auto options = Options(problem, 20);
    options.Of<RedDiffSettings>().weights = rule;
    const auto ends = Ends(problem, options, 200);
    const auto centred = ends - ends.mean(0);
    const auto covariance = at::matmul(centred.t(), centred) / 199.0;
    const std::string name = "dense-red-diff-" + rule;
    const auto bias = test::BiasOf(problem, ends.mean(0), covariance).Print(name);
    const auto misfit = at::matmul(ends, problem.matrix.t()) - problem.data;
    const double residual = misfit.square().mean().sqrt().item<double>();
    Report(name + "-residual-over-noise", residual / problem.noise);
    // Bounds that keep the figures of this problem where they are; Monte-Carlo error 1 / sqrt(64 * 200) = 0.01. The
    // end fits the noise of the data, and its spread has nothing to do with the posterior's.
    EXPECT_NEAR(bias.rms, rule == "linear" ? 0.769 : 0.731, 0.03);
    EXPECT_NEAR(bias.meanVariance, rule == "linear" ? 0.057 : 0.379, 0.04);
    EXPECT_LT(residual, 0.2 * problem.noise);
  }
}

/** Complex numbers, coils, three images in a batch; n / m = 1 for two coils and every second line. */
TEST(RedDiff, SettlesThereInComplexNumbers)
{
  auto options = test::ShortChain("red-diff", 1);
  options.sigmaMaximum = 1.0;
  options.Of<RedDiffSettings>().iterations = 4000;
  options.Of<RedDiffSettings>().rate = 0.002;
  const auto problem = test::ThreeImages();
  // A^H (A mu - y) + lambda (1 - J) mu = 0, J = 1 / 2: the proximal point of 0 with s_c^2 / r^2 = lambda / 2.
  const double variance = 0.3 * 0.3 / 2.0 / (0.25 / 2.0);
  const auto zero = at::zeros({3, 1, 1, 10, 12}, at::kComplexDouble);
  const auto expected = problem.likelihood->Proximal(zero, test::Sigma(variance));
  // A chain moves about it by 0.04 of the size of the image, as above; a factor of 2 in a weight is 0.2.
  EXPECT_TENSOR_CLOSE(RunEstimator(problem, options).mean, expected, 0.1);
}

TEST(RedDiff, WithoutDataItGoesToTheMeanOfThePrior)
{
  const auto problem = test::DenseMatrixProblem();
  auto unconditional = problem.Problem();
  unconditional.likelihood = nullptr;
  unconditional.conditioned = nullptr;
  auto options = Options(problem, 1);
  options.start = "zero";
  options.sigmaMaximum = 1.0;
  options.Of<RedDiffSettings>().iterations = 2000;
  options.Of<RedDiffSettings>().rate = 0.003;
  const auto mean = RunEstimator(unconditional, options).mean.reshape({-1});
  // The mean has deviation 1; one chain moves about it by 0.05, as above.
  EXPECT_TENSOR_CLOSE(mean, problem.priorMean, 0.1);
}

// --- a forward model that is not linear --------------------------------------------------------------------------

/** y = x^2, element by element. */
class SquareModel final : public ForwardModel
{
public:
  explicit SquareModel(Shape shape) : m_Shape(std::move(shape)) {}

  std::string
  Name() const override
  {
    return "SquareModel";
  }
  Shape
  DomainShape() const override
  {
    return m_Shape;
  }
  Shape
  RangeShape() const override
  {
    return m_Shape;
  }
  at::Tensor
  Apply(const at::Tensor & x) const override
  {
    return x.square();
  }
  at::Tensor
  Vjp(const at::Tensor & x, const at::Tensor & v) const override
  {
    return x * v * 2.0;
  }

private:
  Shape m_Shape;
};

/** A hundred numbers of N(0, 1), seen as their squares. */
PosteriorProblem
Squares(const at::Tensor & data)
{
  PosteriorProblem problem;
  problem.prior =
      std::make_shared<const GaussianDenoiser>(at::zeros({1, 1, 10, 10}, at::kDouble), at::eye(100, at::kDouble));
  problem.likelihood =
      std::make_shared<const GaussianLikelihood>(std::make_shared<const SquareModel>(Shape{1, 1, 10, 10}), data, 0.1);
  problem.type = at::kDouble;
  return problem;
}

TEST(RedDiff, RunsWithAModelThatIsNotLinear)
{
  const auto data = test::Normal(11, {1, 1, 1, 10, 10}).square() + 0.5;
  EstimatorOptions options;
  options.method = "red-diff";
  options.steps = 1;
  options.sigmaMaximum = 1.0;
  options.start = "noise"; // zero is a stationary point
  options.Of<RedDiffSettings>().iterations = 3000;
  options.Of<RedDiffSettings>().rate = 0.003;
  const auto mean = RunEstimator(Squares(data), options).mean;
  // 2 x (x^2 - y) + lambda (1 - J) x = 0 with lambda = 0.25, J = 1 / 2. A chain moves about it by 0.01, three or four
  // of which are the largest of a hundred.
  EXPECT_TENSOR_NEAR(mean.abs(), (data - 0.0625).sqrt(), 0.04);
  EXPECT_GT(mean.max().item<double>(), 0.5);
  EXPECT_LT(mean.min().item<double>(), -0.5); // either root, as the start has it
}

TEST(RedDiff, IsWhatRunsWithSuchAModel)
{
  const auto problem = Squares(at::ones({1, 1, 1, 10, 10}, at::kDouble));
  EstimatorOptions options;
  for (const char * const method : {"ilvr", "mcg", "dds", "diffpir"})
  {
    options.method = method;
    EXPECT_THROW_MESSAGE(RunEstimator(problem, options),
                         UsageError,
                         std::string("method ") + method + ": needs a linear operator and Gaussian noise");
    EXPECT_THROW_MESSAGE(RunEstimator(problem, options), UsageError, "red-diff");
  }
}
} // namespace
} // namespace tweedie
