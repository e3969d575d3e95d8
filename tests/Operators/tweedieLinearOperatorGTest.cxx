// SPDX-License-Identifier: Apache-2.0
// The algebra of operators, automatic differentiation, and the public diagnostics, on matrices where all is known.
#include "tweedieLinearOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFlattenedOperator.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieSliceDifferenceOperator.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// Sums of ten products in double: 1e-14 leaves two digits of slack.
constexpr double doubleTolerance = 1e-14;

at::Tensor
MatrixOfOperator(const LinearOperator & op)
{
  return MatrixOf([&](const at::Tensor & x) { return op.Forward(x); }, op.DomainShape(), at::kComplexDouble);
}

/** An operator whose adjoint is wrong by a known factor. */
class WrongAdjoint final : public LinearOperator
{
public:
  std::string
  Name() const override
  {
    return "WrongAdjoint";
  }
  Shape
  DomainShape() const override
  {
    return {1, 1, 1, 400};
  }
  Shape
  RangeShape() const override
  {
    return {1, 1, 1, 400};
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return x * 2.0;
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return y * 2.1;
  }
};
} // namespace

TEST(OperatorAlgebra, EqualsMatrixAlgebra)
{
  const auto a = Normal(1, {6, 5}, at::kComplexDouble);
  const auto b = Normal(2, {5, 7}, at::kComplexDouble);
  const auto c = Normal(3, {6, 5}, at::kComplexDouble);
  const auto A = Dense(a);
  const auto B = Dense(b);
  const auto C = Dense(c);
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*A), a, doubleTolerance);
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*Compose(A, B)), at::matmul(a, b), doubleTolerance);
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*Add(A, C)), a + c, doubleTolerance);
  const auto factor = c10::complex<double>(0.5, -2.0);
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*Scale({0.5, -2.0}, A)), a * factor, doubleTolerance);
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*AdjointOf(A)), a.conj().transpose(0, 1), doubleTolerance);
  const auto stacked = Stack({Dense(a, {}, {6, 1, 1, 1}), Dense(c.narrow(0, 0, 2), {}, {2, 1, 1, 1})});
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*stacked), at::cat({a, c.narrow(0, 0, 2)}), doubleTolerance);
  EXPECT_EQ(stacked->RangeShape(), (Shape{8, 1, 1, 1}));
}

TEST(OperatorAlgebra, SliceDifferencesStandBesideAnyOperator)
{
  const Shape volume{2, 3, 1, 2};
  const auto differences = std::make_shared<const SliceDifferenceOperator>(volume);
  const auto x = Streams(1, 2).Normal(volume, at::kDouble);
  EXPECT_EQ(differences->RangeShape(), (Shape{2, 2, 1, 2}));
  EXPECT_TENSOR_EQUAL(differences->Forward(x), x.diff(1, 2));
  const auto a = Normal(2, {5, 12}, at::kComplexDouble);
  const auto both = Stack({FlattenRange(Dense(a, volume, {1, 5, 1, 1})), FlattenRange(differences)});
  EXPECT_EQ(both->RangeShape(), (Shape{13, 1, 1, 1}));
  EXPECT_TENSOR_CLOSE(MatrixOfOperator(*both), at::cat({a, MatrixOfOperator(*differences)}), doubleTolerance);
  EXPECT_THROW_MESSAGE(SliceDifferenceOperator({1, 1, 4, 4}), DataError, "at least two slices");
  EXPECT_THROW_MESSAGE(FlattenRange(nullptr), DataError, "FlattenRange: ");
}

TEST(OperatorAlgebra, AbsorbsIdentitiesAndDoubleAdjoints)
{
  const auto A = Dense(Normal(1, {6, 5}));
  EXPECT_EQ(Compose(A, Identity({1, 1, 1, 5})), A);
  EXPECT_EQ(Compose(Identity({1, 1, 1, 6}), A), A);
  EXPECT_EQ(AdjointOf(AdjointOf(A)), A);
  EXPECT_TRUE(IsIdentity(*AdjointOf(Identity({1, 1, 1, 5}))));
}

TEST(OperatorAlgebra, RefusesWhatDoesNotFit)
{
  const auto A = Dense(Normal(1, {6, 5}));
  const auto B = Dense(Normal(1, {6, 4}));
  EXPECT_THROW_MESSAGE(Compose(A, B), DataError, "Compose: ");
  EXPECT_THROW_MESSAGE(Add(A, B), DataError, "Add: ");
  EXPECT_THROW_MESSAGE(Stack({A, B}), DataError, "Stack: ");
  EXPECT_THROW_MESSAGE(Stack({}), DataError, "Stack: ");
  EXPECT_THROW_MESSAGE(Scale(2.0, nullptr), DataError, "Scale: ");
  EXPECT_THROW_MESSAGE(Dense(Normal(1, {6})), DataError, "Dense: ");
  EXPECT_THROW_MESSAGE(Dense(Normal(1, {6, 5}), {1, 1, 2, 3}), DataError, "Dense: ");
}

