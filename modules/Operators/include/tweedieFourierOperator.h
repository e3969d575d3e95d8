// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFourierOperator_h
#define tweedieFourierOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** Which way: image -> k-space is forward. */
enum class FourierDirection
{
  Forward,
  Backward
};

/** How long FFTW may look for the fastest algorithm of a new size: tenths of a second, or seconds. */
enum class FourierPlanning
{
  Measure,
  Patient
};

/** Centred unitary Fourier transform over the last two (y, x) or three (z, y, x) dimensions of a complex tensor:
 *
 *    X[k] = N^(-1/2) sum_n x[n] exp(-2 pi i (k - c)(n - c) / N),   c = floor(N / 2) in each dimension
 *
 * FFTW on the CPU (float and double; plans are kept, wisdom is stored in $XDG_CACHE_HOME/tweedie or ~/.cache/tweedie),
 * ATen's transform on other devices. Safe to call from several threads. Not recorded for gradients: use the operator.
 * Throws DataError for a real tensor or a wrong number of dimensions. */
at::Tensor FourierTransform(const at::Tensor & x, int dimensions, FourierDirection direction);

/** Planning effort for sizes not met before in this process; Measure unless set. */
void SetFourierPlanning(FourierPlanning planning);

/** FourierTransform as an operator on [batch, shape...]; unitary. */
class FourierOperator final : public LinearOperator
{
public:
  /** shape: {channel, z, y, x}; dimensions: 2 or 3. */
  explicit FourierOperator(Shape shape, int dimensions = 2);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  bool IsUnitary() const override;
  bool RequiresComplex() const override;
  /** The pixels, l = 1. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  Shape m_Shape;
  int m_Dimensions;
};
} // namespace tweedie

#endif
