// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMaterialWaveModel_h
#define tweedieMaterialWaveModel_h

#include "tweedieMagnitudeModel.h"

namespace tweedie
{
/** Refractive index n = 1 - delta + i beta. */
struct MaterialIndex
{
  double delta = 0.0;
  double beta = 0.0;
};

/** What a detector in the near field sees of an object of one material, T its thickness:
 *
 *    o = exp(-c T),   c = (2 pi / lambda) (beta + i delta) unit,   u = 1 + A (o - 1)
 *    amplitude   z = |u|       J(T)^T v = Re(conj(-c o) A^H (v u / |u|))
 *    intensity   z = |u|^2     J(T)^T v = 2 Re(conj(-c o) A^H (v u))
 *
 * The light is 1 outside the image too, where T is zero: A must leave the constant wave as it is, as
 * PropagationOperator does. An object that only shifts phases, phi = -T: beta 0, delta = lambda / (2 pi), unit 1. */
class MaterialWaveModel final : public NonlinearModel
{
public:
  /** unit: length of T = 1 in m. Throws UsageError where A is null, wavelength or unit are not positive or the index is
   * not finite. */
  MaterialWaveModel(LinearOperatorPointer A,
                    const MaterialIndex & material,
                    double wavelength,
                    MagnitudeKind kind = MagnitudeKind::Amplitude,
                    double unit = 1.0);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  NumberKind DomainNumbers() const override;
  NumberKind RangeNumbers() const override;

  /** o of a real T: complex, like it. */
  at::Tensor ExitWave(const at::Tensor & thickness) const;

protected:
  at::Tensor DoApply(const at::Tensor & x) const override;
  at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const override;

private:
  at::Tensor DetectorWave(const at::Tensor & exitWave) const;

  LinearOperatorPointer m_Operator;
  MaterialIndex m_Rate; ///< c, its imaginary part as delta, its real part as beta
  MagnitudeKind m_Kind;
};
} // namespace tweedie

#endif
