// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformFourierOperator.h"

#include "tweedieNonuniformNormal.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
const char * const name = "NonuniformFourierOperator";
const char * const normalName = "NonuniformNormalOperator";

Shape
RequireImage(Shape image)
{
  bool fits = image.size() == 4;
  for (const auto extent : image)
  {
    fits = fits && extent > 0;
  }
  if (!fits)
  {
    std::ostringstream message;
    message << name << ": given an image " << at::IntArrayRef(image) << "; required {channel, z, y, x}, all positive";
    throw DataError(message.str());
  }
  return image;
}

at::Tensor
WithBatch(const at::Tensor & result, std::int64_t batch, Shape shape, const at::Device & device)
{
  shape.insert(shape.begin(), batch);
  return result.view(shape).to(device);
}
} // namespace

NonuniformFourierOperator::NonuniformFourierOperator(Shape image,
                                                     const at::Tensor & trajectory,
                                                     const NonuniformFourierOptions & options)
    : m_Shape(RequireImage(std::move(image))), m_Sampling(MakeNonuniformSampling(m_Shape, trajectory, options, name))
{
}

NonuniformFourierOperator::~NonuniformFourierOperator() = default;

std::string
NonuniformFourierOperator::Name() const
{
  return name;
}

Shape
NonuniformFourierOperator::DomainShape() const
{
  return m_Shape;
}

Shape
NonuniformFourierOperator::RangeShape() const
{
  return {m_Shape[0], m_Sampling->rank == 3 ? 1 : m_Shape[1], m_Sampling->readouts, m_Sampling->samples};
}

bool
NonuniformFourierOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
NonuniformFourierOperator::DoForward(const at::Tensor & x) const
{
  return WithBatch(NonuniformForward(*m_Sampling, x.cpu()), x.size(0), RangeShape(), x.device());
}

at::Tensor
NonuniformFourierOperator::DoAdjoint(const at::Tensor & y) const
{
  return WithBatch(NonuniformAdjoint(*m_Sampling, y.cpu()), y.size(0), DomainShape(), y.device());
}

NonuniformNormalOperator::NonuniformNormalOperator(const NonuniformFourierOperator & transform,
                                                   const at::Tensor & weights)
    : m_Shape(transform.DomainShape()),
      m_Normal(std::make_unique<const NonuniformNormal>(*transform.m_Sampling, weights, normalName))
{
}

NonuniformNormalOperator::~NonuniformNormalOperator() = default;

std::string
NonuniformNormalOperator::Name() const
{
  return normalName;
}

Shape
NonuniformNormalOperator::DomainShape() const
{
  return m_Shape;
}

Shape
NonuniformNormalOperator::RangeShape() const
{
  return m_Shape;
}

bool
NonuniformNormalOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
NonuniformNormalOperator::DoForward(const at::Tensor & x) const
{
  // Channels, and slices where the transform is within them, are entries of a batch.
  return m_Normal
      ->Apply(m_Normal->IsVolume() ? x.flatten(0, 1).unsqueeze(1) : x.flatten(0, 2).unsqueeze(1).unsqueeze(1), {})
      .view(x.sizes());
}

at::Tensor
NonuniformNormalOperator::DoAdjoint(const at::Tensor & y) const
{
  return DoForward(y);
}
} // namespace tweedie
