// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampleDistance.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t exactDistances = 2; // at::cdist without its matrix product, which cancels

void
RequireSets(const at::Tensor & x, const at::Tensor & z, std::int64_t smallest, const char * what)
{
  if (x.size(1) != z.size(1) || x.size(0) < smallest || z.size(0) < smallest)
  {
    throw DataError(std::string(what) + ": given " + std::to_string(x.size(0)) + " samples of " +
                    std::to_string(x.size(1)) + " numbers and " + std::to_string(z.size(0)) + " of " +
                    std::to_string(z.size(1)) + "; required at least " + std::to_string(smallest) +
                    " of each, of one length");
  }
}

/** The pieces of [0, 1] on which both empirical quantile functions are constant. */
struct QuantilePieces
{
  std::vector<double> widths;
  std::vector<std::int64_t> first;  ///< index of the sorted x
  std::vector<std::int64_t> second; ///< of the sorted z
};

QuantilePieces
PiecesOf(std::int64_t n, std::int64_t m)
{
  QuantilePieces pieces;
  const double whole = static_cast<double>(n) * static_cast<double>(m);
  std::int64_t reached = 0; // in units of 1 / (n m)
  for (std::int64_t i = 0, j = 0; i < n && j < m;)
  {
    const std::int64_t next = std::min((i + 1) * m, (j + 1) * n);
    pieces.widths.push_back(static_cast<double>(next - reached) / whole);
    pieces.first.push_back(i);
    pieces.second.push_back(j);
    i += next == (i + 1) * m;
    j += next == (j + 1) * n;
    reached = next;
  }
  return pieces;
}

at::Tensor
KernelMatrix(const at::Tensor & squaredDistances, double bandwidth, DiscrepancyKernel kernel)
{
  const at::Tensor scaled = squaredDistances / (bandwidth * bandwidth);
  return kernel == DiscrepancyKernel::Gaussian ? (-0.5 * scaled).exp() : (1.0 + scaled).rsqrt();
}

/** Median over all pairs of different rows; the mean of the middle two where their count is even. */
double
MedianDistance(const at::Tensor & distances)
{
  const std::int64_t n = distances.size(0);
  const at::Tensor pairs = at::triu_indices(n, n, 1);
  const at::Tensor sorted = std::get<0>(distances.index({pairs[0], pairs[1]}).sort());
  const std::int64_t count = sorted.numel();
  return 0.5 * (sorted[(count - 1) / 2].item<double>() + sorted[count / 2].item<double>());
}

/** The discrepancy for each row of labels [rows, n + m], 1 for the first set; kernel without its diagonal. */
at::Tensor
DiscrepancyOf(const at::Tensor & labels, const at::Tensor & kernel, std::int64_t n, std::int64_t m)
{
  const auto a = static_cast<double>(n);
  const auto b = static_cast<double>(m);
  const at::Tensor toFirst = at::matmul(labels, kernel);
  const at::Tensor within = (toFirst * labels).sum(1);
  const at::Tensor across = toFirst.sum(1) - within;
  const at::Tensor others = kernel.sum() - within - 2.0 * across;
  return within / (a * (a - 1.0)) + others / (b * (b - 1.0)) - 2.0 * across / (a * b);
}

/** One row of labels per permutation: a random n of all. */
at::Tensor
PermutedLabels(std::int64_t permutations, std::int64_t n, std::int64_t m, std::uint64_t seed)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(permutations));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  const at::Tensor order = RandomStreams(seed, streams).Uniform({n + m}, at::kDouble).argsort(1, false);
  return at::zeros({permutations, n + m}, at::kDouble).scatter_(1, order.narrow(1, 0, n), 1.0);
}
} // namespace

at::Tensor
UnitDirections(std::int64_t count, std::int64_t dimensions, std::uint64_t seed)
{
  if (count < 1 || dimensions < 1)
  {
    throw UsageError("directions: given " + std::to_string(count) + " in " + std::to_string(dimensions) +
                     " dimensions; required one or more of each");
  }
  const at::Tensor normal = RandomStreams(seed, {0}).Normal({count, dimensions}, at::kDouble).squeeze(0);
  return normal / normal.norm(2, {1}, true);
}

