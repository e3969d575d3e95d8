// SPDX-License-Identifier: Apache-2.0
#include "tweedieRankCalibration.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieRankNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>

namespace tweedie
{
namespace
{
constexpr std::int64_t largestPoints = 200;
constexpr std::int64_t simulations = 2000; // a p-value of 0.05 to 0.005

/** At point i the count of ranks below edge[i] has the law Bin(cases, edge[i]/(samples + 1)); tails[i][c] is
 * 2 min(P(C <= c), P(C >= c)), at most 1. */
struct CurveLaw
{
  std::vector<std::int64_t> edges;
  std::vector<std::vector<double>> tails;
  std::vector<double> departures; ///< of simulated exact samplers: the least tail over the points, rising
};

std::vector<double>
TwoSidedTails(std::int64_t trials, double p)
{
  const auto n = static_cast<double>(trials);
  std::vector<double> mass(static_cast<std::size_t>(trials + 1));
  for (std::int64_t c = 0; c <= trials; ++c)
  {
    const auto k = static_cast<double>(c);
    const double choices = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
    mass[static_cast<std::size_t>(c)] = std::exp(choices + k * std::log(p) + (n - k) * std::log1p(-p));
  }
  std::vector<double> below(mass.size());
  std::vector<double> above(mass.size());
  std::partial_sum(mass.begin(), mass.end(), below.begin());
  std::partial_sum(mass.rbegin(), mass.rend(), above.rbegin());
  for (std::size_t c = 0; c < mass.size(); ++c)
  {
    below[c] = std::min(1.0, 2.0 * std::min(below[c], above[c]));
  }
  return below;
}

/** How many ranks are below each edge. */
std::vector<std::int64_t>
CountsBelow(const std::int64_t * ranks, std::int64_t cases, std::int64_t samples, const CurveLaw & law)
{
  std::vector<std::int64_t> upTo(static_cast<std::size_t>(samples + 2), 0);
  for (std::int64_t i = 0; i < cases; ++i)
  {
    ++upTo[static_cast<std::size_t>(ranks[i] + 1)];
  }
  std::partial_sum(upTo.begin(), upTo.end(), upTo.begin());
  std::vector<std::int64_t> counts;
  for (const std::int64_t edge : law.edges)
  {
    counts.push_back(upTo[static_cast<std::size_t>(edge)]);
  }
  return counts;
}

double
Departure(const std::vector<std::int64_t> & counts, const CurveLaw & law)
{
  double least = 1.0;
  for (std::size_t i = 0; i < counts.size(); ++i)
  {
    least = std::min(least, law.tails[i][static_cast<std::size_t>(counts[i])]);
  }
  return least;
}

std::shared_ptr<const CurveLaw>
SimulateLaw(std::int64_t cases, std::int64_t samples)
{
  auto law = std::make_shared<CurveLaw>();
  const std::int64_t points = std::min(samples, largestPoints);
  for (std::int64_t i = 1; i <= points; ++i)
  {
    law->edges.push_back(i * (samples + 1) / (points + 1));
    law->tails.push_back(
        TwoSidedTails(cases, static_cast<double>(law->edges.back()) / static_cast<double>(samples + 1)));
  }
  RandomStreams random(20220213, {0});
  for (std::int64_t m = 0; m < simulations; ++m)
  {
    const at::Tensor uniform = random.Uniform({cases}, at::kDouble).squeeze(0);
    const at::Tensor ranks = (uniform * static_cast<double>(samples + 1)).to(at::kLong);
    law->departures.push_back(Departure(CountsBelow(ranks.data_ptr<std::int64_t>(), cases, samples, *law), *law));
  }
  std::sort(law->departures.begin(), law->departures.end());
  return law;
}

std::shared_ptr<const CurveLaw>
LawOf(std::int64_t cases, std::int64_t samples)
{
  static std::mutex mutex;
  static std::map<std::pair<std::int64_t, std::int64_t>, std::shared_ptr<const CurveLaw>> known;
  const std::lock_guard<std::mutex> lock(mutex);
  auto & law = known[{cases, samples}];
  if (!law)
  {
    law = SimulateLaw(cases, samples);
  }
  return law;
}
} // namespace

RankCurve
CurveOfRanks(const at::Tensor & ranks, std::int64_t samples, double level)
{
  const std::vector<std::int64_t> all = RankNumbers(ranks, samples);
  const auto cases = static_cast<std::int64_t>(all.size());
  // the least departure of 1 - level: outside the band exactly where pValue <= 1 - level
  const auto rank = static_cast<std::int64_t>(std::floor((1.0 - level) * (simulations + 1.0) + 1e-9)) - 1;
  if (!(level < 1.0) || rank < 0 || rank >= simulations)
  {
    throw UsageError("rank curve: given level " + std::to_string(level) + "; required more than 0 and at most " +
                     std::to_string(1.0 - 1.0 / (simulations + 1.0)));
  }
  const auto law = LawOf(cases, samples);
  const double least = law->departures[static_cast<std::size_t>(rank)];
  const std::vector<std::int64_t> counts = CountsBelow(all.data(), cases, samples, *law);
  RankCurve curve;
  for (std::size_t i = 0; i < counts.size(); ++i)
  {
    const std::vector<double> & tails = law->tails[i];
    const auto isInside = [=](double tail) { return tail >= least; };
    const auto low = std::find_if(tails.begin(), tails.end(), isInside) - tails.begin();
    const auto high = cases - (std::find_if(tails.rbegin(), tails.rend(), isInside) - tails.rbegin());
    const auto share = [=](std::int64_t number) { return static_cast<double>(number) / static_cast<double>(cases); };
    curve.position.push_back(static_cast<double>(law->edges[i]) / static_cast<double>(samples + 1));
    curve.found.push_back(share(counts[i]));
    curve.low.push_back(share(low));
    curve.high.push_back(share(high));
  }
  const auto beyond = std::upper_bound(law->departures.begin(), law->departures.end(), Departure(counts, *law));
  curve.pValue = static_cast<double>(beyond - law->departures.begin() + 1) / (simulations + 1.0);
  return curve;
}
} // namespace tweedie
