// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoefficient.h"

#include <ATen/ATen.h>

namespace tweedie
{
Coefficient::Coefficient(const at::Tensor & original)
    : m_Original(original.defined() ? original.detach().resolve_conj().contiguous() : original)
{
}

at::Tensor
Coefficient::Converted(at::ScalarType type, at::Device device) const
{
  if (m_Original.scalar_type() == type && m_Original.device() == device)
  {
    return m_Original;
  }
  const std::lock_guard<std::mutex> lock(m_Mutex);
  for (const auto & tensor : m_Converted)
  {
    if (tensor.scalar_type() == type && tensor.device() == device)
    {
      return tensor;
    }
  }
  m_Converted.push_back(m_Original.to(device, type));
  return m_Converted.back();
}

at::Tensor
Coefficient::For(const at::Tensor & x) const
{
  const auto real = at::toRealValueType(x.scalar_type());
  const bool complex = m_Original.is_complex() || x.is_complex();
  return Converted(complex ? at::toComplexType(real) : real, x.device());
}

at::Tensor
Coefficient::RealFor(const at::Tensor & x) const
{
  return Converted(at::toRealValueType(x.scalar_type()), x.device());
}

at::Tensor
Coefficient::Select(const at::Tensor & index) const
{
  return m_Original.defined() && m_Original.size(0) > 1 ? m_Original.index_select(0, index.to(m_Original.device()))
                                                        : m_Original;
}
} // namespace tweedie
