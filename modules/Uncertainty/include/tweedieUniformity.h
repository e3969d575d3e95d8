// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieUniformity_h
#define tweedieUniformity_h

#include "tweedieTailProbability.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Whether numbers are independent and uniform on [0, 1]. */
struct Uniformity
{
  std::int64_t numbers = 0;
  double distance = 0.0;            ///< Kolmogorov and Smirnov: max |F_N(u) - u|
  double pValue = 1.0;              ///< of that distance
  std::vector<std::int64_t> counts; ///< of bins of equal width
  CountBand band{0, 0};             ///< of one bin, 99 %
};

/** values [N]. Throws DataError for numbers outside [0, 1]. */
Uniformity CheckUniformity(const at::Tensor & values, std::int64_t bins = 10);

/** How many p-values lie below the threshold, and how many may if all tests are of what is true. */
struct SmallProbabilities
{
  std::int64_t count = 0;
  std::int64_t tests = 0;
  CountBand band{0, 0}; ///< of the count, for independent tests
  bool isInside = false;
};
SmallProbabilities
CountSmallProbabilities(const std::vector<double> & pValues, double threshold = 0.05, double bandLevel = 0.99);
} // namespace tweedie

#endif
