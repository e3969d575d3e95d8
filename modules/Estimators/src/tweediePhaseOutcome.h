// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseOutcome_h
#define tweediePhaseOutcome_h

#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
/** What came of one object, in units of the prior. */
struct PhaseOutcome
{
  at::Tensor mean;      ///< [1, 1, 1, y, x]
  at::Tensor deviation; ///< likewise, or undefined
  at::Tensor samples;   ///< [samples, 1, 1, y, x], or undefined
  Summary summary;
};

/** The objects of a scan as volumes in the units of the scan: numbers of the summary are means, times are sums; samples
 * are as many as the object has that kept fewest. */
VolumeEstimate JoinOutcomes(const std::vector<PhaseOutcome> & outcomes, double scale, const Grid & grid);
} // namespace tweedie

#endif
