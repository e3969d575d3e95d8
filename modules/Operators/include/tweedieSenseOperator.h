// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSenseOperator_h
#define tweedieSenseOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** Cartesian multi-coil MRI (Pruessmann et al. 1999) of a slice:
 *
 *    y[c] = M F (S[c] x),     A^H A x = sum_c conj(S[c]) F^H M F (S[c] x)
 *
 * F: centred unitary Fourier transform over (y, x); M: sampling mask; S: coil sensitivities. Domain {1, 1, y, x}, range
 * {coil, 1, y, x}, complex. Mask and maps are shared by the batch (first dimension 1) or belong to one batch entry
 * each. With several sets of maps (soft SENSE, Uecker et al. 2014) the domain is a stack of images, {set, 1, y, x}:
 *
 *    y[c] = M F sum_s S[s, c] x[s]
 *
 * The centring shifts cancel in A^H A, and so does the transform along a dimension in which the mask is constant: for
 * whole sampled lines the normal operator transforms along y alone. */
class SenseOperator final : public LinearOperator
{
public:
  /** mask: [1 or batch, 1, 1, y, x], zeros and ones. maps: [1 or batch, coil, 1, y, x], or [1 or batch, set, coil, 1,
   * y, x], complex; undefined for one coil of sensitivity 1. Throws DataError for other shapes, other mask values, an
   * empty mask, non-finite maps. */
  explicit SenseOperator(const at::Tensor & mask, const at::Tensor & maps = {});
  ~SenseOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  /** For one coil with |S| = 1. */
  bool IsMaskedUnitary() const override;
  bool RequiresComplex() const override;
  /** With one set of maps, where the mask keeps whole lines of at most 400 pixels across: line by line, an N x N matrix
   * each. Without maps: the Fourier basis, l = M. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

  /** The mask as given, [1 or batch, 1, 1, y, x], float. */
  at::Tensor Mask() const;
  /** The maps as given; undefined for one coil of sensitivity 1. */
  at::Tensor Maps() const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  struct Data;
  explicit SenseOperator(std::unique_ptr<const Data> data);

  std::unique_ptr<const Data> m_Data;
};

/** A SenseOperator for the mask [..., y, x] and the maps [..., coil, 1, y, x] (or undefined) of one slice or a batch;
 * missing leading dimensions count as 1. */
std::shared_ptr<const SenseOperator> MakeSenseOperator(const at::Tensor & mask, const at::Tensor & maps = {});
} // namespace tweedie

#endif