double
SlicedWasserstein(const at::Tensor & x, const at::Tensor & z, const at::Tensor & directions, double order)
{
  const at::Tensor first = RealTensor(x, 2, "sliced Wasserstein distance");
  const at::Tensor second = RealTensor(z, 2, "sliced Wasserstein distance");
  const at::Tensor along = RealTensor(directions, 2, "sliced Wasserstein distance, directions");
  RequireSets(first, second, 1, "sliced Wasserstein distance");
  if (along.size(1) != first.size(1) || !(order >= 1.0))
  {
    throw DataError("sliced Wasserstein distance: given directions of another length than the samples, or order " +
                    std::to_string(order) + "; required equal lengths and order >= 1");
  }
  const QuantilePieces pieces = PiecesOf(first.size(0), second.size(0));
  const at::Tensor f = std::get<0>(at::matmul(along, first.t()).sort(1));
  const at::Tensor g = std::get<0>(at::matmul(along, second.t()).sort(1));
  const at::Tensor apart =
      (f.index_select(1, at::tensor(pieces.first)) - g.index_select(1, at::tensor(pieces.second))).abs();
  const at::Tensor widths = at::tensor(pieces.widths, at::kDouble);
  return (apart.pow(order) * widths).sum(1).pow(1.0 / order).mean().item<double>();
}

double
SlicedWasserstein(const at::Tensor & x, const at::Tensor & z, std::int64_t directions, double order, std::uint64_t seed)
{
  return SlicedWasserstein(x, z, UnitDirections(directions, x.dim() == 2 ? x.size(1) : 1, seed), order);
}

Discrepancy
MaximumMeanDiscrepancy(
    const at::Tensor & x, const at::Tensor & z, DiscrepancyKernel kernel, std::int64_t permutations, std::uint64_t seed)
{
  const at::Tensor first = RealTensor(x, 2, "maximum mean discrepancy");
  const at::Tensor second = RealTensor(z, 2, "maximum mean discrepancy");
  RequireSets(first, second, 2, "maximum mean discrepancy");
  const std::int64_t n = first.size(0);
  const std::int64_t m = second.size(0);
  const at::Tensor pool = at::cat({first, second});
  const at::Tensor distances = at::cdist(pool, pool, 2.0, exactDistances);
  Discrepancy result{0.0, MedianDistance(distances), 1.0};
  if (!(result.bandwidth > 0.0))
  {
    throw DataError("maximum mean discrepancy: more than half of all distances are 0; required samples that differ");
  }
  at::Tensor matrix = KernelMatrix(distances.square(), result.bandwidth, kernel);
  matrix.fill_diagonal_(0.0);
  const at::Tensor own = at::cat({at::ones({1, n}, at::kDouble), at::zeros({1, m}, at::kDouble)}, 1);
  result.squared = DiscrepancyOf(own, matrix, n, m).item<double>();
  if (permutations > 0)
  {
    const at::Tensor others = DiscrepancyOf(PermutedLabels(permutations, n, m, seed), matrix, n, m);
    const double atLeast = others.ge(result.squared).sum().item<double>();
    result.pValue = (1.0 + atLeast) / (1.0 + static_cast<double>(permutations));
  }
  return result;
}

double
EnergyScore(const at::Tensor & truth, const at::Tensor & samples)
{
  const at::Tensor drawn = RealTensor(samples, 2, "energy score, samples");
  const at::Tensor exact = RealTensor(truth, 1, "energy score, truth").unsqueeze(0);
  RequireSets(drawn, at::cat({exact, exact}), 2, "energy score");
  const auto n = static_cast<double>(drawn.size(0));
  const double error = (drawn - exact).norm(2, {1}).mean().item<double>();
  return error - at::pdist(drawn).sum().item<double>() / (n * (n - 1.0));
}
} // namespace tweedie
