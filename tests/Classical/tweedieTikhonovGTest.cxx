// SPDX-License-Identifier: Apache-2.0
// Tikhonov's and Wiener's posteriors against dense matrix algebra.
#include "tweedieTikhonov.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieResamplingOperators.h"
#include "tweedieSenseOperator.h"

#include <cmath>

namespace tweedie
{
namespace
{
using test::MatrixOf;
using test::Normal;
using test::Streams;

constexpr double sigma = 0.3;

at::Tensor
One(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}

/** Mean and standard deviation of one sample, for a prior N(m, prior) of each real component. */
GaussianPosterior
DensePosterior(const LinearOperator & op, const at::Tensor & y, const at::Tensor & m, const at::Tensor & prior)
{
  const bool isComplex = y.is_complex();
  const at::Tensor a = MatrixOf([&](const at::Tensor & x) { return op.Forward(x); }, op.DomainShape(), y.scalar_type());
  const at::Tensor adjoint = a.conj().t().resolve_conj() / (sigma * sigma * (isComplex ? 0.5 : 1.0));
  const at::Tensor covariance = at::linalg_inv(at::matmul(adjoint, a) + at::linalg_inv(prior));
  const at::Tensor residual = y.flatten() - at::mv(a, m.flatten());
  GaussianPosterior result;
  result.mean = m + at::mv(covariance, at::mv(adjoint, residual)).reshape(m.sizes());
  const at::Tensor variance = isComplex ? at::real(covariance.diagonal()) * 2.0 : covariance.diagonal();
  result.standardDeviation = variance.sqrt().reshape(m.sizes());
  return result;
}

/** F^H diag(S) F of a plane, centred; real where the spectrum is even. */
at::Tensor
Stationary(const at::Tensor & S, const Shape & shape, at::ScalarType type)
{
  const FourierOperator f(shape);
  const at::Tensor matrix =
      MatrixOf([&](const at::Tensor & x) { return f.Adjoint(f.Forward(x) * S); }, shape, at::kComplexDouble);
  return type == at::kDouble ? at::real(matrix).contiguous() : matrix;
}

/** 1 / (a + |f|^2), centred, [1, 1, 1, y, x]. */
at::Tensor
Spectrum(std::int64_t height, std::int64_t width)
{
  const at::Tensor y = at::arange(height, at::kDouble).sub(height / 2).div(height);
  const at::Tensor x = at::arange(width, at::kDouble).sub(width / 2).div(width);
  return (y.square().view({1, 1, 1, -1, 1}) + x.square() + 0.02).reciprocal() * 0.05;
}

struct Case
{
  LinearOperatorPointer op;
  at::ScalarType type;
  bool isDecomposed;
};

std::vector<Case>
Cases()
{
  const Shape shape{1, 1, 4, 6};
  at::Tensor lines = at::zeros({1, 1, 1, 4, 6}, at::kDouble);
  lines.select(3, 1).fill_(1.0);
  lines.select(3, 2).fill_(1.0);
  return {{Dense(Normal(1, {7, 24}), shape), at::kDouble, false},
          {Dense(Normal(2, {9, 24}, at::kComplexDouble), shape), at::kComplexDouble, false},
          {std::make_shared<CirculantBlurOperator>(shape, Normal(3, {1, 1, 1, 3, 2})), at::kDouble, true},
          {std::make_shared<BlockAverageOperator>(shape, std::vector<std::int64_t>{2, 3}), at::kDouble, true},
          {MakeSenseOperator(lines, Normal(4, {1, 2, 1, 4, 6}, at::kComplexDouble)), at::kComplexDouble, true}};
}

TEST(Tikhonov, IsTheGaussianPosterior)
{
  std::size_t number = 0;
  for (const Case & problem : Cases())
  {
    const LinearOperatorPointer & op = problem.op;
    const at::Tensor y = Streams(5, 2).Normal(op->RangeShape(), problem.type);
    const at::Tensor m = Normal(6, {1, 1, 1, 4, 6}, problem.type);
    ASSERT_EQ(op->Decompose(m.options()) != nullptr, problem.isDecomposed) << number;
    TikhonovOptions options;
    options.tolerance = 1e-12;
    options.probes = 24; // as many as pixels: exact
    const at::Tensor v = at::tensor({0.4, 2.0}, at::kDouble);
    const auto found = SolveTikhonov(op, y, One(sigma), m, v, options);
    for (std::int64_t i = 0; i < 2; ++i)
    {
      const at::Tensor prior = at::eye(24, at::kDouble).to(problem.type) * v[i].item<double>();
      const auto exact = DensePosterior(*op, y.narrow(0, i, 1), m, prior);
      // Tolerance 1e-12 times the condition number, up to 1000.
      EXPECT_TENSOR_CLOSE(found.mean.narrow(0, i, 1), exact.mean, 1e-9) << number;
      EXPECT_TENSOR_CLOSE(found.standardDeviation.narrow(0, i, 1), exact.standardDeviation, 1e-9) << number;
      EXPECT_FALSE(found.standardDeviation.is_complex());
    }
    ++number;
  }
}

TEST(Tikhonov, ProbesFindTheDiagonal)
{
  const Case problem = Cases()[2];
  const at::Tensor y = Normal(5, {1, 1, 1, 4, 6});
  const at::Tensor m = at::zeros_like(y);
  const auto exact = DensePosterior(*problem.op, y, m, at::eye(24, at::kDouble) * 2.0);
  TikhonovOptions options;
  options.probes = 23;
  at::Tensor sum = at::zeros_like(y);
  constexpr int runs = 40;
  for (int seed = 0; seed < runs; ++seed)
  {
    options.seed = seed;
    sum += SolveTikhonov(problem.op, y, One(sigma), m, One(2.0), options).standardDeviation.square() / runs;
  }
  // In units of the error that is known, (sum_{j != i} C_ij^2 / probes)^(1/2): the largest of 24 scores.
  const at::Tensor a =
      MatrixOf([&](const at::Tensor & x) { return problem.op->Forward(x); }, problem.op->DomainShape(), problem.type);
  const at::Tensor covariance = at::linalg_inv(at::matmul(a.t(), a) / (sigma * sigma) + at::eye(24, at::kDouble) / 2.0);
  const at::Tensor variance = covariance.diagonal();
  const at::Tensor error = ((covariance.square().sum(1) - variance.square()) * (1.0 / (runs * 23.0))).sqrt();
  EXPECT_TENSOR_CLOSE(exact.standardDeviation.square().flatten(), variance, 1e-12);
  EXPECT_LT(((sum.flatten() - variance) / error).abs().max().item<double>(), 4.0);

  // A mask acts pixel by pixel: one probe is enough.
  const at::Tensor mask = Normal(8, {1, 1, 1, 4, 6}).gt(0).to(at::kDouble);
  const LinearOperatorPointer masked = std::make_shared<SamplingMaskOperator>(Shape{1, 1, 4, 6}, mask);
  options.probes = 1;
  const at::Tensor deviation = SolveTikhonov(masked, y * mask, One(sigma), m, One(2.0), options).standardDeviation;
  EXPECT_TENSOR_CLOSE(deviation.square(), (mask / (sigma * sigma) + 0.5).reciprocal(), 1e-12);
}

TEST(Tikhonov, SamplesAreIndependent)
{
  const Case problem = Cases()[0];
  const at::Tensor y = Streams(5, 3).Normal(problem.op->RangeShape(), problem.type);
  const at::Tensor m = at::zeros({1, 1, 1, 4, 6}, at::kDouble);
  const at::Tensor noise = at::tensor({0.1, 0.3, 1.0}, at::kDouble);
  const at::Tensor v = at::tensor({1.0, 0.1, 10.0}, at::kDouble);
  TikhonovOptions options;
  options.probes = 4;
  const auto together = SolveTikhonov(problem.op, y, noise, m, v, options);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const auto alone =
        SolveTikhonov(problem.op, y.narrow(0, i, 1), noise.narrow(0, i, 1), m, v.narrow(0, i, 1), options);
    // Matrix products of other sizes sum in another order.
    EXPECT_TENSOR_CLOSE(alone.mean, together.mean.narrow(0, i, 1), 1e-9);
    EXPECT_TENSOR_CLOSE(alone.standardDeviation, together.standardDeviation.narrow(0, i, 1), 1e-9);
  }
}

TEST(Tikhonov, RefusesWrongInputAndStops)
{
  const Case problem = Cases()[0];
  const at::Tensor y = Normal(5, {1, 1, 1, 1, 7});
  const at::Tensor m = at::zeros({1, 1, 1, 4, 6}, at::kDouble);
  EXPECT_THROW_MESSAGE(SolveTikhonov(nullptr, y, One(1.0), m, One(1.0)), DataError, "no operator");
  EXPECT_THROW_MESSAGE(SolveTikhonov(problem.op, y, One(1.0), m, One(-1.0)), DataError, "not positive");
  EXPECT_THROW_MESSAGE(SolveTikhonov(problem.op, y, One(1.0), m, at::ones({3})), DataError, "wrong size");
  EXPECT_THROW_MESSAGE(SolveTikhonov(problem.op, y, One(0.0), m, One(1.0)), DataError, "noise level");
  TikhonovOptions options;
  options.probes = -1;
  EXPECT_THROW_MESSAGE(SolveTikhonov(problem.op, y, One(1.0), m, One(1.0), options), UsageError, "probes");
  options.probes = 10;
  options.progress = [](std::int64_t done, std::int64_t of) { return done < 3 && of == 11; };
  EXPECT_THROW_MESSAGE(SolveTikhonov(problem.op, y, One(1.0), m, One(1.0), options), Aborted, "after 3 of 11");
}

TEST(Wiener, IsTheGaussianPosterior)
{
  const Shape shape{1, 1, 5, 6};
  const at::Tensor mask = Normal(8, {1, 1, 1, 5, 6}).gt(0).to(at::kDouble);
  const auto fourier = std::make_shared<FourierOperator>(shape);
  const LinearOperatorPointer sampled = Compose(std::make_shared<SamplingMaskOperator>(shape, mask), fourier);
  const auto blur = std::make_shared<CirculantBlurOperator>(shape, Normal(3, {1, 1, 1, 3, 2}));
  const at::Tensor S = Spectrum(5, 6);
  const std::vector<std::pair<LinearOperatorPointer, at::ScalarType>> cases{
      {blur, at::kDouble}, {blur, at::kComplexDouble}, {sampled, at::kComplexDouble}};
  for (const auto & [op, type] : cases)
  {
    // Samples of k-space need no even spectrum.
    const at::Tensor spectrum = op == sampled ? S * Normal(9, {1, 1, 1, 5, 6}).exp() : S;
    const at::Tensor y = op->Forward(Streams(5, 2).Normal(shape, type)) + 0.1;
    const at::Tensor m = Normal(6, {1, 1, 1, 5, 6}, type);
    const auto found = SolveWiener(op, y, One(sigma), m, spectrum);
    for (std::int64_t i = 0; i < 2; ++i)
    {
      const auto exact = DensePosterior(*op, y.narrow(0, i, 1), m, Stationary(spectrum, shape, type));
      // Dense inverses of matrices with condition numbers of about 100.
      EXPECT_TENSOR_CLOSE(found.mean.narrow(0, i, 1), exact.mean, 1e-11);
      EXPECT_TENSOR_CLOSE(found.standardDeviation.narrow(0, i, 1), exact.standardDeviation, 1e-11);
    }
  }
}

TEST(Wiener, OfAWhitePriorIsTikhonov)
{
  const Shape shape{3, 1, 6, 5};
  const auto blur = std::make_shared<CirculantBlurOperator>(shape, Normal(3, {2, 1, 1, 3, 3})); // a kernel per sample
  const at::Tensor y = Streams(5, 2).Normal(shape, at::kDouble);
  const at::Tensor m = Streams(6, 2).Normal(shape, at::kDouble);
  const at::Tensor noise = at::tensor({0.1, 0.4}, at::kDouble);
  const auto filtered = SolveWiener(blur, y, noise, m, at::full({1, 1, 1, 1, 1}, 0.7, at::kDouble));
  const auto solved = SolveTikhonov(blur, y, noise, m, One(0.7));
  EXPECT_TENSOR_CLOSE(filtered.mean, solved.mean, 1e-12); // both by transforms
  // By hand: conj(H) S / (|H|^2 S + s^2) with the transform of the response to an impulse as H.
  const Shape plane{1, 1, 6, 5};
  const auto one = std::make_shared<CirculantBlurOperator>(plane, Normal(4, {1, 1, 1, 3, 3}));
  at::Tensor impulse = at::zeros({1, 1, 1, 6, 5}, at::kDouble);
  impulse[0][0][0][3][2] = 1.0;
  const auto transform = [](const at::Tensor & x, FourierDirection direction)
  { return FourierTransform(x.to(at::kComplexDouble), 2, direction); };
  const at::Tensor h = transform(one->Forward(impulse), FourierDirection::Forward) * std::sqrt(30.0);
  const at::Tensor data = Normal(7, {1, 1, 1, 6, 5});
  const at::Tensor S = Spectrum(6, 5);
  const at::Tensor filter = h.conj() * S / (h.abs().square() * S + sigma * sigma);
  const at::Tensor expected =
      at::real(transform(transform(data, FourierDirection::Forward) * filter, FourierDirection::Backward));
  EXPECT_TENSOR_CLOSE(SolveWiener(one, data, One(sigma), at::zeros_like(data), S).mean, expected, 1e-12);
}

TEST(Wiener, FindsTheSpectrumOrRefuses)
{
  const Shape shape{1, 1, 8, 7};
  const auto real = at::TensorOptions().dtype(at::kFloat);
  const auto blur = std::make_shared<CirculantBlurOperator>(shape, at::full({1, 1, 1, 1, 7}, 1.0 / 7.0, at::kDouble));
  // The mean over a line: 1 where the frequency along x is zero, else 0.
  at::Tensor expected = at::zeros({1, 1, 1, 8, 7}, at::kDouble);
  expected.select(4, 3).fill_(1.0);
  EXPECT_TENSOR_NEAR(CirculantSpectrum(*blur, real), expected.to(at::kFloat), 1e-6); // single precision
  for (const LinearOperatorPointer & op : std::vector<LinearOperatorPointer>{
           Dense(Normal(1, {10, 56}), shape),
           std::make_shared<SamplingMaskOperator>(shape, Normal(8, {1, 1, 1, 8, 7}).gt(0).to(at::kDouble)),
           std::make_shared<BlockAverageOperator>(shape, std::vector<std::int64_t>{2, 7})})
  {
    const auto type = at::TensorOptions().dtype(at::kDouble);
    EXPECT_THROW_MESSAGE(CirculantSpectrum(*op, type), UsageError, "no circular convolution");
  }
  const at::Tensor y = Normal(2, {1, 1, 1, 8, 7});
  const at::Tensor S = Spectrum(8, 7);
  EXPECT_THROW_MESSAGE(SolveWiener(blur, y, One(0.0), y, S), DataError, "not positive");
  EXPECT_THROW_MESSAGE(SolveWiener(blur, y, One(1.0), y, -S), DataError, "negative");
  EXPECT_THROW_MESSAGE(SolveWiener(blur, y, One(1.0), y, S.squeeze(0)), DataError, "broadcasts against the mean");
}
} // namespace
} // namespace tweedie
