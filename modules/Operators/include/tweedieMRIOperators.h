// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIOperators_h
#define tweedieMRIOperators_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** y = M x with a mask of zeros and ones: keeps the sampled part. */
class SamplingMaskOperator final : public LinearOperator
{
public:
  /** shape: {channel, z, y, x}; mask: [1 or batch, 1 or channel, 1 or z, y, x], real, only 0 and 1 (else DataError). */
  SamplingMaskOperator(Shape shape, const at::Tensor & mask);
  ~SamplingMaskOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  bool IsMaskedUnitary() const override;
  /** The pixels, l = M. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};

/** y[c] = S[c] x: an image as every coil sees it. */
class CoilSensitivitiesOperator final : public LinearOperator
{
public:
  /** maps: [1 or batch, coil, z, y, x], complex. Domain {1, z, y, x}, range {coil, z, y, x}. */
  explicit CoilSensitivitiesOperator(const at::Tensor & maps);
  ~CoilSensitivitiesOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  bool RequiresComplex() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
