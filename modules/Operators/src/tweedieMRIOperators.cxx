// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIOperators.h"

#include "tweedieCoefficient.h"
#include "tweedieDecompositions.h"
#include "tweedieMaskCheck.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
void
RequireMask(const at::Tensor & mask, const std::string & where)
{
  if (!mask.defined() || mask.is_complex() || mask.numel() == 0)
  {
    throw DataError(where + ": given no real mask; required zeros and ones");
  }
  if (!mask.eq(0).logical_or(mask.eq(1)).all().item<bool>())
  {
    throw DataError(where + ": given a mask with values other than 0 and 1; required zeros and ones");
  }
}

struct SamplingMaskOperator::Data
{
  Shape shape;
  Coefficient mask;
};

SamplingMaskOperator::SamplingMaskOperator(Shape shape, const at::Tensor & mask)
{
  RequireMask(mask, "SamplingMaskOperator");
  bool fits = shape.size() == 4 && mask.dim() == 5;
  for (std::size_t i = 0; fits && i < 4; ++i)
  {
    const auto extent = mask.size(static_cast<std::int64_t>(i) + 1);
    fits = extent == shape[i] || (extent == 1 && i < 2);
  }
  if (!fits)
  {
    std::ostringstream message;
    message << "SamplingMaskOperator: given a mask " << mask.sizes() << "; required [1 or batch, 1 or channel, 1 or z, "
            << "y, x] for the shape " << at::IntArrayRef(shape);
    throw DataError(message.str());
  }
  m_Data.reset(new Data{std::move(shape), Coefficient(mask.to(at::kFloat))});
}

SamplingMaskOperator::~SamplingMaskOperator() = default;

std::string
SamplingMaskOperator::Name() const
{
  return "SamplingMaskOperator";
}

Shape
SamplingMaskOperator::DomainShape() const
{
  return m_Data->shape;
}

Shape
SamplingMaskOperator::RangeShape() const
{
  return m_Data->shape;
}

std::int64_t
SamplingMaskOperator::BatchSize() const
{
  return m_Data->mask.Original().size(0);
}

ForwardModelPointer
SamplingMaskOperator::Select(const at::Tensor & index) const
{
  return BatchSize() == 1 ? shared_from_this()
                          : std::make_shared<SamplingMaskOperator>(m_Data->shape, m_Data->mask.Select(index));
}

bool
SamplingMaskOperator::IsMaskedUnitary() const
{
  return true;
}

NormalDecompositionPointer
SamplingMaskOperator::Decompose(const at::TensorOptions & images) const
{
  return DecomposePixels(m_Data->mask.Original(), m_Data->shape, images);
}

at::Tensor
SamplingMaskOperator::DoForward(const at::Tensor & x) const
{
  return x * m_Data->mask.RealFor(x);
}

at::Tensor
SamplingMaskOperator::DoAdjoint(const at::Tensor & y) const
{
  return DoForward(y);
}

at::Tensor
SamplingMaskOperator::DoNormal(const at::Tensor & x) const
{
  return DoForward(x); // M M = M
}

struct CoilSensitivitiesOperator::Data
{
  Coefficient maps;
};

CoilSensitivitiesOperator::CoilSensitivitiesOperator(const at::Tensor & maps)
{
  if (!maps.defined() || maps.dim() != 5 || !maps.is_complex() || maps.numel() == 0)
  {
    std::ostringstream message;
    message << "CoilSensitivitiesOperator: given ";
    maps.defined() ? message << "maps " << maps.sizes() << " of type " << maps.scalar_type() : message << "no maps";
    message << "; required complex maps [1 or batch, coil, z, y, x]";
    throw DataError(message.str());
  }
  m_Data.reset(new Data{Coefficient(maps)});
}

CoilSensitivitiesOperator::~CoilSensitivitiesOperator() = default;

std::string
CoilSensitivitiesOperator::Name() const
{
  return "CoilSensitivitiesOperator";
}

Shape
CoilSensitivitiesOperator::DomainShape() const
{
  auto shape = RangeShape();
  shape[0] = 1;
  return shape;
}

Shape
CoilSensitivitiesOperator::RangeShape() const
{
  return m_Data->maps.Original().sizes().slice(1).vec();
}

std::int64_t
CoilSensitivitiesOperator::BatchSize() const
{
  return m_Data->maps.Original().size(0);
}

ForwardModelPointer
CoilSensitivitiesOperator::Select(const at::Tensor & index) const
{
  return BatchSize() == 1 ? shared_from_this()
                          : std::make_shared<CoilSensitivitiesOperator>(m_Data->maps.Select(index));
}

bool
CoilSensitivitiesOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
CoilSensitivitiesOperator::DoForward(const at::Tensor & x) const
{
  return x * m_Data->maps.For(x);
}

at::Tensor
CoilSensitivitiesOperator::DoAdjoint(const at::Tensor & y) const
{
  return (y * m_Data->maps.For(y).conj()).sum(1, true);
}
} // namespace tweedie
