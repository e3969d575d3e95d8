// SPDX-License-Identifier: Apache-2.0
#include "tweedieUniformity.h"

#include "tweedieError.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
Uniformity
CheckUniformity(const at::Tensor & values, std::int64_t bins)
{
  const at::Tensor sorted = std::get<0>(RealTensor(values, 1, "uniformity").sort());
  const std::int64_t n = sorted.numel();
  const double * u = sorted.data_ptr<double>();
  if (u[0] < 0.0 || u[n - 1] > 1.0 || bins < 1)
  {
    throw DataError("uniformity: given numbers outside [0, 1], or no bins; required numbers from 0 to 1");
  }
  Uniformity found;
  found.numbers = n;
  found.counts.assign(static_cast<std::size_t>(bins), 0);
  for (std::int64_t i = 0; i < n; ++i)
  {
    const double below = static_cast<double>(i) / static_cast<double>(n);
    const double above = static_cast<double>(i + 1) / static_cast<double>(n);
    found.distance = std::max({found.distance, u[i] - below, above - u[i]});
    const auto bin = static_cast<std::int64_t>(u[i] * static_cast<double>(bins));
    ++found.counts[static_cast<std::size_t>(std::min(bin, bins - 1))];
  }
  found.pValue = KolmogorovTail(found.distance, n);
  found.band = BinomialBand(0.99, n, 1.0 / static_cast<double>(bins));
  return found;
}

SmallProbabilities
CountSmallProbabilities(const std::vector<double> & pValues, double threshold, double bandLevel)
{
  SmallProbabilities found;
  found.tests = static_cast<std::int64_t>(pValues.size());
  found.count = std::count_if(pValues.begin(), pValues.end(), [=](double p) { return !(p >= threshold); });
  found.band = BinomialBand(bandLevel, found.tests, threshold);
  found.isInside = found.count >= found.band.low && found.count <= found.band.high;
  return found;
}
} // namespace tweedie
