// SPDX-License-Identifier: Apache-2.0
#include "tweedieAdam.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double Beta1 = 0.9;
constexpr double Beta2 = 0.99;
constexpr double Epsilon = 1e-8;
constexpr double LargestNorm = 1.0;
} // namespace

Adam::Adam(const NamedTensors & weights, double averaging) : m_Averaging(averaging)
{
  for (const auto & entry : weights)
  {
    m_First.push_back(at::zeros_like(entry.second));
    m_Second.push_back(at::zeros_like(entry.second));
    m_Average.push_back(entry.second.detach().clone());
  }
}

double
Adam::Step(const NamedTensors & weights, double learningRate)
{
  const at::NoGradGuard noGrad;
  std::vector<at::Tensor> values;
  std::vector<at::Tensor> gradients;
  for (const auto & entry : weights)
  {
    values.push_back(entry.second);
    gradients.push_back(entry.second.grad());
    at::Tensor(entry.second).mutable_grad() = at::Tensor();
  }
  // Operations on lists: on a graphics card hundreds of small tensors would take longer than the network.
  const double norm = at::stack(at::_foreach_norm(gradients)).norm().item<double>();
  at::_foreach_mul_(gradients, norm > LargestNorm ? LargestNorm / norm : 1.0);
  ++m_Steps;
  const double correction1 = 1.0 - std::pow(Beta1, static_cast<double>(m_Steps));
  const double correction2 = 1.0 - std::pow(Beta2, static_cast<double>(m_Steps));
  // The average starts short, so that the random start is forgotten.
  const double decay = std::min(m_Averaging, static_cast<double>(1 + m_Steps) / static_cast<double>(10 + m_Steps));
  at::_foreach_mul_(m_First, Beta1);
  at::_foreach_add_(m_First, gradients, 1.0 - Beta1);
  at::_foreach_mul_(m_Second, Beta2);
  at::_foreach_addcmul_(m_Second, gradients, gradients, 1.0 - Beta2);
  auto denominators = at::_foreach_div(m_Second, correction2);
  at::_foreach_sqrt_(denominators);
  at::_foreach_add_(denominators, Epsilon);
  at::_foreach_addcdiv_(values, m_First, denominators, -learningRate / correction1);
  at::_foreach_mul_(m_Average, decay);
  at::_foreach_add_(m_Average, values, 1.0 - decay);
  return norm;
}

NamedTensors
Adam::State(const NamedTensors & weights) const
{
  NamedTensors state;
  for (std::size_t i = 0; i < weights.size(); ++i)
  {
    state.emplace_back("adam.first." + weights[i].first, m_First[i]);
    state.emplace_back("adam.second." + weights[i].first, m_Second[i]);
    state.emplace_back("average." + weights[i].first, m_Average[i]);
  }
  return state;
}

void
Adam::SetState(const NamedTensors & state, std::int64_t steps)
{
  if (state.size() != 3 * m_First.size())
  {
    throw DataError("Adam: " + std::to_string(state.size()) + " tensors in the checkpoint; " +
                    std::to_string(3 * m_First.size()) + " required");
  }
  m_Steps = steps;
  for (std::size_t i = 0; i < m_First.size(); ++i)
  {
    m_First[i].copy_(state[3 * i].second);
    m_Second[i].copy_(state[3 * i + 1].second);
    m_Average[i].copy_(state[3 * i + 2].second);
  }
}
} // namespace tweedie
