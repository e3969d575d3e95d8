// SPDX-License-Identifier: Apache-2.0
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGuidanceRows.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class DpsGuidance final : public Guidance
{
public:
  explicit DpsGuidance(const GuidanceInputs & inputs) : m_Prior(inputs.prior), m_Likelihood(inputs.likelihood)
  {
    if (!m_Prior->HasJacobianProduct())
    {
      throw UsageError("guidance dps: prior " + m_Prior->Name() +
                       " has no Jacobian product; guidance proximal needs none");
    }
  }

  std::string
  Name() const override
  {
    return "dps";
  }
  ConditionalMean
  Evaluate(const at::Tensor & x, double sigma, const at::Tensor &) const override
  {
    DenoiserGraph graph(*m_Prior, x, sigma);
    const at::Tensor denoised = graph.Denoised();
    const at::Tensor pull = graph.JacobianProduct(m_Likelihood->Gradient(denoised) * (-sigma * sigma));
    return {denoised + pull, denoised, {}};
  }

private:
  DenoiserPointer m_Prior;
  LikelihoodPointer m_Likelihood;
};
} // namespace

GuidancePointer
MakeDpsGuidance(const GuidanceInputs & inputs)
{
  return std::make_shared<DpsGuidance>(inputs);
}
} // namespace tweedie
