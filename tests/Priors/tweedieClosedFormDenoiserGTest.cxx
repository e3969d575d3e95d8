// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblems.h"
#include "tweedieDenoiser.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianMixtureDenoiser.h"

namespace tweedie
{
namespace
{
using test::Normal;
using test::Sigma;

class BareDenoiser final : public Denoiser
{
public:
  std::string
  Name() const override
  {
    return "BareDenoiser";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor &) const override
  {
    return x;
  }
  double
  PriorVariance() const override
  {
    return 4.0;
  }
};

TEST(Denoiser, WhatIsMissingIsNamed)
{
  const BareDenoiser denoiser;
  const auto x = Normal(1, {2, 3});
  RandomStreams random(1, {0, 1});
  EXPECT_FALSE(denoiser.HasJacobianProduct() || denoiser.HasCovarianceProduct() || denoiser.HasCovarianceDraw());
  EXPECT_THROW_MESSAGE(denoiser.JacobianProduct(x, Sigma(1), x), UsageError, "BareDenoiser: has no Jacobian");
  EXPECT_THROW_MESSAGE(denoiser.CovarianceProduct(x, Sigma(1), x), UsageError, "BareDenoiser: has no covariance prod");
  EXPECT_THROW_MESSAGE(denoiser.CovarianceDraw(x, Sigma(1), random), UsageError, "BareDenoiser: has no covariance dr");
  EXPECT_DOUBLE_EQ(denoiser.SigmaMaximum(), 200.0); // 100 standard deviations of the prior
}

TEST(Denoiser, TheThreeNamesOfOneOutput)
{
  // Hand-worked: sigma 2, x 3, D 1: score (1 - 3) / 4, eps (3 - 1) / 2.
  const auto x = at::full({1, 1}, 3.0, at::kDouble);
  const auto d = at::full({1, 1}, 1.0, at::kDouble);
  EXPECT_DOUBLE_EQ(ScoreFromDenoised(x, d, Sigma(2)).item<double>(), -0.5);
  EXPECT_DOUBLE_EQ(EpsFromDenoised(x, d, Sigma(2)).item<double>(), 1.0);
  const auto state = Normal(1, {3, 2, 4}, at::kComplexDouble);
  const auto denoised = Normal(2, {3, 2, 4}, at::kComplexDouble);
  const auto sigma = at::logspace(-2, 2, 3, 10.0, at::kDouble);
  // Round trips: a few roundings of numbers up to sigma^2 times the score, 1e-12 leaves room for sigma = 100.
  EXPECT_TENSOR_NEAR(DenoisedFromScore(state, ScoreFromDenoised(state, denoised, sigma), sigma), denoised, 1e-12);
  EXPECT_TENSOR_NEAR(DenoisedFromEps(state, EpsFromDenoised(state, denoised, sigma), sigma), denoised, 1e-12);
}

TEST(Denoiser, SigmaBroadcastsPerSample)
{
  const auto x = Normal(1, {3, 2, 4}, at::kComplexFloat);
  const auto sigma = at::tensor({1.0, 2.0, 3.0}, at::kDouble);
  EXPECT_EQ(BroadcastSigma(sigma, x).sizes(), at::IntArrayRef({3, 1, 1}));
  EXPECT_EQ(BroadcastSigma(sigma, x).scalar_type(), at::kFloat);
  EXPECT_EQ(BroadcastSigma(Sigma(2), x).dim(), 0);
  EXPECT_THROW_MESSAGE(BroadcastSigma(sigma.slice(0, 0, 2), x), DataError, "one value per sample");
  EXPECT_THROW_MESSAGE(BroadcastSigma(sigma.reshape({3, 1}), x), DataError, "one value per sample");
}

struct Candidate
{
  const char * name;
  std::shared_ptr<const ClosedFormDenoiser> denoiser;
};

std::vector<Candidate>
Candidates()
{
  const auto covariance = test::RandomCovariance(5, 12, 0.05, 3.0);
  const auto realMean = Normal(6, {1, 3, 4});
  const auto complexMean = Normal(7, {2, 1, 3}, at::kComplexDouble);
  const auto weights = at::tensor({0.5, 0.3, 0.2}, at::kDouble);
  const auto covariances =
      at::stack({covariance, test::RandomCovariance(8, 12, 0.1, 1.0), test::RandomCovariance(9, 12, 0.2, 0.5)});
  const auto spectrum = Normal(10, {1, 3, 4}).exp();
  return {
      {"dense real", std::make_shared<const GaussianDenoiser>(realMean, covariance)},
      {"dense complex", std::make_shared<const GaussianDenoiser>(complexMean, covariance)},
      {"mixture real", std::make_shared<const GaussianMixtureDenoiser>(weights, Normal(11, {3, 1, 3, 4}), covariances)},
      {"mixture complex",
       std::make_shared<const GaussianMixtureDenoiser>(
           weights, Normal(12, {3, 2, 1, 3}, at::kComplexDouble), covariances)},
      {"Fourier", std::make_shared<const FourierGaussianDenoiser>(spectrum, Normal(13, {1, 3, 4}, at::kComplexDouble))},
  };
}

/** A batch of five states near the prior at five noise levels. */
struct States
{
  at::Tensor sigma = at::tensor({0.05, 0.3, 1.0, 4.0, 30.0}, at::kDouble);
  at::Tensor x;

