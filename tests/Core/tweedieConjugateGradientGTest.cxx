// SPDX-License-Identifier: Apache-2.0
#include "tweedieConjugateGradient.h"
#include "tweedieConjugateGradientPaths.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMoments.h"
#include "tweedieRandom.h"
#include "tweedieTestDevices.h"

#include <ATen/Parallel.h>

#include <limits>

namespace tweedie
{
namespace
{
using Product = std::function<at::Tensor(const at::Tensor &)>;

/** Hermitian positive definite matrices [batch, n, n] with condition number below 100. */
at::Tensor
Matrices(std::int64_t batch, std::int64_t n, at::ScalarType type, std::uint64_t seed)
{
  std::vector<std::uint64_t> streams(batch);
  for (std::int64_t i = 0; i < batch; ++i)
  {
    streams[i] = static_cast<std::uint64_t>(i);
  }
  const at::Tensor a = RandomStreams(seed, streams).Normal({n, n}, type);
  return at::matmul(a.conj().transpose(1, 2), a) / static_cast<double>(n) + 0.1 * at::eye(n, a.options());
}

Product
Multiply(const at::Tensor & matrices)
{
  return [matrices](const at::Tensor & x) { return at::matmul(matrices, x.unsqueeze(-1)).squeeze(-1); };
}

struct Case
{
  c10::Device device;
  at::ScalarType type;
  double tolerance; ///< of the relative residual
};

void
CheckAgainstDirectSolver(const Case & c)
{
  const at::Tensor matrices = Matrices(3, 20, c.type, 1).to(c.device);
  const at::Tensor b = RandomStreams(2, {0, 1, 2}).Normal({20}, c.type).to(c.device);
  const auto result = ConjugateGradient(Multiply(matrices), b, {}, 200, c.tolerance);
  const at::Tensor residual = b - Multiply(matrices)(result.solution);
  for (std::int64_t s = 0; s < 3; ++s)
  {
    EXPECT_LE(result.relativeResidual[s], c.tolerance);
    // The true residual follows the recursion up to rounding, which the condition number (< 100) amplifies.
    EXPECT_LE(test::RelativeError(b[s] - residual[s], b[s]), 3.0 * c.tolerance);
  }
  EXPECT_LE(result.iterations, 60);
}

TEST(ConjugateGradient, SolvesRealAndComplexSystems)
{
  for (const auto & device : test::Devices())
  {
    CheckAgainstDirectSolver({device, at::kDouble, 1e-12});
    CheckAgainstDirectSolver({device, at::kComplexDouble, 1e-12});
    CheckAgainstDirectSolver({device, at::kFloat, 1e-5});
    CheckAgainstDirectSolver({device, at::kComplexFloat, 1e-5});
  }
}

TEST(ConjugateGradient, FusedLoopsAndTensorArithmeticTakeTheSameSteps)
{
  const Product product = Multiply(Matrices(4, 15, at::kComplexDouble, 3));
  const at::Tensor b = RandomStreams(4, {0, 1, 2, 3}).Normal({15}, at::kComplexDouble);
  b[2].zero_();
  const at::Tensor start = at::ones_like(b);
  const auto fused = ConjugateGradientOnCpu({product, b, start, 7, 1e-3});
  const auto tensors = ConjugateGradientOnDevice({product, b, start, 7, 1e-3});
  // Same recursion; sums in another order, after seven steps.
  EXPECT_TENSOR_CLOSE(fused.solution, tensors.solution, 1e-12);
  EXPECT_EQ(fused.iterations, tensors.iterations);
  for (std::size_t s = 0; s < 4; ++s)
  {
    EXPECT_NEAR(fused.relativeResidual[s], tensors.relativeResidual[s], 1e-12);
  }
  EXPECT_EQ(fused.relativeResidual[2], 0.0);
  EXPECT_TENSOR_EQUAL(fused.solution[2], at::zeros_like(b[2]));
}

/** Sample 0 needs one step, sample 1 many: diagonal matrices. */
at::Tensor
DiagonalProblem()
{
  return at::stack({at::full({30000}, 2.0, at::kFloat), at::linspace(0.01, 1.0, 30000, at::kFloat)});
}

TEST(ConjugateGradient, AStoppedSampleIsFrozenToTheLastBit)
{
  const at::Tensor diagonal = DiagonalProblem();
  const at::Tensor b = RandomStreams(5, {0, 1}).Normal({30000}, at::kFloat);
  const auto both = ConjugateGradient([&](const at::Tensor & x) { return diagonal * x; }, b, {}, 100, 1e-6);
  for (std::int64_t s = 0; s < 2; ++s)
  {
    const at::Tensor own = diagonal.slice(0, s, s + 1);
    const auto alone =
        ConjugateGradient([&](const at::Tensor & x) { return own * x; }, b.slice(0, s, s + 1), {}, 100, 1e-6);
    EXPECT_TENSOR_EQUAL(alone.solution[0], both.solution[s]);
    EXPECT_EQ(alone.iterations, s == 0 ? 1 : both.iterations);
  }
  EXPECT_GT(both.iterations, 30);
}

TEST(ConjugateGradient, ThreadsDoNotMatter)
{
  const at::Tensor diagonal = DiagonalProblem();
  const at::Tensor b = RandomStreams(5, {0, 1}).Normal({30000}, at::kFloat);
  const Product product = [&](const at::Tensor & x) { return diagonal * x; };
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = ConjugateGradient(product, b, {}, 20, 0.0);
  at::set_num_threads(2);
  const auto two = ConjugateGradient(product, b, {}, 20, 0.0);
  at::set_num_threads(threads);
  EXPECT_TENSOR_EQUAL(one.solution, two.solution);
}

TEST(ConjugateGradient, AGoodStartSavesAllSteps)
{
  const Product product = Multiply(Matrices(2, 10, at::kDouble, 6));
  const at::Tensor x = RandomStreams(7, {0, 1}).Normal({10}, at::kDouble);
  const auto result = ConjugateGradient(product, product(x), x, 50, 1e-10);
  EXPECT_EQ(result.iterations, 1); // the product that shows it
  EXPECT_TENSOR_EQUAL(result.solution, x);
}

TEST(ConjugateGradient, ReportsWhatCannotBeSolved)
{
  for (const auto path : {ConjugateGradientOnCpu, ConjugateGradientOnDevice})
  {
    const Product poison = [](const at::Tensor & x) { return x * std::numeric_limits<double>::quiet_NaN(); };
    const Product negative = [](const at::Tensor & x) { return -x; };
    const auto b = at::ones({2, 3}, at::kDouble);
    EXPECT_THROW_MESSAGE(path({poison, b, {}, 10, 1e-6}), NumericalError, "not finite");
    EXPECT_THROW_MESSAGE(path({negative, b / 0.0, {}, 10, 1e-6}), NumericalError, "not finite");
    EXPECT_EQ(path({negative, b, {}, 10, 1e-6}).relativeResidual[0], 1.0);
  }
  EXPECT_THROW_MESSAGE(ConjugateGradient(nullptr, at::ones({2}, at::kLong), {}, 1, 0.1), DataError, "of integers");
  EXPECT_THROW_MESSAGE(
      ConjugateGradient(nullptr, at::ones({2, 3}), at::ones({1, 3}), 1, 0.1), DataError, "another shape");
  EXPECT_THROW_MESSAGE(ConjugateGradient(nullptr, at::ones({2, 3}), {}, 1, -0.1), UsageError, "not negative");
}

TEST(SampleDot, IsTheRealInnerProductInDouble)
{
  const at::Tensor a = RandomStreams(8, {0, 1}).Normal({3, 5001}, at::kComplexFloat);
  const at::Tensor b = RandomStreams(9, {0, 1}).Normal({3, 5001}, at::kComplexFloat);
  const at::Tensor expected = at::real(at::sum(a.to(at::kComplexDouble).conj() * b.to(at::kComplexDouble), {1, 2}));
  // Double sums of 30 000 terms of order 1.
  EXPECT_TENSOR_NEAR(SampleDot(a, b), expected, 1e-10);
  EXPECT_TENSOR_NEAR(SampleDotOnDevice(a, b), expected, 1e-10);
  EXPECT_TENSOR_NEAR(SampleDot(a.transpose(1, 2), b.transpose(1, 2)), expected, 1e-10);
  EXPECT_TENSOR_NEAR(SampleDot(a.conj(), b), at::real(at::sum(a.to(at::kComplexDouble) * b, {1, 2})), 1e-10);
}

TEST(RunningMoments, EqualTheTwoPassFormulasWhateverTheBatches)
{
  // A mean of 1e6 standard deviations: sums of squares would lose all digits.
  const at::Tensor x = RandomStreams(1, {0}).Normal({50, 4, 3}, at::kDouble)[0] + 1e6;
  RunningMoments moments;
  moments.Add(x.slice(0, 0, 1));
  moments.Add(x.slice(0, 1, 30));
  moments.Add(x.slice(0, 30, 30));
  moments.Add(x.slice(0, 30, 50));
  EXPECT_EQ(moments.Count(), 50);
  EXPECT_TENSOR_NEAR(moments.Mean(), x.mean(0), 1e-9); // 1e6 times a few units of 2e-16
  EXPECT_TENSOR_NEAR(moments.Variance(), (x - x.mean(0, true)).square().sum(0) / 49.0, 1e-8);
}

TEST(RunningMoments, ComplexVarianceIsTheSumOfBothComponents)
{
  const at::Tensor x = RandomStreams(1, {0}).Normal({40, 5}, at::kComplexFloat)[0];
  RunningMoments moments;
  moments.Add(x.slice(0, 0, 13));
  moments.Add(x.slice(0, 13, 40));
  const at::Tensor expected = at::real(x).to(at::kDouble).var(0) + at::imag(x).to(at::kDouble).var(0);
  EXPECT_TENSOR_NEAR(moments.Variance(), expected, 1e-13); // double arithmetic on numbers of order 1
  EXPECT_TENSOR_NEAR(moments.StandardDeviation(), expected.sqrt(), 1e-13);
  EXPECT_TRUE(moments.Mean().is_complex());
}

TEST(RunningMoments, NeedEnoughSamples)
{
  RunningMoments moments;
  EXPECT_THROW_MESSAGE(moments.Mean(), NumericalError, "no samples");
  moments.Add(at::ones({1, 2}));
  EXPECT_THROW_MESSAGE(moments.Variance(), NumericalError, "variance of 1 samples");
  EXPECT_THROW_MESSAGE(moments.Add(at::ones({1, 3})), DataError, "another shape");
}
} // namespace
} // namespace tweedie
