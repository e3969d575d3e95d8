// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRayVariance_h
#define tweedieRayVariance_h

#include "tweedieCTScan.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Variance of the line integrals of a scan, from the counts behind them,
 *
 *    (y + e^2) / (y - s)^2   of counts y,      exp(l) / I0 + e^2 exp(2 l) / I0^2   of line integrals l
 *
 * to first order in 1 / y (Barrett and Swindell 1981); y - s counts as at least 1, as where logarithms are taken.
 * projections: the scan's, in any shape. double. Throws UsageError for line integrals without photons, whose noise
 * nobody knows. */
at::Tensor RayVariance(const CTScan & scan, const at::Tensor & projections);
} // namespace tweedie

#endif
