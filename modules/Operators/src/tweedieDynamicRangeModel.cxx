// SPDX-License-Identifier: Apache-2.0
#include "tweedieDynamicRangeModel.h"

#include "tweedieError.h"
#include "tweedieWeightedOperator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
DynamicRangeModel::DynamicRangeModel(Shape shape, double scale, double low, double high)
    : m_Shape(std::move(shape)), m_Scale(scale), m_Low(low), m_High(high)
{
  if (!(scale > 0.0) || !(low < high) || !std::isfinite(scale) || !std::isfinite(low) || !std::isfinite(high))
  {
    std::ostringstream message;
    message << "DynamicRangeModel: given the scale " << scale << " and the limits " << low << ", " << high
            << "; required a positive scale and limits in ascending order";
    throw UsageError(message.str());
  }
}

std::string
DynamicRangeModel::Name() const
{
  return "DynamicRangeModel";
}

Shape
DynamicRangeModel::DomainShape() const
{
  return m_Shape;
}

Shape
DynamicRangeModel::RangeShape() const
{
  return m_Shape;
}

NumberKind
DynamicRangeModel::DomainNumbers() const
{
  return NumberKind::Real;
}

NumberKind
DynamicRangeModel::RangeNumbers() const
{
  return NumberKind::Real;
}

at::Tensor
DynamicRangeModel::DoApply(const at::Tensor & x) const
{
  return (x * m_Scale).clamp(m_Low, m_High);
}

at::Tensor
DynamicRangeModel::Slope(const at::Tensor & x) const
{
  const at::Tensor scaled = x * m_Scale;
  return scaled.ge(m_Low).logical_and(scaled.le(m_High)).to(x.scalar_type()) * m_Scale;
}

LinearOperatorPointer
DynamicRangeModel::Linearize(const at::Tensor & x) const
{
  return std::make_shared<const WeightedOperator>(nullptr, Slope(x), at::Tensor());
}

at::Tensor
DynamicRangeModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  return v * Slope(x);
}
} // namespace tweedie
