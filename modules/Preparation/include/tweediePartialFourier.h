// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePartialFourier_h
#define tweediePartialFourier_h

#include "tweedieMRIScan.h"

#include <string>

namespace tweedie
{
/** Fills the lines on one side of k-space that were not measured, coil by coil, given that the image is real but for
 * the smooth phase p of its symmetric centre:
 *
 *    homodyne  x = Re(exp(-i p) F^-1 W y) exp(i p),  W from 0 (not measured) over 1 (centre) to 2 (Noll et al. 1991)
 *    pocs      x <- |x| exp(i p) and F x <- y where it was measured, in turns (Haacke et al. 1991)
 *
 * The mask becomes full, with a warning: what was filled in is no measurement. Throws UsageError for another method,
 * DataError unless the sampled lines are one block, the same in all slices, with 4 on either side of the centre. A scan
 * without a missing line stays as it is. */
void FillPartialFourier(MRIScan & scan, const std::string & method);
} // namespace tweedie

#endif
