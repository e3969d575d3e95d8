// SPDX-License-Identifier: Apache-2.0
#include "tweediePenalizedLeastSquares.h"

#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieJosephProjector.h"
#include "tweedieOperatorCombinators.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
using namespace test;

at::Tensor
Random(std::uint64_t seed, at::IntArrayRef sizes)
{
  return at::rand(sizes, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

/** R by its definition: all pairs of voxels whose indices differ by at most 1. x: [z, y, x]. */
double
RoughnessByPairs(const at::Tensor & x, const RoughnessPenalty & penalty)
{
  const auto v = x.accessor<double, 3>();
  const Axes<double> & s = penalty.spacing;
  double sum = 0.0;
  for (std::int64_t a = 0; a < x.numel(); ++a)
  {
    for (std::int64_t b = 0; b < a; ++b)
    {
      const auto at = [&](std::int64_t i) {
        return Axes<std::int64_t>{i / x.size(2) / x.size(1), i / x.size(2) % x.size(1), i % x.size(2)};
      };
      const auto p = at(a), q = at(b);
      const std::int64_t dz = p.z - q.z, dy = p.y - q.y, dx = p.x - q.x;
      if (std::max({std::abs(dz), std::abs(dy), std::abs(dx)}) > 1)
      {
        continue;
      }
      const double squared = std::pow(s.z * static_cast<double>(dz), 2) + std::pow(s.y * static_cast<double>(dy), 2) +
                             std::pow(s.x * static_cast<double>(dx), 2);
      const double t = std::abs(v[p.z][p.y][p.x] - v[q.z][q.y][q.x]), e = penalty.edge;
      const double least = std::min({s.x, s.y, s.z});
      sum += least * least / squared * (t <= e ? 0.5 * t * t : e * t - 0.5 * e * e);
    }
  }
  return sum;
}

/** The quadratic penalty as a matrix: R = x^T H x / 2. */
at::Tensor
PenaltyMatrix(std::int64_t rows, std::int64_t columns, const RoughnessPenalty & penalty)
{
  const std::int64_t n = rows * columns;
  at::Tensor h = at::zeros({n, n}, at::kDouble);
  const auto unit = [&](std::int64_t i, std::int64_t j)
  {
    at::Tensor x = at::zeros({n}, at::kDouble);
    x[i] += 1.0;
    x[j] += 1.0;
    return RoughnessByPairs(x.view({1, rows, columns}), penalty);
  };
  for (std::int64_t i = 0; i < n; ++i)
  {
    for (std::int64_t j = 0; j < n; ++j)
    {
      h[i][j] = unit(i, j) - 0.25 * unit(i, i) - 0.25 * unit(j, j); // by polarisation; R(2 e_i) = 4 R(e_i)
    }
  }
  return h;
}

/** Seven by eight pixels of two kinds and sides, seen in 12 directions with weights between 0 and 1. */
struct SmallProblem
{
  SmallProblem()
  {
    const Grid grid = Pixels();
    const CTDetector detector = CenteredDetector(12, 1.3);
    A = std::make_shared<const JosephProjector>(Circle(CTBeam::Parallel, 12, 180.0, {}), detector, grid);
    dense = A->Forward(at::eye(56, at::kDouble).view({56, 1, 1, 7, 8})).flatten(1).t().contiguous();
    at::Tensor truth = at::full({1, 1, 1, 7, 8}, 0.2, at::kDouble);
    truth.slice(3, 2, 6).slice(4, 3, 7).fill_(1.0);
    truth.slice(3, 0, 2).fill_(0.0);
    y = A->Forward(truth) + 0.3 * (Random(3, {1, 1, 12, 1, 12}) - 0.5);
    w = Random(4, {1, 1, 12, 1, 12});
    w.slice(2, 3, 4).zero_(); // a view that was lost
    penalty.spacing = grid.spacing;
  }
  static Grid
  Pixels()
  {
    Grid grid = CenteredGrid(8, 7, 1, 1.0, 1.0);
    grid.spacing.y = 1.4;
    return grid;
  }
  at::Tensor
  Gradient(const at::Tensor & x, double beta) const
  {
    const at::Tensor residual = (dense.matmul(x.flatten()) - y.flatten()) * w.flatten();
    return dense.t().matmul(residual) + beta * MeasureRoughness(x, penalty).gradient.flatten();
  }

  LinearOperatorPointer A;
  at::Tensor dense;
  at::Tensor y;
  at::Tensor w;
  RoughnessPenalty penalty;
};

const at::Tensor one = at::ones({1}, at::kDouble);

TEST(Roughness, IsASumOverPairsOfNeighbours)
{
  RoughnessPenalty penalty;
  penalty.spacing = {5.0, 1.0, 2.0};
  for (const double edge : {0.2, std::numeric_limits<double>::infinity()})
  {
    penalty.edge = edge;
    const at::Tensor x = Random(1, {2, 1, 3, 4, 5});
    const RoughnessAt found = MeasureRoughness(x, penalty);
    for (std::int64_t i = 0; i < 2; ++i)
    {
      EXPECT_NEAR(found.value[i].item<double>(), RoughnessByPairs(x[i][0], penalty), 1e-12); // rounding
    }
    const at::Tensor direction = Random(2, x.sizes()) - 0.5;
    constexpr double h = 1e-6;
    const at::Tensor slope =
        (MeasureRoughness(x + h * direction, penalty).value - MeasureRoughness(x - h * direction, penalty).value) /
        (2.0 * h);
    // Third derivatives are 0 but at the few differences beside the edge, where they cost h.
    EXPECT_TENSOR_NEAR((found.gradient * direction).flatten(1).sum(1), slope, 1e-6);
    // The surrogate touches and lies above.
    const at::Tensor above = found.value + (found.gradient * direction).flatten(1).sum(1) +
                             0.5 * (direction.square() * RoughnessCurvature(x, penalty)).flatten(1).sum(1);
    EXPECT_TRUE(above.ge(MeasureRoughness(x + direction, penalty).value).all().item<bool>());
  }
}

TEST(PenalizedLeastSquares, IsTheSolutionOfTheNormalEquations)
{
  const SmallProblem problem;
  PenalizedLeastSquaresOptions options;
  options.penalty = problem.penalty;
  options.nonNegative = false;
  options.tolerance = 1e-12;
  options.iterations = 5000;
  constexpr double beta = 0.7;
  const at::Tensor weighted = problem.dense * problem.w.flatten().unsqueeze(1);
  const at::Tensor normal = weighted.t().matmul(problem.dense) + beta * PenaltyMatrix(7, 8, problem.penalty);
  const at::Tensor expected = at::linalg_solve(normal, weighted.t().matmul(problem.y.flatten()));
  const auto found = SolvePenalizedLeastSquares(problem.A, problem.y, problem.w, beta * one, options);
  EXPECT_LE(found.relativeGap[0], options.tolerance);
  // Phi - min Phi >= least eigenvalue |x - x*|^2 / 2: 1e-12 of Phi is 1e-6 of x here, and some.
  EXPECT_TENSOR_CLOSE(found.image.flatten(), expected, 1e-5);
}

TEST(PenalizedLeastSquares, IsOptimalWhereThePenaltySparesEdges)
{
  SmallProblem problem;
  problem.penalty.edge = 0.1;
  PenalizedLeastSquaresOptions options;
  options.penalty = problem.penalty;
  options.tolerance = 1e-12;
  options.iterations = 5000;
  constexpr double beta = 0.5;
  const auto found = SolvePenalizedLeastSquares(problem.A, problem.y, problem.w, beta * one, options);
  const at::Tensor x = found.image.flatten();
  const at::Tensor gradient = problem.Gradient(found.image, beta);
  const at::Tensor scale = problem.Gradient(at::zeros_like(found.image), beta).norm();
  const at::Tensor isZero = x.eq(0.0);
  EXPECT_GT(isZero.sum().item<std::int64_t>(), 0); // the bound is at work
  EXPECT_LT(isZero.sum().item<std::int64_t>(), 20);
  // Karush, Kuhn and Tucker: no slope where x > 0, none downwards where x = 0. Gaps of 1e-12 leave slopes of about
  // their root.
  const at::Tensor broken = at::where(isZero, gradient.clamp_max(0.0), gradient);
  EXPECT_LT((broken.norm() / scale).item<double>(), 1e-5);
}

TEST(PenalizedLeastSquares, TheGapBoundsWhatIsLeftToGain)
{
  SmallProblem problem;
  problem.penalty.edge = 0.1;
  PenalizedLeastSquaresOptions options;
  options.penalty = problem.penalty;
  const auto phi = [&](const PenalizedLeastSquaresResult & r)
  { return 0.5 * r.squaredResidual[0] + MeasureRoughness(r.image, problem.penalty).value.item<double>(); };
  options.iterations = 5000;
  options.tolerance = 1e-13;
  const double least = phi(SolvePenalizedLeastSquares(problem.A, problem.y, problem.w, one, options));
  double before = std::numeric_limits<double>::infinity();
  for (const std::int64_t iterations : {3, 10, 30, 100})
  {
    options.iterations = iterations;
    const auto found = SolvePenalizedLeastSquares(problem.A, problem.y, problem.w, one, options);
    EXPECT_GE(found.relativeGap[0] * phi(found), (phi(found) - least) * (1.0 - 1e-9));
    EXPECT_LE(phi(found), before); // Phi never rises
    before = phi(found);
  }
}

TEST(PenalizedLeastSquares, SamplesAreIndependent)
{
  SmallProblem problem;
  problem.penalty.edge = 0.1;
  PenalizedLeastSquaresOptions options;
  options.penalty = problem.penalty;
  options.tolerance = 1e-6;
  const at::Tensor y = at::cat({problem.y, 2.0 * problem.y.flip({2})});
  const at::Tensor w = problem.w.expand_as(y);
  const at::Tensor beta = at::tensor({0.2, 2.0}, at::kDouble);
  const auto both = SolvePenalizedLeastSquares(problem.A, y, w, beta, options);
  const auto alone =
      SolvePenalizedLeastSquares(problem.A, y.narrow(0, 1, 1), w.narrow(0, 1, 1), beta.narrow(0, 1, 1), options);
  EXPECT_TENSOR_CLOSE(both.image.narrow(0, 1, 1), alone.image, 1e-12); // rounding of sums in another order
}

TEST(PenalizedLeastSquares, RefusesWhatDoesNotFit)
{
  const SmallProblem p;
  PenalizedLeastSquaresOptions options;
  options.penalty.edge = 0.0;
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y, p.w, one, options), UsageError, "edge of 0");
  options.penalty.edge = 1.0;
  options.iterations = 0;
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y, p.w, one, options), UsageError, "0 iterations");
  options.iterations = 5;
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y, -p.w, one, options), DataError, "weights");
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y, p.w, -one, options), DataError, "beta");
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y * NAN, p.w, one, options), DataError, "finite");
  options.start = at::zeros({1, 1, 1, 2, 2}, at::kDouble);
  EXPECT_THROW_MESSAGE(SolvePenalizedLeastSquares(p.A, p.y, p.w, one, options), DataError, "start image");
  options.start = at::Tensor();
  options.progress = [](std::int64_t, double) { return false; };
  EXPECT_THROW(SolvePenalizedLeastSquares(p.A, p.y, p.w, one, options), Aborted);
}
} // namespace
} // namespace tweedie
