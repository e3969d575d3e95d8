// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRampFilter_h
#define tweedieRampFilter_h

#include "tweedieOptions.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace tweedie
{
struct RampFilterOptions
{
  std::string window = "ramp"; ///< ramp | shepp-logan | cosine | hamming | hann
  double cutOff = 1.0;         ///< share of the highest frequency beyond which nothing is kept
  double extension = 0.0;      ///< both ends are continued by this share of a row, for objects larger than the detector

  void Visit(OptionVisitor & v);
};

/** Which ramp a detector needs. */
enum class RampKind
{
  Flat,       ///< samples at equal distances
  EqualAngles ///< samples at equal angles from the focal spot
};

/** Rows of projections times the ramp and a window w, d = step,
 *
 *    q = d IFFT(FFT(p) H w),   H = FFT of h[n] = 1 / (4 d^2) for n = 0, 0 for even n, -1 / (pi n d)^2 for odd n
 *
 * padded to twice their length, so that nothing wraps; h is sampled in space, because |f| sampled in frequency loses
 * the mean (Kak and Slaney 1988, chapter 3). Equal angles: sin(n d) in place of n d. w at
 * f cycles a sample, with f / cutOff for f and 0 above cutOff / 2: 1, sin(pi f) / (pi f), cos(pi f),
 * 0.54 + 0.46 cos(2 pi f), 0.5 + 0.5 cos(2 pi f).
 *
 * extension continues a row by 2 p[0] - p[k] (not below 0) times a squared cosine (Ohnesorge et al. 2000).
 *
 * projections: [..., columns], float or double; step: mm, or radians. Throws UsageError for wrong options. */
at::Tensor
FilterRows(const at::Tensor & projections, double step, RampKind kind, const RampFilterOptions & options = {});
} // namespace tweedie

#endif
