// SPDX-License-Identifier: Apache-2.0
#include "tweedieSliceDifferenceOperator.h"

#include "tweedieCombinatorSupport.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr const char * name = "SliceDifferenceOperator";
constexpr std::int64_t alongZ = 2; // of a batch
} // namespace

SliceDifferenceOperator::SliceDifferenceOperator(Shape domain) : m_Domain(std::move(domain))
{
  if (m_Domain.size() != 4 || m_Domain[1] < 2)
  {
    Mismatch(name, "images " + ShapeText(m_Domain), "{channel, z, y, x} of at least two slices");
  }
}

std::string
SliceDifferenceOperator::Name() const
{
  return name;
}

Shape
SliceDifferenceOperator::DomainShape() const
{
  return m_Domain;
}

Shape
SliceDifferenceOperator::RangeShape() const
{
  return {m_Domain[0], m_Domain[1] - 1, m_Domain[2], m_Domain[3]};
}

at::Tensor
SliceDifferenceOperator::DoForward(const at::Tensor & x) const
{
  return x.narrow(alongZ, 1, m_Domain[1] - 1) - x.narrow(alongZ, 0, m_Domain[1] - 1);
}

at::Tensor
SliceDifferenceOperator::DoAdjoint(const at::Tensor & y) const
{
  Shape sizes = m_Domain;
  sizes.insert(sizes.begin(), y.size(0));
  const at::Tensor result = at::zeros(sizes, y.options());
  result.narrow(alongZ, 1, m_Domain[1] - 1).add_(y);
  result.narrow(alongZ, 0, m_Domain[1] - 1).sub_(y);
  return result;
}
} // namespace tweedie
