// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOffResonanceOperator_h
#define tweedieOffResonanceOperator_h

#include "tweedieNonuniformFourierOperator.h"

namespace tweedie
{
/** The transform of a NonuniformFourierOperator while the field is not everywhere the same:
 *
 *    y[j] = N^(-1/2) sum_n x[n] exp(-2 pi i (f[n] t[j] + sum_d k_d[j] (n_d - c_d) / N_d))
 *         ~ sum_l b_l(t[j]) A (c_l(f) x)[j],   c_l(f) = sum_t conj(b_l(t)) exp(-2 pi i f t)
 *
 * f: off-resonance in Hz, t: time of a readout's sample in s. Time segmentation (Noll et al. 1991) with the basis that
 * needs the fewest transforms: b_l are the leading singular vectors of the phases between the least and the largest f
 * (Fessler et al. 2005), as many as make the largest error of any phase at most a tolerance. Domain, range, types and
 * devices are those of A. Adjoint is exact to rounding. */
class OffResonanceOperator final : public LinearOperator
{
public:
  /** field: real [z, y, x] in Hz; times: real [sample] in s. Throws DataError for other shapes and numbers that are not
   * finite; UsageError for a tolerance that is not between 1e-12 and 1. */
  OffResonanceOperator(const std::shared_ptr<const NonuniformFourierOperator> & transform,
                       const at::Tensor & field,
                       const at::Tensor & times,
                       double tolerance = 1e-5);
  ~OffResonanceOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  bool RequiresComplex() const override;

  /** Transforms in one application. */
  std::int64_t Segments() const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
