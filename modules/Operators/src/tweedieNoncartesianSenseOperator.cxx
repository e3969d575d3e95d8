// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoncartesianSenseOperator.h"

#include "tweedieMapSets.h"
#include "tweedieNonuniformNormal.h"
#include "tweedieOffResonanceSegments.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
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
  if (!maps.is_complex() || (maps.dim() != 5 && maps.dim() != 6) || maps.size(0) < 1 || MapSets(maps) < 1 ||
      MapCoils(maps) < 1 || maps.sizes().slice(maps.dim() - 3) != at::IntArrayRef(image).slice(1))
  {
    std::ostringstream required;
    required << "complex maps [1 or batch, coil, " << image[1] << ", " << image[2] << ", " << image[3]
             << "], or [1 or batch, set, coil, ...]";
    Refuse("coil maps", maps.sizes(), required.str());
  }
  if (!at::isfinite(at::view_as_real(maps.resolve_conj())).all().item<bool>())
  {
    throw DataError(std::string(name) + ": given coil maps with NaN or infinite values; required finite maps");
  }
}

void
RequireField(const Shape & image, std::int64_t samples, const at::Tensor & maps, const OffResonance & offResonance)
{
  const at::Tensor & field = offResonance.field;
  const std::int64_t batch = maps.defined() ? maps.size(0) : 1;
  if (field.dim() != 4 || field.sizes().slice(1) != at::IntArrayRef(image).slice(1) || field.size(0) < 1 ||
      (field.size(0) != 1 && batch != 1 && field.size(0) != batch))
  {
    std::ostringstream required;
    required << "a field [1 or batch, " << image[1] << ", " << image[2] << ", " << image[3] << "]";
    Refuse("off-resonance", field.sizes(), required.str());
  }
  if (!offResonance.times.defined() || offResonance.times.dim() != 1 || offResonance.times.size(0) != samples)
  {
    throw DataError(std::string(name) + ": given off-resonance without the times of a readout's samples; required " +
                    std::to_string(samples) + " times");
  }
}
} // namespace

struct NoncartesianSenseOperator::Data
{
  std::shared_ptr<const NonuniformSampling> sampling;
  std::shared_ptr<const NonuniformNormal> normal; ///< null with off-resonance
  Coefficient maps;
  Coefficient basis;        ///< [segment, sample]; undefined without off-resonance
  Coefficient coefficients; ///< [1 or batch, segment, 1, z, y, x]

  std::int64_t
  Segments() const
  {
    return basis.IsDefined() ? basis.Original().size(0) : 1;
  }

  at::Tensor
  MapsFor(const at::Tensor & x) const
  {
    return maps.IsDefined() ? maps.For(x) : at::Tensor();
  }
};

NoncartesianSenseOperator::NoncartesianSenseOperator(Shape image,
                                                     const at::Tensor & trajectory,
                                                     const at::Tensor & maps,
                                                     const NonuniformFourierOptions & options,
                                                     const OffResonance & offResonance)
{
  RequireOperands(image, trajectory, maps);
  auto sampling = MakeNonuniformSampling(image, trajectory, options, name);
  if (offResonance.field.defined())
  {
    RequireField(image, sampling->samples, maps, offResonance);
    const OffResonanceSegments segments =
        SegmentOffResonance(offResonance.field, offResonance.times, offResonance.tolerance, name);
    const at::Tensor coefficients = segments.coefficients.transpose(0, 1).unsqueeze(2).contiguous();
    m_Data.reset(new Data{
        std::move(sampling), nullptr, Coefficient(maps), Coefficient(segments.basis), Coefficient(coefficients)});
    return;
  }
  auto normal = std::make_shared<const NonuniformNormal>(*sampling, at::Tensor(), name);
  m_Data.reset(new Data{std::move(sampling), std::move(normal), Coefficient(maps), Coefficient(), Coefficient()});
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
  return {MapSets(m_Data->maps.Original()), size[2], size[1], size[0]};
}

Shape
NoncartesianSenseOperator::RangeShape() const
{
  return {MapCoils(m_Data->maps.Original()), 1, m_Data->sampling->readouts, m_Data->sampling->samples};
}

std::int64_t
NoncartesianSenseOperator::BatchSize() const
{
  const auto entries = [](const Coefficient & c) { return c.IsDefined() ? c.Original().size(0) : 1; };
  return std::max(entries(m_Data->maps), entries(m_Data->coefficients));
}

ForwardModelPointer
NoncartesianSenseOperator::Select(const at::Tensor & index) const
{
  if (BatchSize() == 1)
  {
    return shared_from_this();
  }
  std::unique_ptr<const Data> data(new Data{m_Data->sampling,
                                            m_Data->normal,
                                            Coefficient(m_Data->maps.Select(index)),
                                            m_Data->basis,
                                            Coefficient(m_Data->coefficients.Select(index))});
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
NoncartesianSenseOperator::CirculantNormal() const
{
  const at::Tensor maps = m_Data->maps.IsDefined() ? m_Data->maps.Original() : at::Tensor();
  return m_Data->normal ? m_Data->normal->Circulant(maps)
                        : NonuniformNormal(*m_Data->sampling, at::Tensor(), name).Circulant(maps);
}

at::Tensor
NoncartesianSenseOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor images = SeenByCoils(x, m_Data->MapsFor(x));
  auto shape = RangeShape();
  shape.insert(shape.begin(), x.size(0));
  const auto transform = [&](const at::Tensor & seen)
  { return NonuniformForward(*m_Data->sampling, seen.cpu()).view(shape).to(x.device()); };
  if (!m_Data->basis.IsDefined())
  {
    return transform(images);
  }
  const at::Tensor basis = m_Data->basis.For(x), coefficients = m_Data->coefficients.For(x);
  at::Tensor y = transform(images * coefficients.select(1, 0)) * basis[0];
  for (std::int64_t l = 1; l < m_Data->Segments(); ++l)
  {
    y.add_(transform(images * coefficients.select(1, l)) * basis[l]);
  }
  return y;
}

at::Tensor
NoncartesianSenseOperator::DoAdjoint(const at::Tensor & y) const
{
  auto shape = DomainShape();
  shape[0] = y.size(1);
  shape.insert(shape.begin(), y.size(0));
  const auto transform = [&](const at::Tensor & data)
  { return NonuniformAdjoint(*m_Data->sampling, data.cpu()).view(shape).to(y.device()); };
  at::Tensor images;
  if (!m_Data->basis.IsDefined())
  {
    images = transform(y);
  }
  else
  {
    const at::Tensor basis = m_Data->basis.For(y).conj(), coefficients = m_Data->coefficients.For(y).conj();
    images = transform(y * basis[0]) * coefficients.select(1, 0);
    for (std::int64_t l = 1; l < m_Data->Segments(); ++l)
    {
      images.add_(transform(y * basis[l]) * coefficients.select(1, l));
    }
  }
  return CombinedByMaps(images, m_Data->MapsFor(y));
}

at::Tensor
NoncartesianSenseOperator::DoNormal(const at::Tensor & x) const
{
  return m_Data->normal ? m_Data->normal->Apply(x, m_Data->MapsFor(x)) : DoAdjoint(DoForward(x));
}
} // namespace tweedie
