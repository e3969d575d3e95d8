// SPDX-License-Identifier: Apache-2.0
#include "tweedieParticles.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
Particles::Particles(const at::Tensor & logWeight, std::int64_t size)
    : m_LogWeight(logWeight.to(at::kCPU, at::kDouble).reshape({-1, size})), m_Weight(at::softmax(m_LogWeight, 1))
{
  if (!m_Weight.isfinite().all().item<bool>())
  {
    throw NumericalError("particles: given weights that are not finite or all zero; required finite ones");
  }
}

at::Tensor
Particles::EffectiveSize() const
{
  return m_Weight.square().sum(1).reciprocal();
}

at::Tensor
Particles::LogMean() const
{
  return at::logsumexp(m_LogWeight, at::IntArrayRef{1}) - std::log(static_cast<double>(m_LogWeight.size(1)));
}

at::Tensor
Particles::Systematic(const at::Tensor & uniform) const
{
  const std::int64_t size = m_Weight.size(1);
  const at::Tensor offset = uniform.to(at::kCPU, at::kDouble).reshape({-1, 1});
  const at::Tensor points = (at::arange(size, at::kDouble) + offset) / static_cast<double>(size);
  // The last sum may be rounded to less than 1.
  const at::Tensor inside = at::searchsorted(m_Weight.cumsum(1), points, false, true).clamp_max(size - 1);
  return inside + (at::arange(m_Weight.size(0), at::kLong) * size).reshape({-1, 1});
}
} // namespace tweedie
