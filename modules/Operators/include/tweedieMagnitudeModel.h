// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMagnitudeModel_h
#define tweedieMagnitudeModel_h

#include "tweedieNonlinearModel.h"

namespace tweedie
{
/** What a detector keeps of a wave. */
enum class MagnitudeKind
{
  Amplitude, ///< |A x|
  Intensity  ///< |A x|^2
};

/** Magnitude of any linear operator: all of phase retrieval whose wave is linear in the object.
 *
 *    amplitude   z = |A x|       J(x)^T v = A^H (v u / |u|),  u = A x;  0 where u = 0
 *    intensity   z = |A x|^2     J(x)^T v = 2 A^H (v u)
 *
 * x is complex, or real where the object is: its gradient then is the real part. */
class MagnitudeModel final : public NonlinearModel
{
public:
  /** majorant: real numbers d with A^H A <= diag(d), broadcast against an image [batch, domain...], for the steps of
   * Proximal; undefined: ||A||^2 by power iteration. steps: of Proximal. Throws UsageError where A is null. */
  explicit MagnitudeModel(LinearOperatorPointer A,
                          MagnitudeKind kind = MagnitudeKind::Amplitude,
                          const at::Tensor & majorant = {},
                          std::int64_t steps = 30);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  NumberKind DomainNumbers() const override;
  NumberKind RangeNumbers() const override;

  /** Amplitudes only. A LOCAL minimum near the centre c: the phases are frozen, which majorises the sum, and what is
   * left is quadratic,
   *
   *    x <- z + (r^2 A^H w (y u / |u| - u) + c - z) / (1 + r^2 max(w) d),    u = A z
   *
   * the exact minimum for frozen phases where A^H A = diag(d) and w is constant (Fienup 1982: for r^2 -> infinity the
   * projections of error reduction). z is x with momentum (Nesterov 2004), which starts anew where it leads uphill
   * (O'Donoghue and Candes 2015): directions in which only phases turn have no data and would take r^2 max(w) d steps.
   * Negative amplitudes, which noise makes, count as zero. */
  at::Tensor Proximal(const at::Tensor & y,
                      const at::Tensor & weights,
                      const at::Tensor & center,
                      const at::Tensor & variance) const override;

  const LinearOperatorPointer &
  Wave() const
  {
    return m_Operator;
  }

protected:
  at::Tensor DoApply(const at::Tensor & x) const override;
  at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const override;

private:
  LinearOperatorPointer m_Operator;
  MagnitudeKind m_Kind;
  at::Tensor m_Majorant;
  std::int64_t m_Steps;
};

/** u / |u|, and 1 where u is zero. */
at::Tensor PhaseFactor(const at::Tensor & u);

/** A x of a complex x, or of a real one as a complex one. */
at::Tensor WaveOf(const LinearOperator & A, const at::Tensor & x);

/** sum | |u| - b | / sum b over what was measured (zeros and ones like b), per entry of the batch u [B, ...]; double.
 */
at::Tensor AmplitudeResidual(const at::Tensor & u, const at::Tensor & amplitude, const at::Tensor & measured);
} // namespace tweedie

#endif
