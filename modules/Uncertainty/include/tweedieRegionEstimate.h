// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRegionEstimate_h
#define tweedieRegionEstimate_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** The mean of magnitudes over one region of one slice, as calibration cases have it. */
struct RegionEstimate
{
  std::string name;        ///< "region-2", of label 2
  std::int64_t slice = 0;  ///<
  std::int64_t pixels = 0; ///<
  double mean = 0.0;       ///< of the estimate
  double deviation = 0.0;  ///< of the samples' means
  std::int64_t samples = 0;
};

/** A row a label above 0 and slice that has it. labels, estimate: [z, y, x]; samples: [n, z, y, x]; real or complex.
 * Throws DataError for shapes that do not fit, no label above 0, or fewer than two samples. */
std::vector<RegionEstimate>
EstimateRegions(const at::Tensor & labels, const at::Tensor & estimate, const at::Tensor & samples);

/** mean -+ t_(n-1)((1 + level)/2) s (1 + 1/n)^(1/2): of the true mean, were it one more of the samples and they normal.
 */
std::pair<double, double> StudentInterval(const RegionEstimate & region, double level);

/** mean -+ scale s. */
std::pair<double, double> ScaledInterval(const RegionEstimate & region, double scale);
} // namespace tweedie

#endif
