// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIntervalReport_h
#define tweedieIntervalReport_h

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
/** What scaled intervals are worth, on cases that they were not calibrated on (the list of arXiv 2202.05265). */
struct IntervalReport
{
  double missed = 0.0;          ///< mean share of pixels outside
  std::vector<double> ofCase;   ///< that of each case
  double length = 0.0;          ///< mean length, image units
  double rankCorrelation = 0.0; ///< Spearman, |error| with length
  std::vector<double> bySize;   ///< missed among the pixels of each quarter of lengths, shortest first
  double meanSquareError = 0.0; ///< of the estimate
  at::Tensor map;               ///< share of the cases that miss each pixel, as one image; NaN where no mask is
};

/** truth, estimate, deviation [cases, ...], real; intervals estimate -+ scale * deviation; mask: pixels to use. */
IntervalReport ReportIntervals(const at::Tensor & truth,
                               const at::Tensor & estimate,
                               const at::Tensor & deviation,
                               double scale,
                               const at::Tensor & mask = {});
} // namespace tweedie

#endif
