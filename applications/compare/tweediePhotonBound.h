// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhotonBound_h
#define tweediePhotonBound_h

#include "tweedieReportPage.h"

namespace tweedie
{
/** Root mean square error per pixel of phase retrieval over photon noise, and the least that an unbiased estimate can
 * have: a plot of a small object behind six coded patterns of counts of the mean m = g |A x|^2,
 *
 *    bound = (tr F^-1 / pixels)^(1/2),   F = sum (dm/dx)(dm/dx)^T / m = 4 g J^T J,   J = d|A x| / dx   (Cramer, Rao) */
void ShowPhotonBound(ReportDocument & page);
} // namespace tweedie

#endif
