// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieDdrmEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"

namespace tweedie
{
namespace
{
using test::AffineChain;
using test::MatrixProblem;
using test::Report;

/** What a step does to a component: x_' = onClean d + onState x_ + onData y_ + deviation z. */
struct Coefficients
{
  double onClean, onState, onData, deviation;

  /** l: eigenvalue, 0: not measured; noise: s_c. */
  Coefficients(double l, double noise, double sigma, double next, const DdrmSettings & settings)
  {
    const double kept = std::sqrt(1.0 - settings.eta * settings.eta) * next;
    const double t = noise / std::sqrt(l); // infinite where not measured
    if (l > 0.0 && next >= t)
    {
      onClean = 1.0 - settings.etaB;
      onState = 0.0;
      onData = settings.etaB;
      deviation = std::sqrt(next * next - settings.etaB * settings.etaB * t * t);
      return;
    }
    onState = l > 0.0 ? 0.0 : kept / sigma;
    onData = l > 0.0 ? kept / t : 0.0;
    onClean = 1.0 - onState - onData;
    deviation = settings.eta * next;
  }
};

/** The chain as the paper has it, component by component in the eigenvectors of A^T A, for the prior N(m, P). */
AffineChain
PublishedChain(const MatrixProblem & problem, const EstimatorOptions & options, bool hasData)
{
  const auto levels = test::LevelsOf(options);
  const auto & settings = options.Of<DdrmSettings>();
  const auto [spectrum, basis] = at::linalg_eigh(at::matmul(problem.matrix.t(), problem.matrix));
  const auto n = spectrum.size(0);
  const auto l = at::where(spectrum > spectrum.max() * 1e-12, spectrum, at::zeros_like(spectrum)) * (hasData ? 1 : 0);
  const auto projected = at::mv(basis.t(), at::mv(problem.matrix.t(), problem.data));
  const auto value = at::where(l > 0, projected / l, at::zeros_like(l));
  const auto inBasis = [basis = basis](const at::Tensor & d) { return at::matmul(basis * d, basis.t()); };
  AffineChain chain(problem.priorMean, levels.front(), options);
  const double first = levels.front() * levels.front();
  const auto rest = first - problem.noise * problem.noise / l; // -inf where not measured
  const auto shrink = at::where(rest > 0, (rest.clamp_min(0.0) / first).sqrt(), at::ones_like(rest));
  const auto jump = at::where(rest > 0, value, at::mv(basis.t(), problem.priorMean));
  chain.Move(inBasis(shrink), at::mv(basis, jump - shrink * at::mv(basis.t(), problem.priorMean)), {});
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    auto clean = at::ones({n}, at::kDouble);
    auto state = at::zeros({n}, at::kDouble);
    auto data = at::zeros({n}, at::kDouble);
    auto deviation = at::zeros({n}, at::kDouble);
    for (std::int64_t j = 0; j < n && levels[k + 1] > 0.0; ++j)
    {
      const Coefficients c(l[j].item<double>(), problem.noise, levels[k], levels[k + 1], settings);
      clean[j] = c.onClean;
      state[j] = c.onState;
      data[j] = c.onData;
      deviation[j] = c.deviation;
    }
    const auto jacobian = problem.Jacobian(levels[k]);
    const auto base = at::mv(problem.Eye() - jacobian, problem.priorMean);
    chain.Move(at::matmul(inBasis(clean), jacobian) + inBasis(state),
               at::mv(inBasis(clean), base) + at::mv(basis, data * value),
               levels[k + 1] > 0.0 ? std::vector<at::Tensor>{inBasis(deviation)} : std::vector<at::Tensor>{});
  }
  return chain;
}

TEST(Ddrm, IsThePublishedChain)
{
  const auto problem = test::DenseMatrixProblem();
  for (const double etaB : {1.0, 0.4})
  {
    auto options = test::SamplesOf(problem, "ddrm", 20, 1000);
    options.Of<DdrmSettings>().etaB = etaB;
    const auto chain = PublishedChain(problem, options, true);
    // Rounding, of states of size 100 times the prior's deviation through 20 steps.
    EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
    test::ExpectMomentsOfSamples(chain);
  }
}

TEST(Ddrm, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  for (const std::int64_t steps : {20, 200})
  {
    const auto chain = PublishedChain(problem, test::SamplesOf(problem, "ddrm", steps, 1), true);
    const auto bias = test::BiasOf(problem, chain.mean, chain.covariance);
    bias.Print("dense-ddrm-" + std::to_string(steps));
    // Documented: too narrow everywhere, and off by a part of a deviation. Bounds around the figures of this problem.
    EXPECT_GT(bias.smallestVariance, 0.15);
    EXPECT_LT(bias.largestVariance, 0.8);
    EXPECT_GT(bias.largest, 0.2);
    EXPECT_LT(bias.largest, 1.2);
  }
}

TEST(Ddrm, WithoutDataItIsTheDdimChain)
{
  auto problem = test::DenseMatrixProblem();
  auto options = test::SamplesOf(problem, "ddrm", 20, 1000);
  const auto chain = PublishedChain(problem, options, false);
  problem.likelihood = nullptr;
  problem.posterior = nullptr;
  EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9); // as above
  // And samples the prior, up to what 20 steps leave out.
  test::Bias(chain.mean, chain.covariance, problem.priorMean, problem.priorCovariance).Print("dense-ddrm-prior-20");
}

