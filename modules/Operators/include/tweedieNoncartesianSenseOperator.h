// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNoncartesianSenseOperator_h
#define tweedieNoncartesianSenseOperator_h

#include "tweedieNonuniformFourierOperator.h"

namespace tweedie
{
/** A field that is not everywhere the same, while readouts last. */
struct OffResonance
{
  at::Tensor field;        ///< real [1 or batch, z, y, x], Hz; undefined: the same everywhere
  at::Tensor times = {};   ///< real [sample], s
  double tolerance = 1e-5; ///< of a phase
};

/** Multi-coil MRI along any trajectory (Pruessmann et al. 2001), of a slice or a volume:
 *
 *    y[c] = A (S[c] x),     A^H A x = sum_c conj(S[c]) T (S[c] x)
 *
 * A: NonuniformFourierOperator, T its A^H A as a convolution, S: coil sensitivities. With off-resonance A is that of
 * OffResonanceOperator in segments of time, and A^H A no convolution. Domain {1, 1, y, x}, range {coil,
 * 1, readout, sample} where the trajectory is in the plane; {1, z, y, x} where it has a k_z; with several sets of maps
 * a stack of images as that of SenseOperator, {set, z, y, x}. Complex. The trajectory is
 * that of every batch entry; maps and field are shared (first dimension 1) or belong to one entry each. */
class NoncartesianSenseOperator final : public LinearOperator
{
public:
  /** image: {1, z, y, x}, z = 1 for a trajectory in the plane. maps: [1 or batch, coil, z, y, x], or [1 or batch, set,
   * coil, z, y, x], complex; undefined for one coil of sensitivity 1. Throws DataError for other shapes, non-finite
   * maps and fields, and what NonuniformFourierOperator throws for the trajectory. */
  NoncartesianSenseOperator(Shape image,
                            const at::Tensor & trajectory,
                            const at::Tensor & maps = {},
                            const NonuniformFourierOptions & options = {},
                            const OffResonance & offResonance = {});
  ~NoncartesianSenseOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  bool RequiresComplex() const override;

  /** The maps as given; undefined for one coil of sensitivity 1. */
  at::Tensor Maps() const;

  /** Eigenvalues of the circulant matrix that is nearest to A^H A in the Frobenius norm (T. Chan 1988),
   *
   *    m[k] = <e[k], A^H A e[k]> / N,   e[k, n] = exp(2 pi i k . n / N),   N: pixels
   *
   * [1 or batch, z, y, x], double, k as in ATen's transforms: the density of the samples as the coils see it. For
   * preconditioners; off-resonance is left out. */
  at::Tensor CirculantNormal() const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  struct Data;
  explicit NoncartesianSenseOperator(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
