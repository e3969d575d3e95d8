// SPDX-License-Identifier: Apache-2.0
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGuidanceRows.h"

namespace tweedie
{
namespace
{
class DenoiserGuidance final : public Guidance
{
public:
  DenoiserGuidance(const char * name, DenoiserPointer denoiser) : m_Name(name), m_Denoiser(std::move(denoiser)) {}

  std::string
  Name() const override
  {
    return m_Name;
  }
  ConditionalMean
  Evaluate(const at::Tensor & x, double sigma, const at::Tensor &) const override
  {
    return {m_Denoiser->Denoise(x, SigmaTensor(x, sigma)), {}, {}};
  }

private:
  const char * m_Name;
  DenoiserPointer m_Denoiser;
};
} // namespace

GuidancePointer
MakeExactGuidance(const GuidanceInputs & inputs)
{
  if (!inputs.conditioned)
  {
    throw UsageError("guidance exact: prior " + inputs.prior->Name() +
                     " was not conditioned on the data; a closed-form prior and its conditioned form are required");
  }
  return std::make_shared<DenoiserGuidance>("exact", inputs.conditioned);
}

GuidancePointer
MakePriorGuidance(const GuidanceInputs & inputs)
{
  return std::make_shared<DenoiserGuidance>("none", inputs.prior);
}
} // namespace tweedie
