// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMagnitudeKernels_h
#define tweedieMagnitudeKernels_h

#include <complex>
#include <cstdint>

namespace tweedie
{
/** The inner loops of magnitude projections, over count numbers of a spectrum U = scale u; b: amplitudes, negative
 * where they are not known. */
#define TWEEDIE_MAGNITUDE_KERNELS(T)                                                                                   \
  /* u = target b u / |u| (target b where u = 0; kept u where b < 0); returns sum | scale |u| - b | */                 \
  T ReplaceMagnitude(std::complex<T> * u, const T * b, std::int64_t count, T scale, T target, T kept);                 \
  /* u = w (b u / |u| - u), u / |u| = 1 where u = 0 */                                                                 \
  void MagnitudeMisfit(std::complex<T> * u, const T * b, const T * w, std::int64_t count);                             \
  /* sum | scale |u| - b | alone */                                                                                    \
  T MagnitudeError(const std::complex<T> * u, const T * b, std::int64_t count, T scale);

TWEEDIE_MAGNITUDE_KERNELS(float)
TWEEDIE_MAGNITUDE_KERNELS(double)
#undef TWEEDIE_MAGNITUDE_KERNELS
} // namespace tweedie

#endif
