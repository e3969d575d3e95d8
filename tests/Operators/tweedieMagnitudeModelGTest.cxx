// SPDX-License-Identifier: Apache-2.0
// Far-field waves against a direct sum, and magnitudes of waves: derivatives against differences, proximal steps.
#include "tweedieMagnitudeModel.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieDiffractionOperator.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr std::int64_t rows = 5;
constexpr std::int64_t columns = 4;

at::Tensor
ComplexNormal(std::uint64_t seed, at::IntArrayRef shape)
{
  return at::complex(Normal(seed, shape), Normal(seed + 100, shape));
}

std::shared_ptr<const DiffractionOperator>
Coded(std::int64_t patternRows = 9, std::int64_t patternColumns = 8)
{
  return std::make_shared<const DiffractionOperator>(
      ComplexNormal(1, {1, 2, 1, rows, columns}), patternRows, patternColumns);
}

/** Two images at once: the products of a batch must not mix. */
at::Tensor
Object(bool isComplex)
{
  return isComplex ? ComplexNormal(2, {2, 1, 1, rows, columns}) : Normal(2, {2, 1, 1, rows, columns});
}

/** <J(x) d, v> by a central difference: error h^2 |A'''| / 6 + rounding / h. */
at::Tensor
DifferenceOf(const ForwardModel & model, const at::Tensor & x, const at::Tensor & d, const at::Tensor & v)
{
  constexpr double h = 1e-5;
  return ((model.Apply(x + d * h) - model.Apply(x - d * h)) * v).sum() / (2.0 * h);
}

/** -log p + prior, of the sum that Proximal is to lower. */
at::Tensor
Objective(const MagnitudeModel & model,
          const at::Tensor & x,
          const at::Tensor & y,
          const at::Tensor & w,
          const at::Tensor & center,
          double variance)
{
  const at::Tensor data = ((y.clamp_min(0.0) - model.Apply(x)).square() * w).flatten(1).sum(1) / 2.0;
  return data + (x - center).abs().square().flatten(1).sum(1) / (2.0 * variance);
}
} // namespace

TEST(DiffractionOperator, IsTheCentredUnitaryTransformOfThePaddedObject)
{
  const auto A = Coded();
  const at::Tensor codes = ComplexNormal(1, {1, 2, 1, rows, columns});
  const at::Tensor x = Object(true);
  const at::Tensor y = A->Forward(x);
  constexpr double turn = 2.0 * 3.14159265358979323846;
  // Element (7, 2) of pattern 1 of object 1: the sum over pixels around index floor(N / 2).
  at::Tensor sum = at::zeros({}, at::kComplexDouble);
  for (std::int64_t r = 0; r < rows; ++r)
  {
    for (std::int64_t c = 0; c < columns; ++c)
    {
      const double angle = -turn * (double((7 - 4) * (r - rows / 2)) / 9.0 + double((2 - 4) * (c - columns / 2)) / 8.0);
      const c10::complex<double> wave(std::cos(angle), std::sin(angle));
      sum = sum + x[1][0][0][r][c] * codes[0][1][0][r][c] * at::scalar_tensor(wave, at::kComplexDouble);
    }
  }
  // 20 terms of size 1 in double.
  EXPECT_TENSOR_CLOSE(y[1][1][0][7][2], sum / std::sqrt(72.0 * 2.0), 1e-13);
}

TEST(DiffractionOperator, RefusesCodesThatDoNotFit)
{
  EXPECT_THROW(Coded(rows - 1, columns), DataError);
  EXPECT_THROW(DiffractionOperator(at::zeros({1, 1, 1, 4, 4}), 8, 8), DataError);
  EXPECT_THROW(DiffractionOperator(at::full({1, 1, 1, 4, 4}, NAN), 8, 8), DataError);
}

TEST(MagnitudeModel, VjpIsThatOfDifferences)
{
  for (const MagnitudeKind kind : {MagnitudeKind::Amplitude, MagnitudeKind::Intensity})
  {
    const auto model = std::make_shared<const MagnitudeModel>(Coded(), kind);
    for (const bool isComplex : {false, true})
    {
      const at::Tensor x = Object(isComplex);
      const at::Tensor d = isComplex ? ComplexNormal(5, x.sizes()) : Normal(5, x.sizes());
      const at::Tensor v = Normal(6, {2, 2, 1, 9, 8});
      const at::Tensor gradient = model->Vjp(x, v);
      EXPECT_EQ(gradient.is_complex(), isComplex);
      const at::Tensor product = at::real((gradient.conj() * d).sum());
      // h^2 = 1e-10 times derivatives of some tens, over a sum of some tens.
      EXPECT_TENSOR_CLOSE(product, DifferenceOf(*model, x, d, v), 1e-8);
    }
  }
}

