// SPDX-License-Identifier: Apache-2.0
#include "tweedieDynamicRangeModel.h"

#include "tweedieError.h"
#include "tweedieWeightedOperator.h"
#include "tweedieWorkMeter.h"

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
DynamicRangeModel::Proximal(const at::Tensor & y,
                            const at::Tensor & weights,
                            const at::Tensor & center,
                            const at::Tensor & variance) const
{
  const WorkSpan span(WorkKind::Operator);
  const double low = m_Low / m_Scale;
  const double high = m_High / m_Scale;
  const at::Tensor trust = weights * variance; // of the data against the center
  at::Tensor best = ((y * trust * m_Scale + center) / (trust * (m_Scale * m_Scale) + 1.0)).clamp(low, high);
  at::Tensor smallest = (y - best * m_Scale).square() * trust + (best - center).square();
  const auto consider = [&](const at::Tensor & x, double value)
  {
    const at::Tensor cost = (y - value).square() * trust + (x - center).square();
    best = at::where(cost.lt(smallest), x, best);
    smallest = at::minimum(cost, smallest);
  };
  consider(center.clamp_max(low), m_Low);
  consider(center.clamp_min(high), m_High);
  return best;
}

at::Tensor
DynamicRangeModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  return v * Slope(x);
}
} // namespace tweedie
