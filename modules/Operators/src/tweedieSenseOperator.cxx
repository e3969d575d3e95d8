// SPDX-License-Identifier: Apache-2.0
#include "tweedieSenseOperator.h"

#include "tweedieCoefficient.h"
#include "tweedieDecompositions.h"
#include "tweedieMapSets.h"
#include "tweedieMaskCheck.h"
#include "tweedieSenseDecomposition.h"
#include "tweedieSenseNormal.h"
#include "tweedieSensePlanes.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <numeric>
#include <sstream>

namespace tweedie
{
struct SenseOperator::Data
{
  Data(const at::Tensor & sampling,
       const at::Tensor & sensitivities,
       std::shared_ptr<SenseSpectra> sharedSpectra,
       std::vector<std::int64_t> entriesOfSpectra)
      : mask(sampling.to(at::kFloat)), maps(sensitivities), normal(sampling), spectra(std::move(sharedSpectra)),
        entries(std::move(entriesOfSpectra))
  {
    const bool oneCoil = MapCoils(maps.Original()) == 1 && MapSets(maps.Original()) == 1;
    // Within rounding of single precision.
    isUnitModulus = oneCoil && (!maps.IsDefined() || maps.Original().abs().sub(1).abs().max().item<double>() < 1e-6);
  }

  Coefficient mask;
  Coefficient maps;
  SenseNormal normal;
  std::shared_ptr<SenseSpectra> spectra; ///< null without maps, and for several sets
  std::vector<std::int64_t> entries;     ///< of the spectra, for each entry of this batch
  bool isUnitModulus = false;

