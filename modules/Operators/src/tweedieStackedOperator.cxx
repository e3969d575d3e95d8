// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorCombinators.h"

#include "tweedieCombinatorSupport.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
class StackedOperator final : public LinearOperator
{
public:
  explicit StackedOperator(const std::vector<LinearOperatorPointer> & parts)
      : m_Parts(parts), m_Range(parts.front()->RangeShape())
  {
    m_Range[0] = 0;
    for (const auto & part : parts)
    {
      m_Range[0] += part->RangeShape()[0];
      m_Batch = CommonBatch(m_Batch, part->BatchSize(), "Stack");
    }
  }

  std::string
  Name() const override
  {
    std::string name = "stack of";
    for (const auto & part : m_Parts)
    {
      name += " " + part->Name();
    }
    return name;
  }
  Shape
  DomainShape() const override
  {
    return m_Parts.front()->DomainShape();
  }
  Shape
  RangeShape() const override
  {
    return m_Range;
  }
  std::int64_t
  BatchSize() const override
  {
    return m_Batch;
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    std::vector<LinearOperatorPointer> parts;
    for (const auto & part : m_Parts)
    {
      parts.push_back(SelectOperator(part, index));
    }
    return Stack(parts);
  }
  bool
  RequiresComplex() const override
  {
    return std::any_of(m_Parts.begin(), m_Parts.end(), [](const auto & part) { return part->RequiresComplex(); });
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    std::vector<at::Tensor> results;
    for (const auto & part : m_Parts)
    {
      results.push_back(part->Forward(x));
    }
    return at::cat(results, 1);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    at::Tensor sum;
    std::int64_t channel = 0;
    for (const auto & part : m_Parts)
    {
      const std::int64_t channels = part->RangeShape()[0];
      const at::Tensor image = part->Adjoint(y.narrow(1, channel, channels));
      sum = sum.defined() ? sum + image : image;
      channel += channels;
    }
    return sum;
  }
  at::Tensor
  DoNormal(const at::Tensor & x) const override
  {
    at::Tensor sum;
    for (const auto & part : m_Parts)
    {
      const at::Tensor image = part->Normal(x);
      sum = sum.defined() ? sum + image : image;
    }
    return sum;
  }

private:
  std::vector<LinearOperatorPointer> m_Parts;
  Shape m_Range;
  std::int64_t m_Batch = 1;
};
} // namespace

LinearOperatorPointer
Stack(const std::vector<LinearOperatorPointer> & operators)
{
  if (operators.empty())
  {
    Mismatch("Stack", "no operators", "at least one");
  }
  for (const auto & part : operators)
  {
    RequireOperator(part, "Stack");
    const Shape domain = operators.front()->DomainShape();
    const Shape first = operators.front()->RangeShape();
    const Shape range = part->RangeShape();
    const bool fits = part->DomainShape() == domain && !range.empty() && range.size() == first.size() &&
                      std::equal(range.begin() + 1, range.end(), first.begin() + 1);
    if (!fits)
    {
      Mismatch("Stack",
               part->Name() + " from " + ShapeText(part->DomainShape()) + " to " + ShapeText(range),
               "the domain " + ShapeText(domain) + " and, but for the channels, the range " + ShapeText(first));
    }
  }
  return std::make_shared<StackedOperator>(operators);
}
} // namespace tweedie
