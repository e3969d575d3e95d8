// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSliceDifferenceOperator_h
#define tweedieSliceDifferenceOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** Differences of adjacent slices,
 *
 *    (D x)[z] = x[z + 1] - x[z],    z = 0 ... Z - 2
 *
 * Domain {channel, Z, y, x}, range {channel, Z - 1, y, x}: nothing is assumed beyond the first and the last slice. Its
 * null space holds what is the same in all slices. Real and complex tensors. */
class SliceDifferenceOperator final : public LinearOperator
{
public:
  /** Throws DataError for fewer than two slices, or a domain of other than four dimensions. */
  explicit SliceDifferenceOperator(Shape domain);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  Shape m_Domain;
};
} // namespace tweedie

#endif
