// SPDX-License-Identifier: Apache-2.0
#include "tweedieSplitSolver.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIProblems.h"
#include "tweedieNoncartesianSenseOperator.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieRandom.h"
#include "tweedieTestDevices.h"
#include "tweedieTrajectory.h"
#include "tweedieWaveletSparsity.h"

#include <cmath>

namespace tweedie
{
namespace
{
at::Tensor
One(double number)
{
  return at::full({1}, number, at::kDouble);
}

at::Tensor
Random(at::IntArrayRef shape, std::uint64_t stream = 0)
{
  return RandomStreams(3, {stream}).Normal(shape, at::kComplexDouble)[0];
}

/** Four coils of one slice along radial readouts. */
struct RadialProblem
{
  std::shared_ptr<const NoncartesianSenseOperator> model;
  at::Tensor data;
  double sigma = 0.03;

  explicit RadialProblem(std::int64_t size = 32, std::int64_t readouts = 9)
  {
    TrajectoryOptions radial;
    radial.size = size;
    radial.readouts = readouts;
    NonuniformFourierOptions options;
    options.doubleTolerance = 1e-9;
    const auto cartesian = std::dynamic_pointer_cast<const SenseOperator>(FourCoils(size).model);
    model = std::make_shared<const NoncartesianSenseOperator>(
        Shape{1, 1, size, size}, MakeTrajectory(radial), cartesian->Maps(), options);
    const at::Tensor clean = model->Forward(Phantom(size));
    data = clean + RandomStreams(2, {0}).NormalLike(clean) * (sigma / std::sqrt(2.0));
  }

  TotalVariationResult
  Solve(const SparsifyingTransform & transform,
        double lambda,
        double tolerance,
        std::int64_t iterations = 4000,
        const TotalVariationResult & start = {}) const
  {
    SplitOptions options;
    options.tolerance = tolerance;
    options.iterations = iterations;
    return SolveBySplitting(model, data, One(lambda), transform, model->CirculantNormal(), options, start);
  }

