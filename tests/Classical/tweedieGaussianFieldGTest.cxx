// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianField.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRISimulation.h"
#include "tweedieSenseOperator.h"
#include "tweedieTikhonov.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** Every other row and the middle ones, [1, 1, 1, y, x]. */
at::Tensor
Mask(std::int64_t height, std::int64_t width)
{
  at::Tensor mask = at::zeros({1, 1, 1, height, width}, at::kDouble);
  mask.slice(3, 0, height, 2).fill_(1.0);
  mask.slice(3, height / 2 - 1, height / 2 + 2).fill_(1.0);
  return mask;
}

/** A draw of the field, complex, by its spectrum. */
at::Tensor
FieldDraw(const GaussianField & field, std::uint64_t seed, std::int64_t height, std::int64_t width)
{
  const at::Tensor white = test::Normal(seed, {1, 1, 1, height, width}, at::kComplexDouble);
  return FourierTransform(
      (white * FieldSpectrum(field, height, width).sqrt()).contiguous(), 2, FourierDirection::Backward);
}

TEST(GaussianField, ProductAndSpectrumAreTheSameLaw)
{
  const GaussianField field{3.0, 0.2};
  const at::Tensor x = test::Normal(1, {2, 1, 1, 6, 9}, at::kComplexDouble);
  const at::Tensor spectrum = FourierTransform(x, 2, FourierDirection::Forward) / FieldSpectrum(field, 6, 9);
  EXPECT_TENSOR_CLOSE(
      FieldProduct(field, x), FourierTransform(spectrum.contiguous(), 2, FourierDirection::Backward), 1e-12);
  const at::Tensor volume = test::Normal(2, {1, 1, 4, 5, 6});
  at::Tensor differences = volume.square() * 0.2;
  for (const std::int64_t axis : {2, 3, 4})
  {
    differences = differences + (volume - at::roll(volume, 1, axis)).square();
  }
  EXPECT_NEAR(
      (volume * FieldProduct(field, volume)).sum().item<double>(), 3.0 * differences.sum().item<double>(), 1e-9);
}

TEST(GaussianField, PerturbAndSolveIsTheFourierFormForACirculantOperator)
{
  constexpr std::int64_t height = 12, width = 10, draws = 400;
  constexpr double sigma = 0.3;
  const GaussianField field{2.0, 0.01};
  const auto A = std::make_shared<const SenseOperator>(Mask(height, width));
  const at::Tensor truth = FieldDraw(field, 3, height, width);
  const at::Tensor y =
      A->Forward(truth + test::Normal(4, {1, 1, 1, height, width}, at::kComplexDouble) * (sigma / std::sqrt(2.0)));
  GaussianFieldOptions options;
  options.lambda = field.lambda;
  options.share = field.share;
  options.samples = draws;
  const auto found = SolveGaussianField(A, y, at::scalar_tensor(2.0 / (sigma * sigma), at::kDouble), options);
  const auto exact = SolveWiener(A,
                                 y,
                                 at::scalar_tensor(sigma, at::kDouble),
                                 at::zeros({1, 1, 1, height, width}, at::kComplexDouble),
                                 FieldSpectrum(field, height, width));
  EXPECT_LE(found.residual, 1e-8);
  EXPECT_TENSOR_CLOSE(found.mean, exact.mean, 1e-6); // 1e-8 times the condition number, below 50
  EXPECT_EQ(found.relativeError, 0.025);
  const at::Tensor ratio = found.variance.sqrt() / exact.standardDeviation;
  // 120 pixels, neighbours alike: their mean within two errors of one pixel's, their spread about the error stated.
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.02);
  EXPECT_NEAR((ratio - 1.0).square().mean().sqrt().item<double>() / found.relativeError, 1.0, 0.35);
}

