// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataSpace.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGuidanceRows.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class PigdmProductGuidance final : public Guidance
{
public:
  explicit PigdmProductGuidance(const GuidanceInputs & inputs)
      : m_Prior(inputs.prior), m_Likelihood(inputs.likelihood),
        m_DataSpace(inputs.prior, inputs.likelihood, inputs.options)
  {
  }

  std::string
  Name() const override
  {
    return "pigdm";
  }
  ConditionalMean
  Evaluate(const at::Tensor & x, double sigma, const at::Tensor & warmStart) const override
  {
    const at::Tensor level = SigmaTensor(x, sigma);
    const at::Tensor denoised = m_Prior->Denoise(x, level);
    const at::Tensor z = m_DataSpace.Solve(x, level, m_Likelihood->Residual(denoised), warmStart);
    return {denoised + m_DataSpace.Gain(x, level, z), denoised, z};
  }

private:
  DenoiserPointer m_Prior;
  LikelihoodPointer m_Likelihood;
  DataSpace m_DataSpace;
};

/** With C = r^2 I, A^H (r^2 A A^H + s_c^2 I)^-1 (y - A D) = (P - D) / r^2, P the proximal point of D: the likelihood's
 * own solver, with its closed forms, instead of a second one. */
class PigdmScalarGuidance final : public Guidance
{
public:
  explicit PigdmScalarGuidance(const GuidanceInputs & inputs) : m_Prior(inputs.prior), m_Likelihood(inputs.likelihood)
  {
    if (!m_Prior->HasJacobianProduct())
    {
      throw UsageError("guidance pigdm: prior " + m_Prior->Name() +
                       " has neither covariance nor Jacobian product; guidance proximal needs none");
    }
  }

  std::string
  Name() const override
  {
    return "pigdm";
  }
  ConditionalMean
  Evaluate(const at::Tensor & x, double sigma, const at::Tensor & warmStart) const override
  {
    const double variance = m_Prior->GuidanceVariance(sigma);
    DenoiserGraph graph(*m_Prior, x, sigma);
    const at::Tensor denoised = graph.Denoised();
    const at::Tensor point = m_Likelihood->Proximal(denoised, SigmaTensor(x, variance), warmStart);
    const at::Tensor pull = graph.JacobianProduct((point - denoised) * (sigma * sigma / variance));
    return {denoised + pull, denoised, point};
  }

private:
  DenoiserPointer m_Prior;
  LikelihoodPointer m_Likelihood;
};
} // namespace

GuidancePointer
MakePigdmGuidance(const GuidanceInputs & inputs)
{
  if (DataSpace::Wanted(*inputs.prior, inputs.options))
  {
    return std::make_shared<PigdmProductGuidance>(inputs);
  }
  return std::make_shared<PigdmScalarGuidance>(inputs);
}
} // namespace tweedie