  double
  Primal(const SparsifyingTransform & transform, const at::Tensor & x, double lambda) const
  {
    const at::Tensor residual = model->Forward(x) - data;
    return 0.5 * SampleDot(residual, residual).item<double>() +
           lambda * transform.Magnitude(transform.Analyze(x)).sum().item<double>();
  }
};

const std::array<double, 3> cube{1.0, 1.0, 1.0};

TEST(SparsifyingTransform, AdjointsAndNormalsAreThoseOfTheAnalysis)
{
  for (const auto & transform : {MakeGradient({3.0, 1.0, 1.5}), MakeWavelets()})
  {
    for (const auto & size : {Shape{2, 1, 1, 33, 40}, Shape{2, 1, 33, 34, 65}, Shape{1, 1, 5, 32, 32}})
    {
      const at::Tensor x = Random(size);
      const at::Tensor c = transform->Analyze(x);
      const at::Tensor v = Random(c.sizes(), 1);
      EXPECT_TENSOR_CLOSE(SampleDot(c, v).sum(), SampleDot(x, transform->Adjoint(v)).sum(), 1e-12); // rounding
      EXPECT_TENSOR_NEAR(transform->Normal(x), transform->Adjoint(c), 1e-12);
      // Places, each with its components: their magnitudes hold all there is.
      EXPECT_NEAR(
          transform->Magnitude(c).square().sum().item<double>() / SampleDot(c, c).sum().item<double>(), 1.0, 1e-12);
    }
  }
}

TEST(SparsifyingTransform, SpectrumIsThatOfTheNormalAwayFromTheBorder)
{
  for (const auto & transform : {MakeGradient({3.0, 1.0, 1.5}), MakeWavelets()})
  {
    for (const std::int64_t slices : {1, 12})
    {
      at::Tensor x = at::zeros({1, 1, slices, 20, 24}, at::kComplexDouble);
      const std::int64_t z = slices > 1 ? 4 : 0;
      x.slice(2, z, z + 3).slice(3, 8, 12).slice(4, 9, 14).copy_(Random({1, 1, slices > 1 ? 3 : 1, 4, 5}));
      const at::Tensor spectrum = transform->Spectrum({slices, 20, 24});
      const at::Tensor there = at::fft_ifftn(at::fft_fftn(x, {}, {2, 3, 4}) * spectrum, {}, {2, 3, 4});
      EXPECT_TENSOR_NEAR(there, transform->Normal(x), 1e-12); // rounding of numbers of order 10
    }
  }
}

TEST(SparsifyingTransform, WaveletsOfAVolumeArePowersOfTwoAlongAllAxes)
{
  const auto wavelets = MakeWavelets();
  // A plane wave of slope along z alone: two vanishing moments leave nothing but the corner, and what reads across.
  const at::Tensor ramp =
      at::arange(32, at::kDouble).view({1, 1, 32, 1, 1}).expand({1, 1, 32, 32, 32}).contiguous().to(at::kComplexDouble);
  const at::Tensor c = wavelets->Analyze(ramp);
  EXPECT_TENSOR_NEAR(at::real(c.slice(2, 16, 31)), at::zeros({1, 1, 15, 32, 32}, at::kDouble), 1e-12);
  EXPECT_GT(at::real(c.select(2, 31)).abs().max().item<double>(), 1.0);
  EXPECT_TENSOR_NEAR(at::real(c.slice(3, 16, 32)), at::zeros({1, 1, 32, 16, 32}, at::kDouble), 1e-12);
  const at::Tensor few = Random({1, 1, 5, 32, 32}); // too few slices to halve: those of the slices
  EXPECT_TENSOR_NEAR(wavelets->Analyze(few).select(2, 3), wavelets->Analyze(few.narrow(2, 3, 1)).select(2, 0), 1e-12);
}

TEST(SolveBySplitting, MovesAStepBetweenSlicesByLambdaOverTheirThickness)
{
  // Two homogeneous slabs of 12 and 8 slices, 3 mm thick where pixels have 1 and 1.5 mm: the integral of the gradient
  // in units of 1 mm has lambda / 3 for each column, which moves the slabs by lambda / 36 and lambda / 24.
  at::Tensor b = at::full({1, 1, 20, 6, 5}, 1.0, at::kComplexDouble);
  b.slice(2, 12).fill_(2.0);
  SplitOptions options;
  options.tolerance = 1e-10;
  options.iterations = 3000;
  const auto result = SolveBySplitting(Identity({1, 20, 6, 5}),
                                       b,
                                       One(2.4),
                                       *MakeGradient({3.0, 1.0, 1.5}),
                                       at::ones({1, 20, 6, 5}, at::kDouble),
                                       options);
  at::Tensor expected = b.clone();
  expected.slice(2, 0, 12).add_(2.4 / 36.0);
  expected.slice(2, 12).sub_(2.4 / 24.0);
  EXPECT_LE(result.relativeGap[0], 1e-10);
  // |x - x*|^2 <= 2 gap of an objective of about 30.
  EXPECT_TENSOR_NEAR(result.image, expected, 1e-4);
}

TEST(SolveBySplitting, HasTheMinimiserOfTheGradientMethods)
{
  const RadialProblem problem;
  constexpr double lambda = 0.01;
  const auto gradient = MakeGradient(cube);
  TotalVariationOptions long_;
  long_.iterations = 20000;
  long_.tolerance = 1e-7;
  const auto before = SolveTotalVariation(problem.model, problem.data, One(lambda), long_);
  ASSERT_LE(before.relativeGap[0], 1e-7);
  const auto now = problem.Solve(*gradient, lambda, 1e-7);
  EXPECT_LE(now.relativeGap[0], 1e-7);
  EXPECT_NEAR(
      problem.Primal(*gradient, now.image, lambda) / problem.Primal(*gradient, before.image, lambda), 1.0, 2e-7);
  // Between the readouts the objective is flat: the root of the gap, and what the penalty adds.
  EXPECT_TENSOR_CLOSE(now.image, before.image, 2e-3);

  WaveletOptions waves;
  waves.iterations = 20000;
  waves.tolerance = 1e-6;
  const auto sparse = SolveWavelet(problem.model, problem.data, One(lambda), waves);
  ASSERT_LE(sparse.relativeGap[0], 1e-6);
  const auto wavelets = MakeWavelets();
  const auto split = problem.Solve(*wavelets, lambda, 1e-6);
  EXPECT_LE(split.relativeGap[0], 1e-6);
  EXPECT_NEAR(
      problem.Primal(*wavelets, split.image, lambda) / problem.Primal(*wavelets, sparse.image, lambda), 1.0, 2e-6);
  EXPECT_TENSOR_CLOSE(split.image, sparse.image, 5e-3); // as above, at ten times the gap
}

TEST(SolveBySplitting, NeedsFewProductsWhereTheCentreIsDense)
{
  // The gap that each has after as many products: its own tells nothing of speed where a problem is small and easy.
  const RadialProblem problem(96, 24);
  constexpr std::int64_t products = 128;
  TotalVariationOptions options;
  options.iterations = products;
  options.tolerance = 0.0;
  const double before = SolveTotalVariation(problem.model, problem.data, One(0.01), options).relativeGap[0];
  const double now = problem.Solve(*MakeGradient(cube), 0.01, 0.0, products).relativeGap[0];
  EXPECT_LT(now, 0.2 * before);
  WaveletOptions waves;
  waves.iterations = products;
  waves.tolerance = 0.0;
  const double sparse = SolveWavelet(problem.model, problem.data, One(0.01), waves).relativeGap[0];
  EXPECT_LT(problem.Solve(*MakeWavelets(), 0.01, 0.0, products).relativeGap[0], 0.5 * sparse);
}

TEST(SolveBySplitting, GapClosesAndBoundsTheTrueError)
{
  const RadialProblem problem;
  constexpr double lambda = 0.01;
  for (const auto & transform : {MakeGradient(cube), MakeWavelets()})
  {
    const auto exact = problem.Solve(*transform, lambda, 1e-8);
    const double best = problem.Primal(*transform, exact.image, lambda);
    TotalVariationResult half = exact; // as far from the minimum as the bound allows, with little penalty
    half.image = 0.5 * exact.image;
    const auto far = problem.Solve(*transform, lambda, 0.0, 0, half);
    const double excess = problem.Primal(*transform, far.image, lambda) - best;
    EXPECT_GT(excess, best);
    EXPECT_LE(excess, far.relativeGap[0] * (best + excess));
    double before = std::numeric_limits<double>::infinity();
    for (const std::int64_t products : {16, 64, 128, 256})
    {
      const auto result = problem.Solve(*transform, lambda, 0.0, products);
      EXPECT_EQ(result.iterations, products);
      const double primal = problem.Primal(*transform, result.image, lambda);
      const double gap = result.relativeGap[0] * primal;
      EXPECT_GE(primal - best, -1e-8 * best); // up to the gap of the exact one
      EXPECT_LE(primal - best, gap);
      EXPECT_LT(gap, before);
      before = gap;
    }
    EXPECT_LT(before, 1e-3 * best);
  }
}

TEST(SolveBySplitting, NothingStandsWhereNoCoilSees)
{
  RadialProblem problem(32, 16);
  const at::Tensor place = at::linspace(-1.0, 1.0, 32, at::kDouble).square();
  const at::Tensor support = (place.view({1, 1, 32, 1}) + place.view({1, 1, 1, 32})).lt(1.0);
  NonuniformFourierOptions options;
  options.doubleTolerance = 1e-9;
  TrajectoryOptions radial;
  radial.size = 32;
  radial.readouts = 16;
  problem.model = std::make_shared<const NoncartesianSenseOperator>(
      Shape{1, 1, 32, 32}, MakeTrajectory(radial), problem.model->Maps() * support, options);
  SplitOptions split;
  split.support = support;
  for (const auto & transform : {MakeGradient(cube), MakeWavelets()})
  {
    const auto solve = [&](double tolerance, std::int64_t iterations)
    {
      split.tolerance = tolerance;
      split.iterations = iterations;
      return SolveBySplitting(
          problem.model, problem.data, One(0.05), *transform, problem.model->CirculantNormal(), split);
    };
    const auto best = solve(1e-6, 20000);
    ASSERT_LE(best.relativeGap[0], 1e-6);
    EXPECT_EQ(at::count_nonzero(best.image.masked_select(support.logical_not())).item<std::int64_t>(), 0);
    const double least = problem.Primal(*transform, best.image, 0.05);
    for (std::uint64_t i = 0; i < 20; ++i) // the least among such images, to the gap
    {
      const at::Tensor other = best.image + 1e-3 * Random(best.image.sizes(), i) * support;
      EXPECT_GT(problem.Primal(*transform, other, 0.05), least * (1.0 - 1e-6));
    }
    const auto early = solve(0.0, 128);
    EXPECT_LT(problem.Primal(*transform, early.image, 0.05) / least - 1.0, 1e-3); // as where coils see everything
    EXPECT_GE(early.relativeGap[0], problem.Primal(*transform, early.image, 0.05) / least - 1.0 - 1e-6);
  }
}

TEST(SolveBySplitting, SamplesAreIndependentAndStartsAreTaken)
{
  const RadialProblem problem;
  const at::Tensor data = at::cat({problem.data, 2.0 * problem.data, problem.data.flip(3)});
  const at::Tensor lambda = at::tensor({0.01, 0.1, 0.003}, at::kDouble);
  SplitOptions options;
  options.iterations = 2000;
  const auto gradient = MakeGradient(cube);
  const at::Tensor m = problem.model->CirculantNormal();
  const auto together = SolveBySplitting(problem.model, data, lambda, *gradient, m, options);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const at::Tensor own = data.slice(0, i, i + 1);
    const auto alone = SolveBySplitting(problem.model, own, lambda.slice(0, i, i + 1), *gradient, m, options);
    EXPECT_TENSOR_CLOSE(alone.image[0], together.image[i], 1e-9); // transforms of a batch may round otherwise
    EXPECT_LE(together.relativeGap[i], 1e-4);
    const at::Tensor residual = problem.model->Forward(alone.image) - own;
    // The normal operator and the transform agree to the window's 1e-9 of ||A x||^2, some 1e4.
    EXPECT_NEAR(together.squaredResidual[i], SampleDot(residual, residual).item<double>(), 1e-4);
  }
  const auto again = SolveBySplitting(problem.model, data, lambda, *gradient, m, options, together);
  EXPECT_LE(again.iterations, together.iterations / 2);
  EXPECT_LE(*std::max_element(again.relativeGap.begin(), again.relativeGap.end()), 1e-4);
}

TEST(SolveBySplitting, FloatReachesAGapOfOneInTenThousand)
{
  const RadialProblem problem(64, 20);
  for (const auto & device : test::Devices())
  {
    SplitOptions options;
    options.iterations = 1000;
    const at::Tensor data = problem.data.to(device, at::kComplexFloat);
    const auto result = SolveBySplitting(
        problem.model, data, One(0.005), *MakeGradient(cube), problem.model->CirculantNormal(), options);
    EXPECT_EQ(result.image.scalar_type(), at::kComplexFloat);
    EXPECT_LE(result.relativeGap[0], 1e-4);
  }
}

TEST(SolveBySplitting, WithoutAPenaltyFitsTheData)
{
  const RadialProblem problem;
  // Four coils: more data than pixels, so that what is left is the noise outside the range of A, less than all of it.
  const auto result = problem.Solve(*MakeGradient(cube), 0.0, 0.0, 400);
  const double all = static_cast<double>(problem.data.numel()) * problem.sigma * problem.sigma;
  EXPECT_LT(result.squaredResidual[0], all);
}

TEST(SolveBySplitting, LeavesTheNoiseByTheDiscrepancyPrinciple)
{
  const RadialProblem problem;
  const at::Tensor expected = One(static_cast<double>(problem.data.numel()) * problem.sigma * problem.sigma);
  for (const auto & transform : {MakeGradient(cube), MakeWavelets()})
  {
    const auto result = SolveBySplittingByDiscrepancy(
        problem.model, problem.data, expected, One(problem.sigma), *transform, problem.model->CirculantNormal());
    EXPECT_NEAR(result.squaredResidual[0] / expected.item<double>(), 1.0, 0.005); // what was asked for
  }
}

TEST(SolveBySplitting, RefusesWrongInputAndStops)
{
  const RadialProblem problem;
  const auto gradient = MakeGradient(cube);
  const at::Tensor m = problem.model->CirculantNormal();
  const auto solve = [&](const at::Tensor & y, const at::Tensor & lambda, const at::Tensor & circulant)
  { SolveBySplitting(problem.model, y, lambda, *gradient, circulant); };
  EXPECT_THROW_MESSAGE(solve(problem.data, -One(1.0), m), DataError, "required one number >= 0");
  EXPECT_THROW_MESSAGE(solve(problem.data, One(1.0), {}), DataError, "required [1 or batch, z, y, x]");
  EXPECT_THROW_MESSAGE(solve(problem.data, One(1.0), m.slice(2, 1)), DataError, "required [1 or batch, z, y, x]");
  EXPECT_THROW_MESSAGE(solve(problem.data, One(1.0), at::zeros_like(m)), DataError, "positive");
  EXPECT_THROW_MESSAGE(solve(problem.data / 0.0, One(1.0), m), NumericalError, "not finite");
  SplitOptions options;
  options.progress = [](std::int64_t products, double) { return products < 20; };
  options.tolerance = 0.0;
  EXPECT_THROW_MESSAGE(
      SolveBySplitting(problem.model, problem.data, One(0.01), *gradient, m, options), Aborted, "after 32 products");
}
} // namespace
} // namespace tweedie
