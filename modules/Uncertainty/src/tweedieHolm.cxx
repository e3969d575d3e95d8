// SPDX-License-Identifier: Apache-2.0
#include "tweedieHolm.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace tweedie
{
std::vector<double>
HolmAdjusted(const std::vector<double> & pValues)
{
  for (const double p : pValues)
  {
    if (!(p >= 0.0 && p <= 1.0))
    {
      throw DataError("p-values: given " + std::to_string(p) + "; required numbers from 0 to 1");
    }
  }
  std::vector<std::size_t> order(pValues.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pValues[a] < pValues[b]; });
  std::vector<double> adjusted(pValues.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i)
  {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - i) * pValues[order[i]]));
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

std::vector<Verdict>
JudgeByHolm(std::vector<Verdict> verdicts, double level)
{
  std::vector<double> pValues;
  for (const Verdict & verdict : verdicts)
  {
    if (verdict.pValue && !std::isnan(*verdict.pValue))
    {
      pValues.push_back(*verdict.pValue);
    }
  }
  const std::vector<double> adjusted = HolmAdjusted(pValues);
  auto next = adjusted.begin();
  for (Verdict & verdict : verdicts)
  {
    if (verdict.pValue)
    {
      const bool isNumber = !std::isnan(*verdict.pValue);
      const bool isRejected = isNumber && *next++ <= level;
      verdict.state = isNumber ? (isRejected ? VerdictState::Failed : VerdictState::Passed) : VerdictState::NotTested;
    }
  }
  return verdicts;
}
} // namespace tweedie
