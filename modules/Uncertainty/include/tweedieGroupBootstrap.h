// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGroupBootstrap_h
#define tweedieGroupBootstrap_h

#include <cstdint>
#include <functional>
#include <vector>

namespace tweedie
{
struct BootstrapBand
{
  double value = 0.0; ///< of all cases
  double low = 0.0;
  double high = 0.0;
  std::int64_t groups = 0;
};

/** A number from the cases of these indices, some of them more than once. */
using CaseStatistic = std::function<double(const std::vector<std::int64_t> & cases)>;

/** Band of a statistic of cases that depend on each other inside a group (masks and noises of one slice, slices of one
 * person): whole groups are drawn with replacement (Davison and Hinkley 1997, section 3.8), and the percentiles
 * (1 -+ level)/2 of the statistic are taken. group: that of each case. Too narrow for fewer than about ten groups.
 * Throws DataError for fewer than two groups or a statistic that is not finite. */
BootstrapBand GroupBootstrap(const std::vector<std::int64_t> & group,
                             const CaseStatistic & statistic,
                             double level = 0.95,
                             std::int64_t repeats = 1000,
                             std::uint64_t seed = 0);

/** Of the mean of one value per case. */
BootstrapBand GroupBootstrapMean(const std::vector<std::int64_t> & group,
                                 const std::vector<double> & values,
                                 double level = 0.95,
                                 std::int64_t repeats = 1000,
                                 std::uint64_t seed = 0);
} // namespace tweedie

#endif
