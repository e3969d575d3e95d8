// SPDX-License-Identifier: Apache-2.0
#include "tweedieDynamicRangeModel.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieWeightedOperator.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
/** N(mean, deviation^2), element by element in double. */
struct Normal
{
  at::Tensor mean;
  at::Tensor deviation;

  at::Tensor
  Standard(double x) const
  {
    return (x - mean) / deviation;
  }
  at::Tensor
  LogBelow(double x) const
  {
    return at::special_log_ndtr(Standard(x));
  }
  at::Tensor
  LogAbove(double x) const
  {
    return at::special_log_ndtr(-Standard(x));
  }
  at::Tensor
  Between(double low, double high) const
  {
    const at::Tensor a = Standard(low);
    const at::Tensor b = Standard(high);
    // In the lower tail, where a difference of probabilities keeps its digits.
    const at::Tensor isUpper = (a + b).gt(0.0);
    return at::special_ndtr(at::where(isUpper, -a, b)) - at::special_ndtr(at::where(isUpper, -b, a));
  }
  /** The number whose share u of the mass from low to high lies below it. */
  at::Tensor
  Draw(double low, double high, const at::Tensor & u) const
  {
    const at::Tensor a = Standard(low);
    const at::Tensor b = Standard(high);
    const at::Tensor isUpper = a.gt(0.0);
    const at::Tensor first = at::where(isUpper, -b, a);
    const at::Tensor last = at::where(isUpper, -a, b);
    const at::Tensor share = at::where(isUpper, 1.0 - u, u);
    const at::Tensor start = at::special_ndtr(first);
    const at::Tensor z = at::special_ndtri(start + share * (at::special_ndtr(last) - start));
    // Beyond that there is no probability left to tell numbers apart: all is at the nearer limit.
    constexpr double furthest = 38.0;
    const at::Tensor known = at::where(z.isfinite(), z, last.clamp_max(furthest));
    const at::Tensor bounded = at::minimum(at::maximum(known, first), last);
    return at::where(isUpper, -bounded, bounded) * deviation + mean;
  }
};
} // namespace

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
DynamicRangeModel::Draw(const at::Tensor & y,
                        const at::Tensor & weights,
                        const at::Tensor & center,
                        const at::Tensor & variance,
                        RandomStreams & random) const
{
  const WorkSpan span(WorkKind::Operator);
  const auto wide = [&center](const at::Tensor & x) { return x.to(at::kDouble).expand_as(center); };
  const at::Tensor c = wide(center);
  const at::Tensor data = wide(y);
  const at::Tensor w = wide(weights);
  const at::Tensor square = wide(variance).clamp_min(std::numeric_limits<double>::min());
  const at::Tensor factor = w * square * (m_Scale * m_Scale) + 1.0; // precision between the limits over the prior's
  const double low = m_Low / m_Scale;
  const double high = m_High / m_Scale;
  const Normal prior{c, square.sqrt()};
  const Normal inside{(data * w * square * m_Scale + c) / factor, (square / factor).sqrt()};
  const auto misfit = [&](double value) { return w * (data - value).square() * 0.5; };
  const at::Tensor logMasses = at::stack(
      {prior.LogBelow(low) - misfit(m_Low),
       inside.Between(low, high).log() - factor.log() * 0.5 - w * (data - c * m_Scale).square() * 0.5 / factor,
       prior.LogAbove(high) - misfit(m_High)});
  const at::Tensor shares = at::softmax(logMasses, 0).cumsum(0);
  const auto uniform = [&] { return random.Uniform(center.sizes().slice(1), at::kDouble).to(center.device()); };
  const at::Tensor choice = uniform();
  const at::Tensor u = uniform();
  constexpr double far = std::numeric_limits<double>::infinity();
  const at::Tensor between = at::where(choice.lt(shares[1]), inside.Draw(low, high, u), prior.Draw(high, far, u));
  const at::Tensor drawn = at::where(choice.lt(shares[0]), prior.Draw(-far, low, u), between);
  return at::where(wide(variance).gt(0.0), drawn, c).to(center.scalar_type());
}

at::Tensor
DynamicRangeModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  return v * Slope(x);
}
} // namespace tweedie
