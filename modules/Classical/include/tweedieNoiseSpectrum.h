// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNoiseSpectrum_h
#define tweedieNoiseSpectrum_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** A noise power spectrum over rings of frequencies, one pixel of the transform wide, up to half the sampling rate of
 * the coarser axis. */
struct NoiseSpectrum
{
  at::Tensor frequency; ///< [rings], double: mean of a ring's, 1 / (unit of the spacing)
  at::Tensor power;     ///< (unit of the image)^2 (unit of the spacing)^2
  at::Tensor plane;     ///< [y, x]: before the rings were averaged, zero frequency first
};

/** From n images of a region that differ in noise alone, [n, y, x], n >= 2 (IEC 62220-1; Siewerdsen et al. 2002):
 *
 *    N(f) = dx dy / (nx ny) sum_r |F(x_r - mean x)|^2 / (n - 1)
 *
 * spacing: of y and x. Throws DataError for other shapes. */
NoiseSpectrum MeasureNoiseSpectrum(const at::Tensor & images, double spacingY, double spacingX);

/** What that is on average of noise of this covariance with the pixel in the middle, [2 y - 1, 2 x - 1], where it is
 * stationary over the region (else: the mean of the covariances of its pixels):
 *
 *    N(f) = dx dy sum_d (1 - |d_y| / ny) (1 - |d_x| / nx) C(d) exp(-2 pi i f d) */
NoiseSpectrum ExpectedNoiseSpectrum(const at::Tensor & covariance, double spacingY, double spacingX);
} // namespace tweedie

#endif
