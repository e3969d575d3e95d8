// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCirculantBlurOperator_h
#define tweedieCirculantBlurOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** Circular convolution with a real kernel,
 *
 *    y[n] = sum_m h[m] x[n - (m - c) mod N],   c = floor(k / 2) in each dimension,   A = F^H diag(H) F,
 *
 * by Fourier transforms (FFTW on the CPU). Every channel is blurred alike. Real and complex; real stays real. Kernels
 * are shared by the batch (first dimension 1) or belong to one batch entry each. */
class CirculantBlurOperator final : public LinearOperator
{
public:
  /** shape: {channel, z, y, x}; kernel: [1 or batch, 1, kz, ky, kx], real, of odd or even extents; with kz = 1 every
   * slice is blurred by itself. Throws UsageError for a kernel larger than the image, DataError for other shapes,
   * complex or non-finite kernels. */
  CirculantBlurOperator(Shape shape, const at::Tensor & kernel);
  ~CirculantBlurOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  /** l = |H|^2 in the Fourier basis; for real images in the real basis of the waves k and -k. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

  /** The kernel as given, double. */
  at::Tensor Kernel() const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