TEST(OperatorGradient, OfSquaredResidualIsAdjointOfResidual)
{
  const auto A = Dense(Normal(1, {6, 5}, at::kComplexDouble));
  auto x = Streams(2, 3).Normal({1, 1, 1, 5}, at::kComplexDouble);
  const auto y = Streams(3, 3).Normal({1, 1, 1, 6}, at::kComplexDouble);
  x.set_requires_grad(true);
  const auto residual = A->Forward(x) - y;
  (at::view_as_real(residual).square().sum() / 2.0).backward();
  const at::NoGradGuard noGrad;
  EXPECT_TENSOR_CLOSE(x.grad(), A->Adjoint(A->Forward(x) - y), doubleTolerance);
}

TEST(OperatorGradient, GraphKeepsTheOperatorAlive)
{
  const auto matrix = Normal(1, {6, 5});
  auto x = Normal(2, {1, 1, 1, 1, 5});
  x.set_requires_grad(true);
  at::Tensor y;
  {
    const auto temporary = Compose(Dense(matrix), Dense(at::eye(5, at::kDouble)));
    y = temporary->Forward(x);
  }
  y.sum().backward();
  EXPECT_TENSOR_CLOSE(x.grad().flatten(), matrix.sum(0), doubleTolerance);
}

TEST(OperatorGradient, IsItselfDifferentiable)
{
  const auto matrix = Normal(1, {6, 5});
  const auto A = Dense(matrix);
  auto v = Normal(2, {1, 1, 1, 1, 6});
  v.set_requires_grad(true);
  A->Adjoint(v).square().sum().backward(); // d/dv |A^H v|^2 = 2 A A^H v
  const at::NoGradGuard noGrad;
  EXPECT_TENSOR_CLOSE(v.grad(), A->Forward(A->Adjoint(v)) * 2.0, doubleTolerance);
}

TEST(OperatorGradient, OfConjugatedInputIsRight)
{
  const auto matrix = Normal(1, {6, 5}, at::kComplexDouble);
  const auto x = Normal(2, {1, 1, 1, 1, 5}, at::kComplexDouble);
  // conj() is lazy: the operator must not see the memory as it is.
  EXPECT_TENSOR_CLOSE(Dense(matrix)->Forward(x.conj()),
                      at::matmul(matrix, x.conj().resolve_conj().flatten()).reshape({1, 1, 1, 1, 6}),
                      doubleTolerance);
}

TEST(OperatorGradient, NeedsASharedOperator)
{
  const WrongAdjoint onTheStack;
  auto x = at::ones({1, 1, 1, 1, 400}, at::kDouble);
  EXPECT_NO_THROW(onTheStack.Forward(x));
  x.set_requires_grad(true);
  EXPECT_THROW_MESSAGE(onTheStack.Forward(x), UsageError, "shared_ptr");
}

TEST(OperatorDiagnostics, AdjointErrorSeesAWrongAdjoint)
{
  // <2u, v> - <u, 2.1 v> = -0.1 <u, v>, over 2 |u| |v|: 0.05 |<u, v>| / (|u| |v|), the cosine being about 1/sqrt(400).
  for (const auto type : {at::kFloat, at::kDouble, at::kComplexFloat, at::kComplexDouble})
  {
    const double wrong = AdjointError(WrongAdjoint(), 3, type);
    EXPECT_GT(wrong, 1e-5);
    EXPECT_LT(wrong, 0.05);
  }
  const double error = AdjointError(WrongAdjoint(), 3, at::kDouble);
  EXPECT_NE(AdjointError(WrongAdjoint(), 4, at::kDouble), error);
}

TEST(OperatorDiagnostics, SpectralNormIsTheLargestSingularValue)
{
  const auto left = std::get<0>(at::linalg_qr(Normal(1, {8, 8})));
  const auto right = std::get<0>(at::linalg_qr(Normal(2, {8, 8})));
  const auto values = at::tensor({3.0, 1.0, 0.9, 0.5, 0.4, 0.3, 0.2, 0.1}, at::kDouble);
  const auto A = Dense(at::matmul(left * values, right));
  // The error falls as (1/3)^(4 * iterations).
  EXPECT_NEAR(SpectralNorm(*A, 30, 1, at::kDouble), 3.0, 1e-12);
  EXPECT_LE(SpectralNorm(*A, 2, 1, at::kDouble), 3.0);
  EXPECT_EQ(SpectralNorm(*Dense(at::zeros({3, 3}, at::kDouble)), 5, 1, at::kDouble), 0.0);
}
