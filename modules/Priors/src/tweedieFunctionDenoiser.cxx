// SPDX-License-Identifier: Apache-2.0
#include "tweedieFunctionDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
/** One level for each image, whatever scalar or batch it came as. */
at::Tensor
Levels(const at::Tensor & sigma, const at::Tensor & x)
{
  return sigma.detach().to(at::kCPU, at::kDouble).reshape({-1}).expand({x.size(0)}).contiguous();
}

/** One pass without a temporary where all is well: finite numbers have a sum that is not only where it overflows. */
bool
IsFinite(const at::Tensor & x)
{
  return x.sum().isfinite().item<bool>() || x.isfinite().all().item<bool>();
}

std::string
ShapeText(const at::Tensor & x)
{
  std::ostringstream text;
  text << x.sizes() << " of " << x.scalar_type();
  return text.str();
}
} // namespace

FunctionDenoiser::FunctionDenoiser(FunctionDenoiserFacts facts, DenoisingFunction denoise, JacobianFunction jacobian)
    : m_Facts(std::move(facts)), m_Denoise(std::move(denoise)), m_Jacobian(std::move(jacobian))
{
  if (!(m_Facts.variance > 0.0))
  {
    throw UsageError("denoiser: given a prior variance of " + std::to_string(m_Facts.variance) +
                     "; required one above 0, the mean variance of a real component");
  }
  if (!(m_Facts.sigmaMinimum >= 0.0) || (m_Facts.sigmaMaximum != 0.0 && !(m_Facts.sigmaMaximum > m_Facts.sigmaMinimum)))
  {
    throw UsageError("denoiser: given noise levels from " + std::to_string(m_Facts.sigmaMinimum) + " to " +
                     std::to_string(m_Facts.sigmaMaximum) + "; required 0 <= least < largest");
  }
}

at::Tensor
FunctionDenoiser::Checked(const at::Tensor & result, const at::Tensor & x) const
{
  if (!result.defined() || result.sizes() != x.sizes() || result.is_complex() != x.is_complex())
  {
    throw DataError("denoiser " + m_Facts.name + ": returned " +
                    (result.defined() ? ShapeText(result) : std::string("nothing")) + "; required " + ShapeText(x));
  }
  if (!IsFinite(result))
  {
    throw NumericalError("denoiser " + m_Facts.name + ": returned numbers that are not finite");
  }
  return result.to(x.options());
}

at::Tensor
FunctionDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  return Checked(m_Denoise(x.detach().contiguous(), Levels(sigma, x)), x);
}

at::Tensor
FunctionDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  if (!m_Jacobian)
  {
    return Denoiser::JacobianProduct(x, sigma, v);
  }
  return Checked(m_Jacobian(x.detach().contiguous(), Levels(sigma, x), v.detach().contiguous()), x);
}

double
FunctionDenoiser::SigmaMaximum() const
{
  return m_Facts.sigmaMaximum > 0.0 ? m_Facts.sigmaMaximum : Denoiser::SigmaMaximum();
}
} // namespace tweedie
