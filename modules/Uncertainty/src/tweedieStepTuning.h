// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStepTuning_h
#define tweedieStepTuning_h

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
/** One step size for all chains, moved towards a rate of acceptance by stochastic approximation (Robbins and Monro
 * 1951), with gains that fall as count^-0.6. */
class StepTuning
{
public:
  StepTuning(double size, double wanted) : m_LogSize(std::log(size)), m_Wanted(wanted) {}

  double
  Size() const
  {
    return std::exp(m_LogSize);
  }
  /** accepted: a truth value or a probability per chain. */
  void
  Add(const at::Tensor & accepted, bool tunes)
  {
    const double rate = accepted.to(at::kDouble).mean().item<double>();
    if (tunes)
    {
      m_Tuned += 1.0;
      m_LogSize += std::pow(m_Tuned, -0.6) * (rate - m_Wanted) * 2.0;
      return;
    }
    m_Steps += 1.0;
    m_Sum += rate;
  }
  double
  Acceptance() const
  {
    return m_Sum / std::max(1.0, m_Steps);
  }

private:
  double m_LogSize;
  double m_Wanted;
  double m_Tuned = 0.0;
  double m_Steps = 0.0;
  double m_Sum = 0.0;
};
} // namespace tweedie

#endif
