// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieDpsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"

#include <torch/csrc/autograd/autograd.h>

#include <functional>

namespace tweedie
{
namespace
{
using test::MatrixProblem;

/** Twelve pixels with values near 1/2, seven mixed measurements of them: an image from 0 to 1, black to white. */
MatrixProblem
ImageProblem()
{
  const GaussianDenoiser prior(at::full({1, 1, 3, 4}, 0.5, at::kDouble) + 0.1 * test::Normal(21, {1, 1, 3, 4}),
                               test::RandomCovariance(22, 12, 0.002, 0.2));
  return {prior, test::Normal(23, {7, 12}) / 3.0, test::Normal(24, {7}) + 0.5, 0.05};
}

EstimatorOptions
Chain(const std::string & schedule, std::int64_t steps, double highest, double lowest)
{
  EstimatorOptions options;
  options.method = "dps";
  options.schedule = schedule;
  options.steps = steps;
  options.sigmaMaximum = highest;
  options.sigmaMinimum = lowest;
  options.samples = 3;
  options.keepSamples = true;
  options.seed = 11;
  return options;
}

/** grad_x of the sum over samples of f(x) [B]: that of each sample. */
at::Tensor
GradientOf(const std::function<at::Tensor(const at::Tensor &)> & f, const at::Tensor & x)
{
  const at::Tensor leaf = x.detach().requires_grad_(true);
  return torch::autograd::grad({f(leaf).sum()}, {leaf})[0];
}

/** Algorithm 1 of Chung et al. 2023 with the step of its released code, word for word: variables x_i of the DDPM with
 * 1000 steps, images from -1 to 1 (2 x - 1 of the problem's), prior N(m, P) of those. */
struct PublishedChain
{
  at::Tensor matrix, data, mean, covariance; ///< in the published unit
  std::vector<double> beta, product;         ///< beta_i, alpha-bar_i