TEST(MagnitudeModel, ABatchIsALoop)
{
  const auto model = std::make_shared<const MagnitudeModel>(Coded());
  const at::Tensor x = Object(false);
  const at::Tensor y = Normal(7, {2, 2, 1, 9, 8}).abs();
  const at::Tensor w = at::tensor({3.0, 50.0}, at::kDouble).reshape({2, 1, 1, 1, 1});
  const at::Tensor r2 = at::tensor({0.2, 0.01}, at::kDouble).reshape({2, 1, 1, 1, 1});
  const at::Tensor both = model->Proximal(y, w, x, r2);
  for (std::int64_t i = 0; i < 2; ++i)
  {
    const at::Tensor one = model->Proximal(y.narrow(0, i, 1), w.narrow(0, i, 1), x.narrow(0, i, 1), r2.narrow(0, i, 1));
    EXPECT_TENSOR_CLOSE(both.narrow(0, i, 1), one, 1e-14); // the same operations
    EXPECT_TENSOR_CLOSE(model->Apply(x).narrow(0, i, 1), model->Apply(x.narrow(0, i, 1)), 1e-14);
  }
}

TEST(MagnitudeModel, ProximalStepsEndWhereTheGradientVanishes)
{
  const auto A = Coded();
  const at::Tensor y = Normal(7, {2, 2, 1, 9, 8});          // with negative amplitudes, as noise makes them
  const at::Tensor w = Normal(8, {2, 2, 1, 9, 8}).square(); // not constant
  for (const bool isComplex : {false, true})
  {
    const at::Tensor center = Object(isComplex);
    constexpr double variance = 0.3;
    const at::Tensor before = Objective(MagnitudeModel(A), center, y, w, center, variance);
    const auto after = [&](std::int64_t steps)
    {
      const MagnitudeModel model(A, MagnitudeKind::Amplitude, A->NormalDiagonal(), steps);
      return Objective(
          model, model.Proximal(y, w, center, at::scalar_tensor(variance, at::kDouble)), y, w, center, variance);
    };
    EXPECT_TRUE(after(1).lt(before).all().item<bool>()); // the majorised sum at its minimum
    EXPECT_TRUE(after(30).lt(after(1)).all().item<bool>());
    EXPECT_TENSOR_CLOSE(after(30), after(3000), 1e-3); // the usual number of steps is enough
    const MagnitudeModel model(A, MagnitudeKind::Amplitude, A->NormalDiagonal(), 3000);
    const at::Tensor x = model.Proximal(y, w, center, at::scalar_tensor(variance, at::kDouble));
    const at::Tensor gradient = model.Vjp(x, (model.Apply(x) - y.clamp_min(0.0)) * w) + (x - center) / variance;
    // Linear convergence at 1 - 1 / (share of the largest weight, about 30): far below that after 3000 steps.
    EXPECT_LT(gradient.abs().max().item<double>(), 1e-9);
  }
}

TEST(MagnitudeModel, AnyOperatorHasAMajorant)
{
  // What a known probe sees of an object, place by place, is such a matrix.
  const auto A = Dense(ComplexNormal(3, {40, 12}), {1, 1, 1, 12}, {1, 1, 1, 40});
  const MagnitudeModel model(A, MagnitudeKind::Amplitude, {}, 500);
  const at::Tensor truth = ComplexNormal(4, {1, 1, 1, 1, 12});
  const at::Tensor y = model.Apply(truth);
  const at::Tensor center = truth + 0.3 * ComplexNormal(9, truth.sizes());
  const at::Tensor one = at::ones({1, 1, 1, 1, 1}, at::kDouble);
  const at::Tensor x = model.Proximal(y, one * 1e4, center, one.squeeze());
  EXPECT_LT(Objective(model, x, y, one * 1e4, center, 1.0).item<double>(),
            0.01 * Objective(model, center, y, one * 1e4, center, 1.0).item<double>());
}
