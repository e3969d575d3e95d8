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

Adam::Adam(const UNet::NamedTensors & weights, double averaging) : m_Averaging(averaging)
{
  for (const auto & entry : weights)
  {
    m_First.push_back(at::zeros_like(entry.second));
    m_Second.push_back(at::zeros_like(entry.second));
    m_Average.push_back(entry.second.detach().clone());
  }
}

double
Adam::Step(const UNet::NamedTensors & weights, double learningRate)
{
  const at::NoGradGuard noGrad;
  double squared = 0.0;
  for (const auto & entry : weights)
  {
    squared += entry.second.grad().square().sum().item<double>();
  }
  const double norm = std::sqrt(squared);
  const double clip = norm > LargestNorm ? LargestNorm / norm : 1.0;
  ++m_Steps;
  const double correction1 = 1.0 - std::pow(Beta1, static_cast<double>(m_Steps));
  const double correction2 = 1.0 - std::pow(Beta2, static_cast<double>(m_Steps));
  // The average starts short, so that the random start is forgotten.
  const double decay = std::min(m_Averaging, static_cast<double>(1 + m_Steps) / static_cast<double>(10 + m_Steps));
  for (std::size_t i = 0; i < weights.size(); ++i)
  {
    auto weight = weights[i].second;
    const auto gradient = weight.grad() * clip;
    m_First[i].mul_(Beta1).add_(gradient, 1.0 - Beta1);
    m_Second[i].mul_(Beta2).addcmul_(gradient, gradient, 1.0 - Beta2);
    const auto denominator = (m_Second[i] / correction2).sqrt_().add_(Epsilon);
    weight.addcdiv_(m_First[i], denominator, -learningRate / correction1);
    m_Average[i].mul_(decay).add_(weight, 1.0 - decay);
    weight.mutable_grad() = at::Tensor();
  }
  return norm;
}

UNet::NamedTensors
Adam::State(const UNet::NamedTensors & weights) const
{
  UNet::NamedTensors state;
  for (std::size_t i = 0; i < weights.size(); ++i)
  {
    state.emplace_back("adam.first." + weights[i].first, m_First[i]);
    state.emplace_back("adam.second." + weights[i].first, m_Second[i]);
    state.emplace_back("average." + weights[i].first, m_Average[i]);
  }
  return state;
}

void
Adam::SetState(const UNet::NamedTensors & state, std::int64_t steps)
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