TEST(GaussianField, AgreesWithADenseCovarianceForCoilsAndForWeights)
{
  constexpr std::int64_t height = 8, width = 6, pixels = height * width;
  const at::Tensor maps = SimulateSensitivities(3, height, width, 1).unsqueeze(0);
  const auto A = std::make_shared<const SenseOperator>(Mask(height, width), maps);
  const at::Tensor weights = test::Normal(5, {1, 3, 1, height, width}).square() + 0.5;
  const GaussianField field{1.5, 0.05};
  const at::Tensor units = at::eye(pixels, at::kComplexDouble).view({pixels, 1, 1, height, width});
  const at::Tensor H =
      (A->Adjoint(A->Forward(units) * weights) + FieldProduct(field, units)).reshape({pixels, pixels}).t();
  const at::Tensor y = A->Forward(test::Normal(6, {1, 1, 1, height, width}, at::kComplexDouble));
  GaussianFieldOptions options;
  options.lambda = field.lambda;
  options.share = field.share;
  options.samples = 400;
  options.keepSamples = true;
  const auto found = SolveGaussianField(A, y, weights, options);
  const at::Tensor mean = at::linalg_solve(H, A->Adjoint(y * weights).reshape({pixels, 1}));
  EXPECT_TENSOR_CLOSE(found.mean.reshape({pixels, 1}), mean, 1e-6);
  const at::Tensor C = at::linalg_inv(H); // of a real component: H is that of the posterior's, for both alike
  const at::Tensor exact = at::real(C.diagonal()) * 2.0;
  const at::Tensor ratio = (found.variance.reshape({pixels}) / exact).sqrt();
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.02);
  // The covariance of neighbours too: E d d^H of the draws, twice C, each element known to 2 C_ii / sqrt(400).
  const at::Tensor d = (found.samples.reshape({400, pixels}) - found.mean.reshape({1, pixels}));
  const at::Tensor S = at::matmul(d.t(), d.conj()) / 400.0;
  const at::Tensor scale = at::outer(exact, exact).sqrt();
  EXPECT_NEAR(((S - C * 2.0).abs() / scale).square().mean().sqrt().item<double>(), 0.05, 0.01);
}

/** The precision of greatest likelihood of samples z of a spectrum, each component of variance S(lambda) + noise, where
 * d log p / d log lambda = 0, by bisection. */
double
MostLikely(const at::Tensor & z, const at::Tensor & mask, double noise, double share)
{
  double low = -5.0, high = 5.0;
  for (int i = 0; i < 40; ++i)
  {
    const double middle = 0.5 * (low + high);
    const at::Tensor S = FieldSpectrum({std::exp(middle), share}, z.size(3), z.size(4));
    const at::Tensor excess = z.abs().square() / (2.0 * (S + noise)) - 1.0;
    (((excess * S / (S + noise) * mask).sum().item<double>() < 0.0) ? low : high) = middle;
  }
  return std::exp(low);
}

TEST(GaussianField, FindsTheMostLikelyPrecision)
{
  constexpr std::int64_t height = 48, width = 40;
  constexpr double sigma = 0.2;
  const at::Tensor mask = Mask(height, width);
  const auto A = std::make_shared<const SenseOperator>(mask);
  for (const double lambda : {2.0, 20.0})
  {
    const GaussianField field{lambda, 1e-3};
    const at::Tensor noise = test::Normal(8, {1, 1, 1, height, width}, at::kComplexDouble) * (sigma / std::sqrt(2.0));
    const at::Tensor y = A->Forward(FieldDraw(field, 7, height, width) + noise);
    GaussianFieldOptions options;
    options.share = field.share;
    const auto found = SolveGaussianField(A, y, at::scalar_tensor(2.0 / (sigma * sigma), at::kDouble), options);
    const double exact = MostLikely(y, mask, 0.5 * sigma * sigma, field.share);
    // The roughness of a draw of 3840 numbers is known to 2.3 %, a fifth of which the data see: 2.7 % for the mean of
    // twenty steps; three of that.
    EXPECT_NEAR(found.lambda / exact, 1.0, 0.08);
    EXPECT_NEAR(exact / lambda, 1.0, 0.25); // what the data themselves say
    EXPECT_FALSE(found.variance.defined());
  }
}

TEST(GaussianField, RefusesAndStops)
{
  const auto A = std::make_shared<const SenseOperator>(Mask(4, 4));
  const at::Tensor y = at::ones({1, 1, 1, 4, 4}, at::kComplexDouble);
  const at::Tensor one = at::ones({1}, at::kDouble);
  GaussianFieldOptions options;
  EXPECT_THROW_MESSAGE(SolveGaussianField(A, y, -one, options), DataError, "negative");
  options.lambda = 0.0;
  EXPECT_THROW_MESSAGE(SolveGaussianField(A, y, one, options), UsageError, "not above 0");
  options.lambda = 1.0;
  options.samples = 3;
  options.progress = [](std::int64_t done, std::int64_t of) { return done < 2 || of != 4; };
  EXPECT_THROW(SolveGaussianField(A, y, one, options), Aborted);
}
} // namespace
} // namespace tweedie
