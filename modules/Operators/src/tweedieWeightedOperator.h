// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWeightedOperator_h
#define tweedieWeightedOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** diag(after) A diag(before) with real weights for each entry of a batch: what linear models look like inside
 * non-linear ones. */
class WeightedOperator final : public LinearOperator
{
public:
  /** A null: the identity; before [batch, domain...]; after [batch, range...] or undefined: ones. */
  WeightedOperator(LinearOperatorPointer A, at::Tensor before, at::Tensor after);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  LinearOperatorPointer m_Operator;
  at::Tensor m_Before;
  at::Tensor m_After;
};
} // namespace tweedie

#endif
