// SPDX-License-Identifier: Apache-2.0
#include "tweedieMaterialWaveModel.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double turn = 6.28318530717958647692;
}

MaterialWaveModel::MaterialWaveModel(
    LinearOperatorPointer A, const MaterialIndex & material, double wavelength, MagnitudeKind kind, double unit)
    : m_Operator(std::move(A)), m_Kind(kind)
{
  const bool isFinite = std::isfinite(material.delta) && std::isfinite(material.beta) && std::isfinite(unit);
  if (!m_Operator || !isFinite || !(wavelength > 0.0 && std::isfinite(wavelength)) || !(unit > 0.0))
  {
    std::ostringstream message;
    message << "MaterialWaveModel: given " << (m_Operator ? "an" : "no") << " operator, delta " << material.delta
            << ", beta " << material.beta << ", wavelength " << wavelength << " m, unit " << unit
            << " m; required an operator, finite numbers, and lengths above 0";
    throw UsageError(message.str());
  }
  const double number = turn / wavelength * unit;
  m_Rate = {material.delta * number, material.beta * number};
}

std::string
MaterialWaveModel::Name() const
{
  return "MaterialWaveModel of " + m_Operator->Name();
}

Shape
MaterialWaveModel::DomainShape() const
{
  return m_Operator->DomainShape();
}

Shape
MaterialWaveModel::RangeShape() const
{
  return m_Operator->RangeShape();
}

std::int64_t
MaterialWaveModel::BatchSize() const
{
  return m_Operator->BatchSize();
}

ForwardModelPointer
MaterialWaveModel::Select(const at::Tensor & index) const
{
  if (BatchSize() == 1)
  {
    return shared_from_this();
  }
  // c by itself: the wavelength at which its number is 1.
  const auto part = std::dynamic_pointer_cast<const LinearOperator>(m_Operator->Select(index));
  return std::make_shared<const MaterialWaveModel>(part, m_Rate, turn, m_Kind);
}

NumberKind
MaterialWaveModel::DomainNumbers() const
{
  return NumberKind::Real;
}

NumberKind
MaterialWaveModel::RangeNumbers() const
{
  return NumberKind::Real;
}

at::Tensor
MaterialWaveModel::ExitWave(const at::Tensor & thickness) const
{
  return at::polar((thickness * -m_Rate.beta).exp(), thickness * -m_Rate.delta);
}

at::Tensor
MaterialWaveModel::DetectorWave(const at::Tensor & exitWave) const
{
  return m_Operator->Forward(exitWave - 1.0) + 1.0;
}

at::Tensor
MaterialWaveModel::DoApply(const at::Tensor & x) const
{
  const at::Tensor size = DetectorWave(ExitWave(x)).abs();
  return m_Kind == MagnitudeKind::Amplitude ? size : size.square();
}

at::Tensor
MaterialWaveModel::DoVjp(const at::Tensor & x, const at::Tensor & v) const
{
  const at::Tensor exitWave = ExitWave(x);
  const at::Tensor u = DetectorWave(exitWave);
  const at::Tensor factor = m_Kind == MagnitudeKind::Amplitude ? at::sgn(u) : u * 2.0; // sgn(0) = 0
  const at::Tensor back = m_Operator->Adjoint(factor * v) * exitWave.conj();
  // Re(conj(-c) w)
  return at::real(back) * -m_Rate.beta - at::imag(back) * m_Rate.delta;
}
} // namespace tweedie
