// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoncartesianSenseOperator.h"

#include "tweedieNonuniformNormal.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
const char * const name = "NoncartesianSenseOperator";

[[noreturn]] void
Refuse(const char * what, at::IntArrayRef given, const std::string & required)
{
  std::ostringstream message;
  message << name << ": given " << what << " " << given << "; required " << required;
  throw DataError(message.str());
}

void
RequireOperands(const Shape & image, const at::Tensor & trajectory, const at::Tensor & maps)
{
  const bool volume = trajectory.defined() && trajectory.dim() == 3 && trajectory.size(2) == 3;
  if (image.size() != 4 || image[0] != 1 || image[1] < 1 || image[2] < 1 || image[3] < 1 || (!volume && image[1] != 1))
  {
    Refuse("an image", image, volume ? "{1, z, y, x}" : "{1, 1, y, x} for a trajectory in the plane");
  }
  if (!maps.defined())
  {
    return;
  }
  if (!maps.is_complex() || maps.dim() != 5 || maps.size(0) < 1 || maps.size(1) < 1 ||
      maps.sizes().slice(2) != at::IntArrayRef(image).slice(1))
  {
    std::ostringstream required;
    required << "complex maps [1 or batch, coil, " << image[1] << ", " << image[2] << ", " << image[3] << "]";
    Refuse("coil maps", maps.sizes(), required.str());
  }
  if (!at::isfinite(at::view_as_real(maps.resolve_conj())).all().item<bool>())
  {
    throw DataError(std::string(name) + ": given coil maps with NaN or infinite values; required finite maps");
  }
}
} // namespace

struct NoncartesianSenseOperator::Data
{
  std::shared_ptr<const NonuniformSampling> sampling;
  std::shared_ptr<const NonuniformNormal> normal;
  Coefficient maps;

  at::Tensor
  MapsFor(const at::Tensor & x) const
  {
    return maps.IsDefined() ? maps.For(x) : at::Tensor();
  }
};

NoncartesianSenseOperator::NoncartesianSenseOperator(Shape image,
                                                     const at::Tensor & trajectory,
                                                     const at::Tensor & maps,
                                                     const NonuniformFourierOptions & options)
{
  RequireOperands(image, trajectory, maps);
  auto sampling = MakeNonuniformSampling(image, trajectory, options, name);
  auto normal = std::make_shared<const NonuniformNormal>(*sampling, at::Tensor(), name);
  m_Data.reset(new Data{std::move(sampling), std::move(normal), Coefficient(maps)});
}

NoncartesianSenseOperator::NoncartesianSenseOperator(std::unique_ptr<const Data> data) : m_Data(std::move(data)) {}

NoncartesianSenseOperator::~NoncartesianSenseOperator() = default;

std::string
NoncartesianSenseOperator::Name() const
{
  return name;
}

Shape
NoncartesianSenseOperator::DomainShape() const
{
  const auto & size = m_Data->sampling->size;
  return {1, size[2], size[1], size[0]};
}

Shape
NoncartesianSenseOperator::RangeShape() const
{
  return {m_Data->maps.IsDefined() ? m_Data->maps.Original().size(1) : 1,
          1,
          m_Data->sampling->readouts,
          m_Data->sampling->samples};
}

std::int64_t
NoncartesianSenseOperator::BatchSize() const
{
  return m_Data->maps.IsDefined() ? m_Data->maps.Original().size(0) : 1;
}

ForwardModelPointer
NoncartesianSenseOperator::Select(const at::Tensor & index) const
{
  if (BatchSize() == 1)
  {
    return shared_from_this();
  }
  std::unique_ptr<const Data> data(new Data{m_Data->sampling, m_Data->normal, Coefficient(m_Data->maps.Select(index))});
  return std::shared_ptr<const NoncartesianSenseOperator>(new NoncartesianSenseOperator(std::move(data)));
}

bool
NoncartesianSenseOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
NoncartesianSenseOperator::Maps() const
{
  return m_Data->maps.Original();
}

at::Tensor
NoncartesianSenseOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor maps = m_Data->MapsFor(x);
  auto shape = RangeShape();
  shape.insert(shape.begin(), x.size(0));
  return NonuniformForward(*m_Data->sampling, (maps.defined() ? x * maps : x).cpu()).view(shape).to(x.device());
}

at::Tensor
NoncartesianSenseOperator::DoAdjoint(const at::Tensor & y) const
{
  const at::Tensor maps = m_Data->MapsFor(y);
  auto shape = DomainShape();
  shape[0] = y.size(1);
  shape.insert(shape.begin(), y.size(0));
  const at::Tensor images = NonuniformAdjoint(*m_Data->sampling, y.cpu()).view(shape).to(y.device());
  return maps.defined() ? (images * maps.conj()).sum(1, true) : images;
}

at::Tensor
NoncartesianSenseOperator::DoNormal(const at::Tensor & x) const
{
  return m_Data->normal->Apply(x, m_Data->MapsFor(x));
}
} // namespace tweedie
