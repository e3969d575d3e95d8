// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIUnits_h
#define tweedieMRIUnits_h

#include "tweedieMRIScan.h"

#include <c10/core/Device.h>

namespace tweedie
{
/** The 99.9th percentile of |x| over all slices, x = argmin ||A x - y||^2 + 0.02 max(sum |S|^2) ||x||^2: what the unit
 * of a prior is in the units of the data. Throws DataError when it is not positive and finite. */
double MRIScale(const MRIScan & scan, c10::Device device);

/** The scan with data and noise divided by scale. */
MRIScan ScaledScan(const MRIScan & scan, double noise, double scale);
} // namespace tweedie

#endif
