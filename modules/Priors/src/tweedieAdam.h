// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAdam_h
#define tweedieAdam_h

#include "tweedieUNet.h"

namespace tweedie
{
/** Adam (Kingma and Ba 2015, algorithm 1) with gradient clipping and a moving average of the weights. */
class Adam
{
public:
  Adam(const NamedTensors & weights, double averaging);

  /** One step with the gradients in the weights, which are cleared. Returns the norm of the gradient. */
  double Step(const NamedTensors & weights, double learningRate);

  /** First and second moments and averages, named "adam.m.<weight>" and so on, for a checkpoint. */
  NamedTensors State(const NamedTensors & weights) const;
  void SetState(const NamedTensors & state, std::int64_t steps);

  const std::vector<at::Tensor> &
  Average() const
  {
    return m_Average;
  }

private:
  double m_Averaging;
  std::int64_t m_Steps = 0;
  std::vector<at::Tensor> m_First;
  std::vector<at::Tensor> m_Second;
  std::vector<at::Tensor> m_Average;
};
} // namespace tweedie

#endif
