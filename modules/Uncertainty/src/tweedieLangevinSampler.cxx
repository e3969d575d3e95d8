// SPDX-License-Identifier: Apache-2.0
#include "tweedieDrawRecorder.h"
#include "tweedieReferenceSamplers.h"
#include "tweedieStepTuning.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class LangevinSampler final : public ReferenceSampler
{
public:
  LangevinSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
      : m_Target(std::move(target)), m_Random(ChainStreams(options.seed, options.chains)),
        m_State(m_Target->Start(m_Random)), m_Density(m_Target->Posterior(m_State)), m_Step(0.01, 0.574)
  {
  }

  void
  Step(bool tunes) override
  {
    const double h = m_Step.Size();
    const at::Tensor place = m_State + m_Density.gradient * h + m_Random.NormalLike(m_State) * std::sqrt(2.0 * h);
    const LogDensity density = m_Target->Posterior(place);
    const at::Tensor forth = (place - m_State - m_Density.gradient * h).square().sum(1);
    const at::Tensor back = (m_State - place - density.gradient * h).square().sum(1);
    const at::Tensor change = density.value - m_Density.value + (forth - back) / (4.0 * h);
    const at::Tensor accept = m_Random.Uniform({}, at::kDouble).log().lt(change);
    m_State = at::where(accept.unsqueeze(1), place, m_State);
    m_Density.gradient = at::where(accept.unsqueeze(1), density.gradient, m_Density.gradient);
    m_Density.value = at::where(accept, density.value, m_Density.value);
    m_Step.Add(accept, tunes);
  }
  at::Tensor
  State() const override
  {
    return m_State;
  }
  double
  Acceptance() const override
  {
    return m_Step.Acceptance();
  }

private:
  TargetDensityPointer m_Target;
  RandomStreams m_Random;
  at::Tensor m_State;
  LogDensity m_Density;
  StepTuning m_Step;
};
} // namespace

ReferenceSamplerPointer
MakeLangevinSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
{
  return std::make_unique<LangevinSampler>(std::move(target), options);
}
} // namespace tweedie