  explicit States(const ClosedFormDenoiser & denoiser)
  {
    auto random = test::Streams(21, 5);
    x = denoiser.Draw(random);
    x = x + BroadcastSigma(sigma, x) * random.NormalLike(x);
  }
};

TEST(ClosedForm, JacobianProductIsTheDerivativeOfD)
{
  for (const auto & [name, denoiser] : Candidates())
  {
    SCOPED_TRACE(name);
    const States states(*denoiser);
    auto random = test::Streams(22, 5);
    const auto v = random.NormalLike(states.x);
    const auto product = denoiser->JacobianProduct(states.x, states.sigma, v);
    // Central difference with h ~ 1e-4 sigma: truncation h^2 (at most 1e-7 of a curvature of order one in units of
    // sigma), rounding 1e-16 / h = 1e-11 at the smallest sigma.
    const auto h = 1e-4 * BroadcastSigma(states.sigma, v);
    const auto difference =
        (denoiser->Denoise(states.x + h * v, states.sigma) - denoiser->Denoise(states.x - h * v, states.sigma)) /
        (2.0 * h);
    EXPECT_TENSOR_CLOSE(product, difference, 1e-6);
    // Automatic differentiation of Re <v, D(x)> gives J^T v, and J is symmetric.
    const auto leaf = states.x.clone().requires_grad_(true);
    const auto objective = at::real(denoiser->Denoise(leaf, states.sigma) * (v.is_complex() ? v.conj() : v)).sum();
    objective.backward();
    EXPECT_TENSOR_CLOSE(leaf.grad(), product, 1e-10); // same formula, summed in another order
    // Second-order Tweedie.
    EXPECT_TENSOR_CLOSE(denoiser->CovarianceProduct(states.x, states.sigma, v),
                        BroadcastSigma(states.sigma, v).square() * product,
                        1e-12);
  }
}

TEST(ClosedForm, CovarianceDrawHasTheCovarianceOfTheProduct)
{
  constexpr std::int64_t count = 20000;
  for (const auto & [name, denoiser] : Candidates())
  {
    SCOPED_TRACE(name);
    const auto state = States(*denoiser).x.slice(0, 2, 3);
    auto sizes = state.sizes().vec();
    sizes[0] = count;
    auto random = test::Streams(23, count);
    const auto draws = denoiser->CovarianceDraw(state.expand(sizes), Sigma(1), random);
    // Product with every real unit vector gives the exact matrix.
    const bool complex = state.is_complex();
    const auto asReal = [complex](const at::Tensor & x) {
      return (complex ? at::view_as_real(x.contiguous()) : x).reshape({x.size(0), -1});
    };
    auto unitSizes = state.sizes().vec();
    const auto n = asReal(state).size(1);
    unitSizes[0] = n;
    auto unit = at::eye(n, at::kDouble);
    if (complex)
    {
      unitSizes.push_back(2);
      unit = at::view_as_complex(unit.reshape(unitSizes).contiguous());
      unitSizes.pop_back();
    }
    unit = unit.reshape(unitSizes);
    const auto exact = asReal(denoiser->CovarianceProduct(state.expand(unitSizes), Sigma(1), unit));
    EXPECT_TENSOR_NEAR(exact, exact.transpose(0, 1), 1e-12);
    // n (n + 1) / 2 <= 300 statistics: the largest standard score of as many exceeds 4.5 once in 500 seeds; the seed is
    // fixed. A factor sqrt(2) in a real component would score 70.
    EXPECT_LT(test::LargestCovarianceScore(asReal(draws), exact), 4.5);
    EXPECT_LT(test::LargestMeanScore(asReal(draws), at::zeros({n}, at::kDouble), exact.diagonal()), 4.0);
  }
}

TEST(ClosedForm, DrawsHaveTheStatedMoments)
{
  constexpr std::int64_t count = 20000;
  for (const auto & [name, denoiser] : Candidates())
  {
    SCOPED_TRACE(name);
    auto random = test::Streams(24, count);
    const auto draws = denoiser->Draw(random);
    const auto deviation = draws - denoiser->Mean();
    const auto variance = deviation.abs().square().mean(0);
    const auto exact = denoiser->MarginalVariance();
    // At most 12 means and variances, standard errors sqrt(v / N) and (Gaussian) v sqrt(2 / N) = 1 %: four of them.
    const auto meanScore = draws.mean(0).sub(denoiser->Mean()).abs() / (exact / double(count)).sqrt();
    EXPECT_LT(meanScore.max().item<double>(), 4.0);
    EXPECT_LT(((variance - exact).abs() / exact).max().item<double>(), 0.04);
    const double perComponent = exact.mean().item<double>() / (denoiser->IsComplex() ? 2.0 : 1.0);
    EXPECT_NEAR(denoiser->PriorVariance(), perComponent, 1e-12);
  }
}

TEST(ClosedForm, BatchEqualsLoopAndFloatFollowsDouble)
{
  for (const auto & [name, denoiser] : Candidates())
  {
    SCOPED_TRACE(name);
    const States states(*denoiser);
    const auto all = denoiser->Denoise(states.x, states.sigma);
    for (std::int64_t i = 0; i < 5; ++i)
    {
      const auto one = denoiser->Denoise(states.x.slice(0, i, i + 1), states.sigma.slice(0, i, i + 1));
      EXPECT_TENSOR_NEAR(all.slice(0, i, i + 1), one, 1e-12); // only the order of sums may differ
    }
    const auto single = states.x.to(states.x.is_complex() ? at::kComplexFloat : at::kFloat);
    const auto rough = denoiser->Denoise(single, states.sigma.to(at::kFloat));
    EXPECT_EQ(rough.scalar_type(), single.scalar_type());
    EXPECT_TENSOR_CLOSE(rough, all, 3e-6); // some 1e-7 of a state that is up to 20 times larger than D
  }
}

TEST(ClosedForm, AStateOfAnotherShapeOrKindIsRefused)
{
  for (const auto & [name, denoiser] : Candidates())
  {
    SCOPED_TRACE(name);
    const auto shape = denoiser->DomainShape();
    const auto type = denoiser->IsComplex() ? at::kComplexDouble : at::kDouble;
    const auto other = denoiser->IsComplex() ? at::kDouble : at::kComplexDouble;
    EXPECT_THROW_MESSAGE(denoiser->Denoise(Normal(1, shape, type), Sigma(1)), DataError, denoiser->Name());
    EXPECT_THROW_MESSAGE(
        denoiser->Denoise(Normal(1, shape, other).unsqueeze(0), Sigma(1)), DataError, denoiser->Name());
  }
}
} // namespace
} // namespace tweedie
