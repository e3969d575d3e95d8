// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieGaussianDenoiser.h"

#include <cmath>
#include <cstdint>
#include <vector>

namespace tweedie
{
namespace
{
using test::Normal;
using test::Sigma;
using Shape = std::vector<std::int64_t>;

TEST(GaussianDenoiser, ScalarCaseByHand)
{
  // v = 3, m = 1, s = 2, x = 8: D = 1 + 3 / 7 * 7 = 4; Cov = 3 * 4 / 7.
  const GaussianDenoiser prior(at::full({1}, 1.0, at::kDouble), at::full({1, 1}, 3.0, at::kDouble));
  const auto x = at::full({1, 1}, 8.0, at::kDouble);
  const auto one = at::ones({1, 1}, at::kDouble);
  EXPECT_NEAR(prior.Denoise(x, Sigma(2)).item<double>(), 4.0, 1e-14); // rounding of numbers of order ten
  EXPECT_NEAR(prior.CovarianceProduct(x, Sigma(2), one).item<double>(), 12.0 / 7.0, 1e-14);
  EXPECT_NEAR(prior.PriorVariance(), 3.0, 1e-14);
  EXPECT_NEAR(prior.SigmaMaximum(), 100.0 * std::sqrt(3.0), 1e-12);
}

TEST(GaussianDenoiser, ASingularCovarianceIsAllowed)
{
  const GaussianDenoiser prior(at::zeros({2}, at::kDouble), at::ones({2, 2}, at::kDouble)); // rank one
  const auto x = at::tensor({1.0, 3.0}, at::kDouble).reshape({1, 2});
  EXPECT_TENSOR_NEAR(prior.Denoise(x, Sigma(1e-3)), at::full({1, 2}, 2.0, at::kDouble), 1e-5); // x projected; s^2
  EXPECT_TRUE(at::isfinite(prior.Denoise(x, Sigma(0.0))).all().item<bool>());
}

TEST(GaussianDenoiser, PosteriorEqualsTheInformationForm)
{
  // C = (P^-1 + A^T A / s_c^2)^-1, mu = C (P^-1 m + A^T y / s_c^2): another formula for the same two tensors.
  const std::int64_t n = 10;
  const auto covariance = test::RandomCovariance(1, n, 0.1, 2.0);
  const auto mean = Normal(2, {n});
  const auto matrix = Normal(3, {7, n});
  const auto y = Normal(4, {7});
  const double variance = 0.09;
  const GaussianDenoiser prior(mean, covariance);
  const auto posterior = prior.Conditioned(matrix, y, variance);
  const auto information = at::linalg_inv(covariance);
  const auto at = matrix.transpose(0, 1);
  const auto exactCovariance = at::linalg_inv(information + at::matmul(at, matrix) / variance);
  const auto exactMean = at::mv(exactCovariance, at::mv(information, mean) + at::mv(at, y) / variance);
  // Inverses of matrices of condition 20 to 1000: 1e-10 leaves three digits over 1e-16 times that.
  EXPECT_TENSOR_NEAR(posterior->Covariance(), exactCovariance, 1e-10);
  EXPECT_TENSOR_NEAR(posterior->Mean(), exactMean, 1e-10);
}

TEST(GaussianDenoiser, ConditioningInTwoPartsIsConditioningOnce)
{
  const GaussianDenoiser prior(Normal(2, {6}), test::RandomCovariance(1, 6, 0.1, 2.0));
  const auto matrix = Normal(3, {4, 6});
  const auto y = Normal(4, {4});
  const auto once = prior.Conditioned(matrix, y, 0.2);
  const auto twice = prior.Conditioned(matrix.slice(0, 0, 1), y.slice(0, 0, 1), 0.2)
                         ->Conditioned(matrix.slice(0, 1), y.slice(0, 1), 0.2);
  EXPECT_TENSOR_NEAR(once->Mean(), twice->Mean(), 1e-12); // well-conditioned 6 x 6 systems
  EXPECT_TENSOR_NEAR(once->Covariance(), twice->Covariance(), 1e-12);
}

TEST(GaussianDenoiser, ConditionedOnAllButNoiselessIdentityIsD)
{
  // D(x, s) is by definition the posterior mean for y = x0 + s n, and Cov[x0 | x] its covariance.
  const auto covariance = test::RandomCovariance(1, 6, 0.1, 2.0);
  const GaussianDenoiser prior(Normal(2, {6}), covariance);
  const auto x = Normal(3, {1, 6});
  const auto identity = at::eye(6, at::kDouble);
  const auto posterior = prior.Conditioned(identity, x.squeeze(0), 0.49);
  EXPECT_TENSOR_NEAR(prior.Denoise(x, Sigma(0.7)), posterior->Mean().unsqueeze(0), 1e-12); // 6 x 6, condition 20
  const auto product = prior.CovarianceProduct(x.expand({6, 6}), Sigma(0.7), identity);
  EXPECT_TENSOR_NEAR(product, posterior->Covariance(), 1e-12);
}

TEST(GaussianDenoiser, ComplexNoiseHasHalfItsVarianceInEachComponent)
{
  // One complex unknown of component variance v, y = x + n with E|n|^2 = sigma^2: s_c^2 = sigma^2 / 2, and the mean is
  // v / (v + sigma^2 / 2) y. The same factor from simulated pairs is the regression of x on y, no formula involved.
  const double v = 0.8;
  const double sigma = 1.1;
  const GaussianDenoiser prior(at::zeros({1}, at::kComplexDouble), v * at::eye(2, at::kDouble));
  const auto y = at::complex(at::ones({1}, at::kDouble), at::full({1}, -2.0, at::kDouble));
  const auto posterior = prior.Conditioned(at::ones({1, 1}, at::kComplexDouble), y, sigma * sigma / 2.0);
  const auto factor = v / (v + sigma * sigma / 2.0);
  EXPECT_TENSOR_NEAR(posterior->Mean(), factor * y, 1e-14); // one division

  constexpr std::int64_t count = 200000;
  auto random = test::Streams(5, count);
  const auto x = prior.Draw(random);
  const auto noise = random.Normal({1}, at::kComplexDouble) * (sigma / std::sqrt(2.0));
  EXPECT_NEAR(noise.abs().square().mean().item<double>(), sigma * sigma, 0.01); // 4 standard errors of 1.21 / 450
  const auto data = x + noise;
  const auto regression = at::real(x * data.conj()).sum() / data.abs().square().sum();
  // Standard error sqrt(f (1 - f) / 2N) = 0.0008; the sqrt(2) mistakes give 0.40 and 0.73 against 0.57.
  EXPECT_NEAR(regression.item<double>(), factor, 0.004);
  const auto left = (x - factor * data).abs().square().mean().item<double>();
  EXPECT_NEAR(posterior->MarginalVariance().item<double>(), left, 0.01); // 0.688 +- 4 * 0.688 / sqrt(N)
}

TEST(GaussianDenoiser, ComplexConditioningEqualsTheFourierForm)
{
  // The same stationary prior, dense and diagonal, conditioned on the same half of an odd-sized k-space.
  const Shape shape{1, 3, 4};
  const auto spectrum = Normal(1, shape).exp();
  const FourierGaussianDenoiser fourier(spectrum, Normal(2, shape, at::kComplexDouble));
  const auto transform =
      test::MatrixOf([&](const at::Tensor & x) { return fourier.Transform(x); }, shape, at::kComplexDouble);
  // Hermitian P = F^H S F acts on interleaved components as [[Re, -Im], [Im, Re]].
  const auto p = at::matmul(transform.conj().transpose(0, 1) * spectrum.reshape({-1}), transform);
  const auto re = at::real(p);
  const auto im = at::imag(p);
  const auto rows = at::stack({at::stack({re, -im}, 2), at::stack({im, re}, 2)}, 1); // [n, 2, n, 2]
  const GaussianDenoiser dense(fourier.Mean(), rows.reshape({24, 24}));

  const auto x = Normal(3, {2, 1, 3, 4}, at::kComplexDouble);
  const auto sigma = at::tensor({0.4, 3.0}, at::kDouble);
  EXPECT_TENSOR_NEAR(dense.Denoise(x, sigma), fourier.Denoise(x, sigma), 1e-12); // 24 x 24 eigenvectors
  EXPECT_TENSOR_NEAR(dense.CovarianceProduct(x, sigma, x), fourier.CovarianceProduct(x, sigma, x), 1e-12);
  EXPECT_TENSOR_NEAR(dense.MarginalVariance(), fourier.MarginalVariance(), 1e-12);

  const auto mask = (Normal(4, {1, 3, 4}) > 0).to(at::kDouble);
  ASSERT_GT(mask.sum().item<double>(), 2.0);
  const auto kept = mask.reshape({-1}).nonzero().reshape({-1});
  const auto y = Normal(5, shape, at::kComplexDouble);
  const auto one = fourier.Conditioned(mask, y * mask, 0.3);
  const auto other = dense.Conditioned(transform.index_select(0, kept), y.reshape({-1}).index_select(0, kept), 0.3);
  EXPECT_TENSOR_NEAR(one->Mean(), other->Mean(), 1e-12);
  EXPECT_TENSOR_NEAR(one->MarginalVariance(), other->MarginalVariance(), 1e-12);
  EXPECT_TENSOR_NEAR(one->CovarianceProduct(x, sigma, x), other->CovarianceProduct(x, sigma, x), 1e-12);
}

TEST(FourierGaussianDenoiser, TransformIsCentredAndUnitary)
{
  for (const Shape & shape : {Shape{1, 5, 6}, Shape{2, 4, 7}, Shape{3, 4, 5}})
  {
    const std::int64_t axes = shape[0] == 3 ? 3 : 2;
    const FourierGaussianDenoiser prior(at::ones(shape, at::kDouble), {}, axes);
    const auto x = Normal(1, shape, at::kComplexDouble).unsqueeze(0);
    const auto y = prior.Transform(x);
    EXPECT_TENSOR_NEAR(prior.InverseTransform(y), x, 1e-13);                          // rounding
    EXPECT_NEAR(at::norm(y).item<double>() / at::norm(x).item<double>(), 1.0, 1e-13); // Parseval
    // A constant has all its energy at floor(N / 2) of each transformed axis.
    const auto flat = prior.Transform(at::ones(shape, at::kComplexDouble));
    auto peak = flat;
    double elements = 1.0;
    for (std::int64_t i = static_cast<std::int64_t>(shape.size()) - axes; i < std::int64_t(shape.size()); ++i)
    {
      peak = peak.slice(i, shape[std::size_t(i)] / 2, shape[std::size_t(i)] / 2 + 1);
      elements *= double(shape[std::size_t(i)]);
    }
    EXPECT_TENSOR_NEAR(peak, at::full(peak.sizes(), std::sqrt(elements), peak.options()), 1e-12);
  }
}

TEST(ClosedFormErrors, WrongArgumentsAreNamed)
{
  const auto zero = at::zeros({3}, at::kDouble);
  const auto identity = at::eye(3, at::kDouble);
  EXPECT_THROW_MESSAGE(GaussianDenoiser(zero, at::eye(2, at::kDouble)), DataError, "n = 3 real components");
  EXPECT_THROW_MESSAGE(
      GaussianDenoiser(zero, identity.triu() + at::ones({3, 3}, at::kDouble).triu()), DataError, "not symmetric");
  EXPECT_THROW_MESSAGE(GaussianDenoiser(zero, -identity), DataError, "positive semi-definite");
  const GaussianDenoiser prior(zero, identity);
  EXPECT_THROW_MESSAGE(prior.Conditioned(identity, zero.slice(0, 1), 1.0), DataError, "[m, 3] and [m]");
  EXPECT_THROW_MESSAGE(prior.Conditioned(identity, zero, 0.0), DataError, "a positive variance");
  EXPECT_THROW_MESSAGE(prior.Conditioned(identity.to(at::kComplexDouble), zero, 1.0), DataError, "complex data");

  EXPECT_THROW_MESSAGE(FourierGaussianDenoiser(-at::ones({4, 4}, at::kDouble)), DataError, "not negative");
  const FourierGaussianDenoiser fourier(at::ones({4, 4}, at::kDouble));
  const auto data = Normal(1, {4, 4}, at::kComplexDouble);
  EXPECT_THROW_MESSAGE(fourier.Conditioned(at::full({4}, 0.5, at::kDouble), data, 1.0), DataError, "zeros and ones");
  EXPECT_THROW_MESSAGE(fourier.Conditioned(at::ones({5}, at::kDouble), data, 1.0), DataError, "mask of shape [5]");
}
} // namespace
} // namespace tweedie
