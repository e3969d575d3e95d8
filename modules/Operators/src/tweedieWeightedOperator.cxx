// SPDX-License-Identifier: Apache-2.0
#include "tweedieWeightedOperator.h"

#include "tweedieCombinatorSupport.h"

#include <ATen/ATen.h>

namespace tweedie
{
WeightedOperator::WeightedOperator(LinearOperatorPointer A, at::Tensor before, at::Tensor after)
    : m_Operator(std::move(A)), m_Before(std::move(before)), m_After(std::move(after))
{
}

std::string
WeightedOperator::Name() const
{
  return "WeightedOperator";
}

Shape
WeightedOperator::DomainShape() const
{
  return m_Before.sizes().slice(1).vec();
}

Shape
WeightedOperator::RangeShape() const
{
  return m_Operator ? m_Operator->RangeShape() : DomainShape();
}

std::int64_t
WeightedOperator::BatchSize() const
{
  return m_Before.size(0);
}

ForwardModelPointer
WeightedOperator::Select(const at::Tensor & index) const
{
  const auto of = [&index](const at::Tensor & weights)
  { return weights.defined() ? weights.index_select(0, index.to(weights.device())) : weights; };
  return std::make_shared<const WeightedOperator>(
      m_Operator ? SelectOperator(m_Operator, index) : nullptr, of(m_Before), of(m_After));
}

at::Tensor
WeightedOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor weighted = x * m_Before;
  const at::Tensor y = m_Operator ? m_Operator->Forward(weighted) : weighted;
  return m_After.defined() ? y.mul_(m_After) : y;
}

at::Tensor
WeightedOperator::DoAdjoint(const at::Tensor & y) const
{
  const at::Tensor weighted = m_After.defined() ? y * m_After : y;
  return m_Operator ? m_Operator->Adjoint(weighted).mul_(m_Before) : weighted * m_Before;
}
} // namespace tweedie
