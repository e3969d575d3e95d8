// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGrappa_h
#define tweedieGrappa_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
struct GrappaOptions
{
  std::int64_t lines = 4;   ///< measured lines that a missing one is a sum of; fewer where they do not fit the centre
  std::int64_t columns = 5; ///< of each of them, odd
  double damping = 0.01;    ///< of the normal equations, times the mean of their diagonal
};

/** The missing lines of k-space as sums of measured ones of all coils (Griswold et al. 2002),
 *
 *    y[c](k_y, k_x) = sum over coils c', lines l, columns j of  w[c; c', l, j] y[c'](k_y + o_l, k_x + j)
 *
 * with the weights that fit best where all is measured, at the centre; a set of weights for each pattern of offsets o,
 * those of the nearest measured lines, so that lines need not be equispaced. Measured lines stay as they are; lines
 * farther from any measured one than the widest gap (partial Fourier) stay zero.
 *
 * kspace: complex [coil, y, x], zero where not measured; measured: [y], zeros and ones. Throws DataError for other
 * shapes, for a centre of fewer than 4 measured lines, UsageError for wrong options. */
at::Tensor FillByGrappa(const at::Tensor & kspace, const at::Tensor & measured, const GrappaOptions & options = {});
} // namespace tweedie

#endif
