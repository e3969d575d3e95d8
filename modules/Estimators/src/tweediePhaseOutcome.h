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
  at::Tensor mean;               ///< [1, 1, 1, y, x]
  at::Tensor deviation;          ///< likewise, or undefined
  at::Tensor magnitudeDeviation; ///< likewise; of complex samples alone
  at::Tensor phaseDeviation;     ///< likewise, radian
  at::Tensor samples;            ///< [samples, 1, 1, y, x], or undefined
  Summary summary;
};

/** Sets the deviations, from two samples or more, and what the summary says of their mean beside a reference, another
 * estimate of it, or undefined. */
void NoteDeviations(PhaseOutcome & outcome, const at::Tensor & samples, const at::Tensor & reference);

/** The objects of a scan as volumes in the units of the scan: numbers of the summary are means, the disagreement of
 * means that of the object with the largest, times are sums; samples are as many as the object has that kept fewest. */
VolumeEstimate JoinOutcomes(const std::vector<PhaseOutcome> & outcomes, double scale, const Grid & grid);
} // namespace tweedie

#endif