/** Mean (about 0, per unit of y) and variance of a real component at the end, for the prior variance v and l = 1. */
struct ComponentLaw
{
  double gain = 0.0;
  double variance = 0.0;

  ComponentLaw(double v, bool measured, double noise, const std::vector<double> & levels, const DdrmSettings & settings)
  {
    const double first = levels.front() * levels.front();
    gain = measured ? 1.0 : 0.0;
    variance = measured ? first - noise * noise : first;
    for (std::size_t k = 0; k + 1 < levels.size(); ++k)
    {
      const double shrink = v / (v + levels[k] * levels[k]);
      if (levels[k + 1] == 0.0)
      {
        gain *= shrink;
        variance *= shrink * shrink;
        return;
      }
      const Coefficients c(measured ? 1.0 : 0.0, noise, levels[k], levels[k + 1], settings);
      const double factor = c.onClean * shrink + c.onState;
      gain = factor * gain + c.onData;
      variance = factor * factor * variance + c.deviation * c.deviation;
    }
  }
};

TEST(Ddrm, ComplexDataHaveHalfTheNoiseInEachPart)
{
  // Masked k-space of a stationary prior: every k-space sample is a component of its own, with l = 1 or 0.
  const test::FourierProblem problem;
  const auto & stationary = dynamic_cast<const FourierGaussianDenoiser &>(*problem.prior);
  auto options = problem.Options("ddrm", "auto", 20);
  options.samples = 16;
  options.keepSamples = true;
  const auto levels = test::LevelsOf(options);
  const auto samples = RunEstimator(problem.Problem(), options).samples.squeeze(1);
  const auto spectrum = stationary.Spectrum().flatten();
  const auto mask = problem.mask.flatten();
  const auto offset = stationary.Transform(stationary.Mean()).flatten();
  const double noise = 0.4 / std::sqrt(2.0);
  at::Tensor gain = at::empty_like(spectrum);
  at::Tensor variance = at::empty_like(spectrum);
  for (std::int64_t i = 0; i < spectrum.size(0); ++i)
  {
    const ComponentLaw law(
        spectrum[i].item<double>(), mask[i].item<double>() > 0.0, noise, levels, options.Of<DdrmSettings>());
    gain[i] = law.gain;
    variance[i] = law.variance;
  }
  const auto mean = offset + (problem.likelihood->Data().flatten() - offset * mask) * gain;
  const auto white = at::view_as_real((stationary.Transform(samples).flatten(1) - mean) / variance.sqrt());
  for (const bool measured : {true, false})
  {
    const auto index = mask.gt(0.5).eq(measured).nonzero().flatten();
    const auto scores = white.index_select(1, index);
    ASSERT_GT(index.numel(), 1000);
    // 16 samples of 1664 components or more, two parts: mean square 1 within sqrt(2 / 53000) = 0.6 %, mean within 0.43
    // %.
    EXPECT_NEAR(scores.square().mean().item<double>(), 1.0, 0.02);
    EXPECT_NEAR(scores.mean().item<double>(), 0.0, 0.015);
    const auto exact = problem.law->Spectrum().flatten();
    const auto ratio = (variance / exact).index_select(0, index);
    const std::string name = std::string("fourier-ddrm-") + (measured ? "measured" : "not-measured");
    Report(name + "-smallest-variance-ratio", ratio.min().item<double>());
    Report(name + "-largest-variance-ratio", ratio.max().item<double>());
    EXPECT_LT(ratio.max().item<double>(), measured ? 0.3 : 0.7); // far too narrow: 0.15 to 0.23, 0.51 to 0.56
  }
}

TEST(Ddrm, NeedsADecompositionAndWhiteNoise)
{
  const test::DenseProblem dense; // its operator offers none
  EXPECT_THROW_MESSAGE(RunEstimator(dense.Problem(), dense.Options("ddrm", "auto", 5)), UsageError, "singular value");
  EXPECT_THROW_MESSAGE(
      RunEstimator(dense.Problem(), dense.Options("ddrm", "auto", 5)), UsageError, "methods that run here: rmp, dps");
  auto problem = test::ThreeImages();
  const auto & gaussian = dynamic_cast<const GaussianLikelihood &>(*problem.likelihood);
  const auto model = std::dynamic_pointer_cast<const LinearOperator>(gaussian.Model().shared_from_this());
  auto noise = at::ones({1, 2, 1, 10, 12}, at::kDouble) * 0.3;
  noise[0][0][0][1][2] = 0.5;
  problem.likelihood = std::make_shared<const GaussianLikelihood>(model, gaussian.Data(), noise, gaussian.Sampled());
  EXPECT_THROW_MESSAGE(RunEstimator(problem, test::ShortChain("ddrm")), UsageError, "white noise");
}
} // namespace
} // namespace tweedie
