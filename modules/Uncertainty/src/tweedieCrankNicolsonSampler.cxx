// SPDX-License-Identifier: Apache-2.0
#include "tweedieDrawRecorder.h"
#include "tweedieReferenceSamplers.h"
#include "tweedieStepTuning.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class CrankNicolsonSampler final : public ReferenceSampler
{
public:
  CrankNicolsonSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
      : m_Target(std::move(target)), m_Random(ChainStreams(options.seed, options.chains)),
        m_State(m_Target->Start(m_Random)), m_Data(m_Target->Data(m_State).value), m_Step(0.1, 0.3)
  {
  }

  void
  Step(bool tunes) override
  {
    const double b = std::min(m_Step.Size(), 1.0);
    const at::Tensor place = m_State * std::sqrt(1.0 - b * b) + m_Random.NormalLike(m_State) * b;
    const at::Tensor data = m_Target->Data(place).value;
    const at::Tensor accept = m_Random.Uniform({}, at::kDouble).log().lt(data - m_Data);
    m_State = at::where(accept.unsqueeze(1), place, m_State);
    m_Data = at::where(accept, data, m_Data);
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
  at::Tensor m_Data;
  StepTuning m_Step;
};
} // namespace

ReferenceSamplerPointer
MakeCrankNicolsonSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
{
  return std::make_unique<CrankNicolsonSampler>(std::move(target), options);
}
} // namespace tweedie
