// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWhiteness_h
#define tweedieWhiteness_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Correlation of a residual with itself at a distance. */
struct LagCorrelation
{
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  double value = 0.0;
  double band = 0.0; ///< white: |value| <= band in 99 % of all cases
};

struct Whiteness
{
  std::vector<LagCorrelation> lags; ///< one half of the plane, without lag 0
  double statistic = 0.0;
  double pValue = 1.0;    ///< by chi^2 with one degree of freedom per lag
  double strongest = 0.0; ///< the value furthest outside its band, in standard deviations
};

/** Whether a residual is structureless: with N numbers of which N_l pairs lie at lag l,
 *
 *    rho_l = sum r_i r_(i+l)/sum r_i^2,   Var rho_l = N_l/(N (N + 2)) of white noise,   Q = sum_l rho_l^2/Var rho_l
 *
 * the statistic of Ljung and Box (1978) for images; the variance is exact for Gaussian noise. residual [..., rows,
 * columns] or [columns], real or complex (two real numbers each), of unit variance: leading axes (coils, views' stacks)
 * are pooled. Lags up to `largest` along rows and columns. mask: what was measured, broadcastable; else all. Of a
 * posterior sample the residual is white if the model is right; that of a mean is not. Throws DataError for a residual
 * that is 0, not finite, or not longer than the lags. */
Whiteness CheckWhiteness(const at::Tensor & residual, std::int64_t largest = 3, const at::Tensor & mask = {});
} // namespace tweedie

#endif
