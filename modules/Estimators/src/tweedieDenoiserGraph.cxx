// SPDX-License-Identifier: Apache-2.0
#include "tweedieDenoiserGraph.h"

#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace tweedie
{
at::Tensor
SigmaTensor(const at::Tensor & x, double sigma)
{
  return at::full({x.size(0)}, sigma, x.options().dtype(c10::toRealValueType(x.scalar_type())));
}

DenoiserGraph::DenoiserGraph(const Denoiser & denoiser, const at::Tensor & x, double sigma)
    : m_Denoiser(denoiser), m_Sigma(SigmaTensor(x, sigma))
{
  const at::AutoGradMode enabled(true);
  m_Input = x.detach();
  m_Input.requires_grad_(true);
  m_Output = denoiser.Denoise(m_Input, m_Sigma);
}

at::Tensor
DenoiserGraph::Denoised() const
{
  return m_Output.detach();
}

at::Tensor
DenoiserGraph::JacobianProduct(const at::Tensor & v)
{
  if (!m_Output.requires_grad())
  {
    return m_Denoiser.JacobianProduct(m_Input.detach(), m_Sigma, v);
  }
  const WorkSpan span(WorkKind::Network);
  m_Output.backward(v, false, false, {{m_Input}});
  at::Tensor product = m_Input.grad();
  m_Output = m_Output.detach();
  return product;
}
} // namespace tweedie