  at::Tensor
  MapsFor(const at::Tensor & x) const
  {
    return maps.IsDefined() ? maps.For(x) : at::Tensor();
  }
};

namespace
{
[[noreturn]] void
Refuse(const char * what, const at::Tensor & given, const std::string & required)
{
  std::ostringstream message;
  message << "SenseOperator: given " << what << " " << given.sizes() << " of type " << given.scalar_type()
          << "; required " << required;
  throw DataError(message.str());
}

void
RequireOperands(const at::Tensor & mask, const at::Tensor & maps)
{
  RequireMask(mask, "SenseOperator");
  if (mask.dim() != 5 || mask.size(1) != 1 || mask.size(2) != 1)
  {
    Refuse("a mask", mask, "[1 or batch, 1, 1, y, x]");
  }
  if (!mask.flatten(1).any(1).all().item<bool>())
  {
    throw DataError("SenseOperator: given a mask that keeps nothing; required at least one sample in every entry");
  }
  if (!maps.defined())
  {
    return;
  }
  const bool fits = maps.is_complex() && (maps.dim() == 5 || maps.dim() == 6) && MapSets(maps) > 0 &&
                    MapCoils(maps) > 0 && maps.size(-3) == 1 && maps.size(-2) == mask.size(3) &&
                    maps.size(-1) == mask.size(4) &&
                    (maps.size(0) == mask.size(0) || maps.size(0) == 1 || (mask.size(0) == 1 && maps.size(0) > 0));
  if (!fits)
  {
    std::ostringstream required;
    required << "complex maps [1 or batch, coil, 1, " << mask.size(3) << ", " << mask.size(4)
             << "], coil > 0, or [1 or batch, set, coil, 1, ...]";
    Refuse("coil maps", maps, required.str());
  }
  if (!at::isfinite(at::view_as_real(maps.resolve_conj())).all().item<bool>())
  {
    throw DataError("SenseOperator: given coil maps with NaN or infinite values; required finite maps");
  }
}
} // namespace

SenseOperator::SenseOperator(const at::Tensor & mask, const at::Tensor & maps)
{
  RequireOperands(mask, maps);
  const auto count = maps.defined() ? std::max(mask.size(0), maps.size(0)) : mask.size(0);
  std::vector<std::int64_t> entries(static_cast<std::size_t>(count));
  std::iota(entries.begin(), entries.end(), 0);
  auto spectra = maps.defined() && MapSets(maps) == 1 ? std::make_shared<SenseSpectra>(mask, maps) : nullptr;
  m_Data.reset(new Data(mask, maps, std::move(spectra), std::move(entries)));
}

SenseOperator::SenseOperator(std::unique_ptr<const Data> data) : m_Data(std::move(data)) {}

SenseOperator::~SenseOperator() = default;

std::string
SenseOperator::Name() const
{
  return "SenseOperator";
}

Shape
SenseOperator::DomainShape() const
{
  return {MapSets(m_Data->maps.Original()), 1, m_Data->mask.Original().size(-2), m_Data->mask.Original().size(-1)};
}

Shape
SenseOperator::RangeShape() const
{
  auto shape = DomainShape();
  shape[0] = MapCoils(m_Data->maps.Original());
  return shape;
}

std::int64_t
SenseOperator::BatchSize() const
{
  const auto masks = m_Data->mask.Original().size(0);
  return m_Data->maps.IsDefined() ? std::max(masks, m_Data->maps.Original().size(0)) : masks;
}

ForwardModelPointer
SenseOperator::Select(const at::Tensor & index) const
{
  if (BatchSize() == 1)
  {
    return shared_from_this();
  }
  const at::Tensor chosen = index.to(at::kCPU, at::kLong).contiguous();
  std::vector<std::int64_t> entries;
  for (std::int64_t i = 0; i < chosen.numel(); ++i)
  {
    entries.push_back(m_Data->entries[static_cast<std::size_t>(chosen.data_ptr<std::int64_t>()[i])]);
  }
  std::unique_ptr<const Data> data(
      new Data(m_Data->mask.Select(index), m_Data->maps.Select(index), m_Data->spectra, std::move(entries)));
  return std::shared_ptr<const SenseOperator>(new SenseOperator(std::move(data)));
}

bool
SenseOperator::IsMaskedUnitary() const
{
  return m_Data->isUnitModulus;
}

NormalDecompositionPointer
SenseOperator::Decompose(const at::TensorOptions & images) const
{
  if (!at::isComplexType(c10::typeMetaToScalarType(images.dtype())) || MapSets(m_Data->maps.Original()) > 1)
  {
    return nullptr;
  }
  if (!m_Data->spectra)
  {
    return DecomposeWaves(m_Data->mask.Original(), DomainShape(), 2, images);
  }
  return m_Data->spectra->IsOffered() ? m_Data->spectra->Decompose(m_Data->entries, images) : nullptr;
}

bool
SenseOperator::RequiresComplex() const
{
  return true;
}

at::Tensor
SenseOperator::Mask() const
{
  return m_Data->mask.Original();
}

at::Tensor
SenseOperator::Maps() const
{
  return m_Data->maps.Original();
}

at::Tensor
SenseOperator::DoForward(const at::Tensor & x) const
{
  return SenseForward(x, m_Data->mask.RealFor(x), m_Data->MapsFor(x));
}

at::Tensor
SenseOperator::DoAdjoint(const at::Tensor & y) const
{
  return SenseAdjoint(y, m_Data->mask.RealFor(y), m_Data->MapsFor(y));
}

at::Tensor
SenseOperator::DoNormal(const at::Tensor & x) const
{
  return m_Data->normal.Apply(x, m_Data->MapsFor(x));
}

std::shared_ptr<const SenseOperator>
MakeSenseOperator(const at::Tensor & mask, const at::Tensor & maps)
{
  const auto withDimensions = [](const at::Tensor & tensor)
  {
    auto sizes = tensor.sizes().vec();
    sizes.insert(sizes.begin(), std::max<std::int64_t>(0, 5 - tensor.dim()), 1);
    return tensor.reshape(sizes);
  };
  return std::make_shared<const SenseOperator>(mask.defined() ? withDimensions(mask) : mask,
                                               maps.defined() ? withDimensions(maps) : maps);
}
} // namespace tweedie
