// SPDX-License-Identifier: Apache-2.0
#include "tweedieOffResonanceOperator.h"

#include "tweedieCoefficient.h"
#include "tweedieOffResonanceSegments.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
const char * const name = "OffResonanceOperator";

void
RequireShape(const at::Tensor & given, at::IntArrayRef shape, const char * what)
{
  if (!given.defined() || given.sizes() != shape)
  {
    std::ostringstream message;
    message << name << ": given " << what << " ";
    given.defined() ? message << given.sizes() : message << "undefined";
    message << "; required real numbers " << shape;
    throw DataError(message.str());
  }
}
} // namespace

struct OffResonanceOperator::Data
{
  std::shared_ptr<const NonuniformFourierOperator> transform;
  Coefficient basis;        ///< [segment, sample]
  Coefficient coefficients; ///< [segment, z, y, x]
};

OffResonanceOperator::OffResonanceOperator(const std::shared_ptr<const NonuniformFourierOperator> & transform,
                                           const at::Tensor & field,
                                           const at::Tensor & times,
                                           double tolerance)
{
  if (!transform)
  {
    throw UsageError(std::string(name) + ": given no transform; required one");
  }
  const Shape image = transform->DomainShape();
  RequireShape(field, {image[1], image[2], image[3]}, "a field");
  RequireShape(times, {transform->RangeShape()[3]}, "times");
  const OffResonanceSegments segments = SegmentOffResonance(field, times, tolerance, name);
  m_Data.reset(new Data{transform, Coefficient(segments.basis), Coefficient(segments.coefficients)});
}

OffResonanceOperator::~OffResonanceOperator() = default;

std::string
OffResonanceOperator::Name() const
{
  return name;
}

Shape
OffResonanceOperator::DomainShape() const
{
  return m_Data->transform->DomainShape();
}

Shape
OffResonanceOperator::RangeShape() const
{
  return m_Data->transform->RangeShape();
}

bool
OffResonanceOperator::RequiresComplex() const
{
  return true;
}

std::int64_t
OffResonanceOperator::Segments() const
{
  return m_Data->basis.Original().size(0);
}

at::Tensor
OffResonanceOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor basis = m_Data->basis.For(x);
  const at::Tensor coefficients = m_Data->coefficients.For(x);
  at::Tensor y;
  for (std::int64_t l = 0; l < Segments(); ++l)
  {
    const at::Tensor part = m_Data->transform->Forward(x * coefficients[l]) * basis[l];
    y = l == 0 ? part : y.add_(part);
  }
  return y;
}

at::Tensor
OffResonanceOperator::DoAdjoint(const at::Tensor & y) const
{
  const at::Tensor basis = m_Data->basis.For(y).conj().resolve_conj();
  const at::Tensor coefficients = m_Data->coefficients.For(y).conj().resolve_conj();
  at::Tensor x;
  for (std::int64_t l = 0; l < Segments(); ++l)
  {
    const at::Tensor part = m_Data->transform->Adjoint(y * basis[l]) * coefficients[l];
    x = l == 0 ? part : x.add_(part);
  }
  return x;
}
} // namespace tweedie