  explicit PublishedChain(const MatrixProblem & problem)
      : matrix(problem.matrix), data(problem.data * 2.0 - problem.matrix.sum(1)), mean(problem.priorMean * 2.0 - 1.0),
        covariance(problem.priorCovariance * 4.0)
  {
    double all = 1.0;
    for (int i = 0; i < 1000; ++i)
    {
      beta.push_back(1e-4 + i * (2e-2 - 1e-4) / 999.0);
      product.push_back(all *= 1.0 - beta.back());
    }
  }
  double
  Sigma(std::size_t i) const
  {
    return std::sqrt((1.0 - product[i]) / product[i]);
  }
  at::Tensor
  Denoised(const at::Tensor & x, std::size_t i, bool clip) const
  {
    const double variance = Sigma(i) * Sigma(i);
    const at::Tensor gain = at::linalg_solve(covariance + at::eye(mean.numel(), at::kDouble) * variance,
                                             covariance); // symmetric: they commute
    const at::Tensor result = mean + at::matmul(x / std::sqrt(product[i]) - mean, gain);
    return clip ? result.clamp(-1.0, 1.0) : result;
  }
  /** ||y - A D(x)|| of each sample. */
  at::Tensor
  ResidualNorm(const at::Tensor & x, std::size_t i, bool clip) const
  {
    return (data - at::matmul(Denoised(x, i, clip), matrix.t())).norm(2, {1});
  }
  at::Tensor
  Run(at::Tensor x, double scale, const DpsSettings & settings, RandomStreams & random) const
  {
    for (std::size_t i = 1000; i-- > 0;)
    {
      const double before = i > 0 ? product[i - 1] : 1.0;
      const bool clip = !settings.clip.empty();
      const at::Tensor denoised = Denoised(x, i, clip);
      const at::Tensor pull = GradientOf([&](const at::Tensor & z) { return ResidualNorm(z, i, clip); }, x);
      at::Tensor next;
      if (settings.eta == 1.0)
      {
        const double c1 = std::sqrt(before) * beta[i] / (1.0 - product[i]);
        const double c2 = std::sqrt(1.0 - beta[i]) * (1.0 - before) / (1.0 - product[i]);
        next = c1 * denoised + c2 * x;
        const double variance = (1.0 - before) / (1.0 - product[i]) * beta[i];
        next = i > 0 ? next + std::sqrt(variance) * random.Normal({mean.numel()}, at::kDouble) : next;
      }
      else
      {
        const at::Tensor eps = (x - std::sqrt(product[i]) * denoised) / std::sqrt(1.0 - product[i]);
        next = std::sqrt(before) * denoised + std::sqrt(1.0 - before) * eps;
      }
      x = next - scale * pull;
    }
    return x;
  }
};

TEST(Dps, TheReleasedStepIsThePublishedOneInItsOwnVariables)
{
  const MatrixProblem problem = ImageProblem();
  const PublishedChain published(problem);
  for (const auto & [eta, clip] : {std::pair{1.0, false}, std::pair{0.0, false}, std::pair{1.0, true}})
  {
    SCOPED_TRACE(eta);
    // The 1000 levels themselves, half as large: the unit of images from -1 to 1 is half of black to white. A rounding
    // inside their range, beyond which the schedule has none.
    auto options =
        Chain("ddpm", 1000, 0.5 * published.Sigma(999) * (1.0 - 1e-11), 0.5 * published.Sigma(0) * (1.0 + 1e-11));
    DpsSettings & settings = options.Of<DpsSettings>();
    settings.zeta = 0.3;
    settings.step = "released";
    settings.unit = 0.5;
    settings.eta = eta;
    settings.clip = clip ? std::vector<double>{0.0, 1.0} : std::vector<double>{};
    const at::Tensor found = test::RunSamples(problem.Problem(), options);
    RandomStreams random = test::Streams(11, 3);
    const at::Tensor start = random.Normal({12}, at::kDouble) * options.sigmaMaximum;
    const at::Tensor x = published.Run(std::sqrt(published.product[999]) * (2.0 * start - 1.0), 0.3, settings, random);
    // 1000 steps of rounding from values near 200. grad ||r|| turns about where r is small: there a chain without fresh
    // noise jumps from side to side and makes 1e-7 of a rounding, observed with any perturbation of the levels.
    EXPECT_TENSOR_NEAR(found, (x + 1.0) / 2.0, eta > 0.0 ? 1e-9 : 1e-5);
    EXPECT_GT((found - problem.priorMean).abs().max().item<double>(), 0.01); // moved at all
  }
}

/** The variance-exploding form with the reverse SDE of Song et al. 2021 and the step g grad ||r||. */
TEST(Dps, TheExplodingFormIsAConstantStep)
{
  const MatrixProblem problem = ImageProblem();
  auto options = Chain("edm", 25, 3.0, 0.01);
  DpsSettings & settings = options.Of<DpsSettings>();
  settings.zeta = 0.2;
  settings.step = "released";
  settings.form = "ve";
  settings.unit = 0.5;
  const at::Tensor found = test::RunSamples(problem.Problem(), options);
  const auto levels = test::LevelsOf(options);
  RandomStreams random = test::Streams(11, 3);
  at::Tensor x = random.Normal({12}, at::kDouble) * levels[0];
  for (std::size_t i = 0; i + 1 < levels.size(); ++i)
  {
    const double s2 = levels[i] * levels[i];
    const double change = s2 - levels[i + 1] * levels[i + 1];
    const at::Tensor gain = problem.Jacobian(levels[i]);
    const auto denoise = [&](const at::Tensor & z)
    { return problem.priorMean + at::matmul(z - problem.priorMean, gain.t()); };
    const at::Tensor pull = GradientOf(
        [&](const at::Tensor & z) { return (problem.data - at::matmul(denoise(z), problem.matrix.t())).norm(2, {1}); },
        x);
    const at::Tensor score = (denoise(x) - x) / s2;
    const at::Tensor noise = levels[i + 1] > 0.0 ? random.Normal({12}, at::kDouble) : at::zeros({3, 12}, at::kDouble);
    x = x + change * score + levels[i + 1] * std::sqrt(change / s2) * noise - 0.2 * 0.5 * pull;
  }
  EXPECT_TENSOR_NEAR(found, x, 1e-11); // 25 steps of rounding
}

/** The scaled step does not change its length per pixel with the size of the image: four copies of a problem side by
 * side are four solutions, where the released step of the whole is half as long for each. */
TEST(Dps, TheScaledStepDoesNotDependOnTheImageSize)
{
  const std::int64_t n = 5;
  const at::Tensor y = test::Normal(31, {n}) + 1.0;
  const auto run = [&](std::int64_t copies, const std::string & step)
  {
    const GaussianDenoiser prior(at::zeros({1, 1, copies, n}, at::kDouble), at::eye(copies * n, at::kDouble));
    const MatrixProblem problem(prior, at::eye(copies * n, at::kDouble), y.repeat({copies}), 0.1);
    auto options = Chain("geometric", 40, 20.0, 0.01);
    options.Of<DpsSettings>().eta = 0.0;
    options.Of<DpsSettings>().step = step;
    options.Of<DpsSettings>().zeta = step == "scaled" ? 1.0 : 0.02;
    options.start = "image";
    options.samples = 1;
    PosteriorProblem given = problem.Problem();
    given.start = at::zeros({1, 1, 1, copies, n}, at::kDouble);
    options.startSigma = 1e-3; // no noise to speak of: the copies stay alike
    options.sigmaMinimum = 1e-4;
    return test::RunSamples(given, options).reshape({copies, n})[0];
  };
  const double scaled = test::RelativeError(run(4, "scaled"), run(1, "scaled"));
  const double released = test::RelativeError(run(4, "released"), run(1, "released"));
  EXPECT_LT(scaled, 5e-3); // noise of 1e-3 at the start
  EXPECT_NEAR(released, 0.5, 0.05);
}

/** int_0^x e^(t^2 - x^2) dt by Simpson's rule. */
double
Dawson(double x)
{
  const int n = 200;
  double sum = 0.0;
  for (int i = 0; i <= n; ++i)
  {
    const double t = x * i / n;
    sum += std::exp(t * t - x * x) * (i == 0 || i == n ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
  }
  return sum * x / (3.0 * n);
}

/** Independent pixels with the prior N(m, v), y = x + n of equal noise: what un-normalised dps makes of each. */
MatrixProblem
PixelProblem(double k)
{
  const double v = 0.5;
  const GaussianDenoiser prior(at::full({1, 1, 1, 48}, 2.0, at::kDouble), v * at::eye(48, at::kDouble));
  return {prior, at::eye(48, at::kDouble), test::Normal(41, {48}) + 4.0, std::sqrt(v / k)};
}

TEST(Dps, TheDeterministicUnNormalisedChainHasItsOwnMeanAndVariance)
{
  // With w = v / (v + s^2) as time, u = D(x) - m of the probability-flow ODE obeys du/dw = u / (2 w) - k (u - y) / 2:
  // mean y sqrt(2 k) F(sqrt(k / 2)) with Dawson's F, variance v e^-k. The SDE: 1 - e^-k and v (1 - e^-2k) / (2 k); the
  // truth: k / (1 + k) and v / (1 + k).
  for (const double k : {1.0, 3.0})
  {
    SCOPED_TRACE(k);
    const MatrixProblem problem = PixelProblem(k);
    auto options = Chain("geometric", 1000, 100.0, 1e-3);
    options.samples = 300;
    options.start = "mean";
    options.batch = 300;
    options.Of<DpsSettings>().normalize = false;
    options.Of<DpsSettings>().eta = 0.0;
    const at::Tensor samples = test::RunSamples(problem.Problem(), options);
    const at::Tensor shift = problem.data - problem.priorMean;
    const double mean = (at::dot(samples.mean(0) - problem.priorMean, shift) / at::dot(shift, shift)).item<double>();
    const double variance = samples.var(0).mean().item<double>() / 0.5;
    const std::string name = "dps-flow-k" + std::to_string(static_cast<int>(k));
    test::Report(name + "-mean-over-y", mean);
    test::Report(name + "-mean-truth", k / (1.0 + k));
    test::Report(name + "-variance-over-v", variance);
    test::Report(name + "-variance-truth", 1.0 / (1.0 + k));
    // 1000 Euler steps leave 0.2 %; Monte-Carlo error of the mean sqrt(v e^-k / (300 |shift|^2)): 0.2 %.
    EXPECT_NEAR(mean / (std::sqrt(2.0 * k) * Dawson(std::sqrt(k / 2.0))), 1.0, 0.01);
    EXPECT_NEAR(variance / std::exp(-k), 1.0, 0.05); // sqrt(2 / (300 * 48)) = 1.2 %, four of them
  }
}

/** The chain that its steps make of a Gaussian problem, for the noise that it draws: every eta. */
TEST(Dps, TheUnNormalisedChainIsAffine)
{
  const MatrixProblem problem = ImageProblem();
  for (const double eta : {0.0, 0.6, 1.0})
  {
    SCOPED_TRACE(eta);
    auto options = Chain("geometric", 12, 3.0, 0.05);
    options.Of<DpsSettings>().normalize = false;
    options.Of<DpsSettings>().eta = eta;
    const auto levels = test::LevelsOf(options);
    test::AffineChain chain(at::zeros({12}, at::kDouble), levels[0], options);
    for (std::size_t i = 0; i + 1 < levels.size(); ++i)
    {
      const double s2 = levels[i] * levels[i];
      const double a = levels[i + 1] * levels[i + 1] / s2;
      const double kept = std::sqrt(a * (1.0 - eta * eta * (1.0 - a)));
      const at::Tensor j = problem.Jacobian(levels[i]);
      const at::Tensor pull = at::matmul(j, problem.matrix.t()) * (s2 / (problem.noise * problem.noise));
      const at::Tensor slope = j - at::matmul(at::matmul(pull, problem.matrix), j); // dD_y / dx
      const at::Tensor base = problem.priorMean - at::mv(j, problem.priorMean);
      const at::Tensor offset = base + at::mv(pull, problem.data - at::mv(problem.matrix, base));
      const bool fresh = eta > 0.0 && levels[i + 1] > 0.0;
      chain.Move(problem.Eye() * kept + slope * (1.0 - kept),
                 offset * (1.0 - kept),
                 fresh ? std::vector<at::Tensor>{problem.Eye() * (eta * levels[i + 1] * std::sqrt(1.0 - a))}
                       : std::vector<at::Tensor>{});
    }
    // Coarse steps amplify by up to |pull|, about 1e3, before they settle: relative.
    EXPECT_TENSOR_CLOSE(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
  }
}

TEST(Dps, RefusesWhatDoesNotGoTogether)
{
  const MatrixProblem problem = ImageProblem();
  const auto refused = [&](const std::function<void(DpsSettings &)> & change, const char * text)
  {
    auto options = Chain("edm", 3, 3.0, 0.1);
    change(options.Of<DpsSettings>());
    EXPECT_THROW_MESSAGE(RunEstimator(problem.Problem(), options), UsageError, text);
  };
  refused([](DpsSettings & s) { s.form = "sub-vp"; }, "vp|ve");
  refused([](DpsSettings & s) { s.eta = 1.1; }, "--dps-eta");
  refused([](DpsSettings & s) { s.unit = 0.0; }, "--dps-unit");
  refused([](DpsSettings & s) { s.clip = {1.0}; }, "LOW,HIGH");
  refused([](DpsSettings & s) { s.clip = {1.0, 0.0}; }, "LOW,HIGH");
  refused(
      [](DpsSettings & s)
      {
        s.normalize = false;
        s.clip = {0.0, 1.0};
      },
      "required the normalised step");
  refused(
      [](DpsSettings & s)
      {
        s.normalize = false;
        s.secondOrder = true;
        s.eta = 0.0;
      },
      "--dps-eta");
  auto options = test::ShortChain("dps");
  options.Of<DpsSettings>().clip = {0.0, 1.0};
  EXPECT_THROW_MESSAGE(RunEstimator(test::ThreeImages(), options), UsageError, "complex");
}
} // namespace
} // namespace tweedie
