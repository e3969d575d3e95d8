// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainDiagnostics.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

/** Chains [M, N] with each cut in two; the middle draw of an odd number is left out. */
at::Tensor
Halves(const at::Tensor & chains)
{
  const std::int64_t half = chains.size(1) / 2;
  return at::cat({chains.slice(1, 0, half), chains.slice(1, chains.size(1) - half)});
}

/** Normal scores of the ranks over all draws, equal draws sharing the mean of theirs. */
at::Tensor
NormalScores(const at::Tensor & draws)
{
  const at::Tensor values = draws.contiguous();
  const double * v = values.data_ptr<double>();
  std::vector<std::size_t> order(static_cast<std::size_t>(values.numel()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [v](std::size_t a, std::size_t b) { return v[a] < v[b]; });
  at::Tensor ranks = at::empty_like(values);
  double * r = ranks.data_ptr<double>();
  for (std::size_t first = 0; first < order.size();)
  {
    std::size_t end = first + 1;
    while (end < order.size() && v[order[end]] == v[order[first]])
    {
      ++end;
    }
    for (std::size_t i = first; i < end; ++i)
    {
      r[order[i]] = 0.5 * static_cast<double>(first + end + 1);
    }
    first = end;
  }
  return at::special_ndtri((ranks - 0.375) / (static_cast<double>(order.size()) + 0.25));
}

/** sqrt of the pooled variance over the mean variance of chains [M, N]. */
double
Shrinkage(const at::Tensor & chains)
{
  const double n = static_cast<double>(chains.size(1));
  const double within = chains.var(1).mean().item<double>();
  const double between = chains.mean(1).var(0).item<double>(); // B / N
  return std::sqrt((n - 1.0) / n + between / within);
}

/** Autocorrelations of chains [M, N], pooled; computed as they are asked for. */
class Autocorrelation
{
public:
  explicit Autocorrelation(const at::Tensor & chains)
      : m_Centred((chains - chains.mean(1, true)).contiguous()), m_Draws(chains.size(1)),
        m_Within(Covariance(0) * Draws() / (Draws() - 1.0)),
        m_Pooled(Covariance(0) + (chains.size(0) > 1 ? chains.mean(1).var(0).item<double>() : 0.0))
  {
  }
  double
  operator()(std::int64_t lag) const
  {
    return lag == 0 ? 1.0 : 1.0 - (m_Within - Covariance(lag)) / m_Pooled;
  }

private:
  double
  Draws() const
  {
    return static_cast<double>(m_Draws);
  }
  double
  Covariance(std::int64_t lag) const
  {
    const std::int64_t chains = m_Centred.size(0);
    double sum = 0.0;
    for (std::int64_t chain = 0; chain < chains; ++chain)
    {
      const double * x = m_Centred.data_ptr<double>() + chain * m_Draws;
      sum = std::inner_product(x, x + m_Draws - lag, x + lag, sum);
    }
    return sum / (Draws() * static_cast<double>(chains));
  }

  at::Tensor m_Centred;
  std::int64_t m_Draws;
  double m_Within;
  double m_Pooled;
};

/** Effective number of draws in chains [M, N], at most M N log10(M N): more than all would need chains that alternate.
 */
double
EffectiveSize(const at::Tensor & chains)
{
  const Autocorrelation rho(chains);
  const std::int64_t last = chains.size(1) - 3;
  double smallest = std::numeric_limits<double>::infinity();
  double sum = 0.0;
  double even = rho(0);
  double odd = rho(1);
  std::int64_t lag = 0;
  while (even + odd > 0.0 || lag == 0)
  {
    smallest = std::min(smallest, even + odd);
    sum += smallest;
    lag += 2;
    if (lag > last)
    {
      even = rho(lag - 2); // no further pair: its first lag stands alone, as in the reference implementations
      sum -= smallest;
      break;
    }
    even = rho(lag);
    odd = rho(lag + 1);
  }
  const double all = static_cast<double>(chains.numel());
  const double time = std::max(2.0 * sum - 1.0 + std::max(even, 0.0), 1.0 / std::log10(all));
  return all / time;
}

/** One quantity [M, N]; NaN where there is no verdict. */
struct Quantity
{
  double shrinkage = notKnown;
  double bulkSize = notKnown;
  double tailSize = notKnown;
  double meanError = notKnown;

  explicit Quantity(const at::Tensor & chains)
  {
    const bool moves = (chains.amax(1) > chains.amin(1)).all().item<bool>();
    if (!at::isfinite(chains).all().item<bool>() || !moves)
    {
      return;
    }
    const at::Tensor halves = Halves(chains);
    const at::Tensor scores = NormalScores(halves);
    const at::Tensor folded = NormalScores((halves - at::quantile(halves, 0.5)).abs());
    shrinkage = std::max(Shrinkage(scores), Shrinkage(folded));
    bulkSize = EffectiveSize(scores);
    const auto tail = [&](double level)
    { return EffectiveSize(halves.le(at::quantile(chains, level)).to(at::kDouble)); };
    tailSize = std::min(tail(0.05), tail(0.95));
    meanError = chains.std().item<double>() / std::sqrt(EffectiveSize(halves));
  }
};
} // namespace

ChainReport
DiagnoseChains(const at::Tensor & draws)
{
  if (draws.dim() != 3 || draws.size(0) < 4 || draws.size(1) < 1 || draws.size(2) < 1 || draws.is_complex())
  {
    std::ostringstream given;
    given << "chains: given draws of shape " << draws.sizes() << "; required real [4 or more iterations, chains, n]";
    throw DataError(given.str());
  }
  const at::Tensor chains = draws.detach().to(at::kCPU, at::kDouble).permute({2, 1, 0}).contiguous();
  std::vector<double> shrinkage, bulk, tail, error;
  for (std::int64_t i = 0; i < chains.size(0); ++i)
  {
    const Quantity quantity(chains[i]);
    shrinkage.push_back(quantity.shrinkage);
    bulk.push_back(quantity.bulkSize);
    tail.push_back(quantity.tailSize);
    error.push_back(quantity.meanError);
  }
  const auto numbers = [](const std::vector<double> & values) { return at::tensor(values, at::kDouble); };
  ChainReport report{numbers(shrinkage), numbers(bulk), numbers(tail), numbers(error), 0.0, 0.0, 0.0};
  report.worstShrinkage = report.shrinkage.max().item<double>(); // NaN wins in max and min
  report.smallestBulkSize = report.bulkSize.min().item<double>();
  report.smallestTailSize = report.tailSize.min().item<double>();
  return report;
}
} // namespace tweedie
