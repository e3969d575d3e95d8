// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIncompleteBeta_h
#define tweedieIncompleteBeta_h

namespace tweedie
{
/** The regularised incomplete beta function I_x(a, b), a and b > 0; 0 below x = 0, 1 above x = 1. By the continued
 * fraction of DLMF 8.17.22; relative error about 1e-16 (a + b) log(a + b), from the logarithms of the gamma function.
 */
double RegularizedBeta(double a, double b, double x);
} // namespace tweedie

#endif
