// SPDX-License-Identifier: Apache-2.0
#include "tweedieDenoiserGraph.h"
#include "tweedieGuidanceRows.h"

namespace tweedie
{
namespace
{
class ProximalGuidance final : public Guidance
{
public:
  explicit ProximalGuidance(const GuidanceInputs & inputs) : m_Prior(inputs.prior), m_Likelihood(inputs.likelihood) {}

  std::string
  Name() const override
  {
    return "proximal";
  }
  ConditionalMean
  Evaluate(const at::Tensor & x, double sigma, const at::Tensor & warmStart) const override
  {
    const at::Tensor denoised = m_Prior->Denoise(x, SigmaTensor(x, sigma));
    const at::Tensor variance = SigmaTensor(x, m_Prior->GuidanceVariance(sigma));
    const at::Tensor mean = m_Likelihood->Proximal(denoised, variance, warmStart);
    return {mean, denoised, mean};
  }

private:
  DenoiserPointer m_Prior;
  LikelihoodPointer m_Likelihood;
};
} // namespace

GuidancePointer
MakeProximalGuidance(const GuidanceInputs & inputs)
{
  return std::make_shared<ProximalGuidance>(inputs);
}
} // namespace tweedie
