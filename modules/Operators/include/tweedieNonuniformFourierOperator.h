// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonuniformFourierOperator_h
#define tweedieNonuniformFourierOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
struct NonuniformSampling;
class NonuniformNormal;

/** Relative error |y - exact| / |exact| of the transform, which sets the width of its window: 1e-3, 1e-5, 2e-7, 1e-8,
 * 1e-10 and below take 4, 6, 8, 10, 12 and 14 points. */
struct NonuniformFourierOptions
{
  double singleTolerance = 1e-5; ///< of complex floats, which end at 3e-7
  double doubleTolerance = 1e-9;
};

/** The Fourier transform of an image at any frequencies, within slices or of a volume:
 *
 *    y[j] = N^(-1/2) sum_n x[n] exp(-2 pi i sum_d k_d[j] (n_d - c_d) / N_d),   c_d = floor(N_d / 2),  N = prod_d N_d
 *
 * centred, and scaled as the unitary FourierOperator, whose values it has at whole k. k in cycles per field of view,
 * -N_d / 2 to N_d / 2 (BART's unit). By gridding with a Kaiser-Bessel window on twice the pixels (Fessler and Sutton
 * 2003; Beatty et al. 2005) and FFTW, every step of Adjoint the conjugate transpose of Forward's: exact to rounding.
 *
 * Domain {channel, z, y, x}; range {channel, z, readout, sample} within slices, {channel, 1, readout, sample} of a
 * volume; complex. The same bits for any batch size and number of threads. On other devices by a copy. */
class NonuniformFourierOperator final : public LinearOperator
{
public:
  /** trajectory: real [readout, sample, 2] (k_x, k_y: within slices) or [readout, sample, 3] (k_x, k_y, k_z). Throws
   * DataError for another shape, values that are not finite or beyond N_d / 2; UsageError for a tolerance that is not
   * positive. */
  NonuniformFourierOperator(Shape image, const at::Tensor & trajectory, const NonuniformFourierOptions & options = {});
  ~NonuniformFourierOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  bool RequiresComplex() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  friend class NonuniformNormalOperator;
  Shape m_Shape;
  std::shared_ptr<const NonuniformSampling> m_Sampling;
};

/** A^H W A of a NonuniformFourierOperator A and one weight per sample, as a convolution (Fessler, Lee, Olafsson, Shi
 * and Noll 2005):
 *
 *    (A^H W A x)[n] = sum_m t[n - m] x[m],   t[n] = 1 / N sum_j w_j exp(2 pi i k_j . n / N)
 *
 * whatever the number of samples. A convolution by lags below N is a circulant matrix of 2 N points in each dimension,
 * and that is the mean of 2^dimensions circulants of N points, each between phases exp(-pi i n / N) along some of the
 * dimensions (Chan and Ng 1996): transforms of the image's own size, without padding. Errors of t below 1e-12.
 *
 * Self-adjoint, non-negative. The same bits for any batch size and number of threads. */
class NonuniformNormalOperator final : public LinearOperator
{
public:
  /** weights: real [readout, sample], 0 or more, else DataError; undefined: ones. */
  explicit NonuniformNormalOperator(const NonuniformFourierOperator & transform, const at::Tensor & weights = {});
  ~NonuniformNormalOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  bool RequiresComplex() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  Shape m_Shape;
  std::unique_ptr<const NonuniformNormal> m_Normal;
};
} // namespace tweedie

#endif
