// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoUTurnAdaption.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double wanted = 0.8;
constexpr double gamma = 0.05; // of the paper, as are the other two
constexpr double delay = 10.0;
constexpr double decay = 0.75;
constexpr std::int64_t longBurnIn = 150;
} // namespace

void
DualAveraging::Restart(double size)
{
  m_Center = std::log(10.0 * size);
  m_LogSize = std::log(size);
  m_LogAverage = m_LogSize;
  m_Error = 0.0;
  m_Count = 0.0;
}

void
DualAveraging::Add(double rate)
{
  m_Count += 1.0;
  const double share = 1.0 / (m_Count + delay);
  m_Error = (1.0 - share) * m_Error + share * (wanted - rate);
  m_LogSize = m_Center - std::sqrt(m_Count) / gamma * m_Error;
  const double weight = std::pow(m_Count, -decay);
  m_LogAverage = weight * m_LogSize + (1.0 - weight) * m_LogAverage;
}

double
DualAveraging::Size() const
{
  return std::exp(m_LogSize);
}

double
DualAveraging::AveragedSize() const
{
  return std::exp(m_LogAverage);
}

MassWindows::MassWindows(std::int64_t burnIn)
    : m_Begin(burnIn >= longBurnIn ? 75 : burnIn / 4), m_Last(burnIn >= longBurnIn ? burnIn - 50 : burnIn - burnIn / 4),
      m_End(burnIn >= longBurnIn ? 100 : m_Last), m_Length(m_End - m_Begin), m_Sum(at::zeros({1}, at::kDouble)),
      m_Squares(at::zeros({1}, at::kDouble)), m_InverseMass(at::ones({1}, at::kDouble))
{
}

bool
MassWindows::Add(const at::Tensor & state)
{
  const std::int64_t step = m_Step++;
  if (step < m_Begin || step >= m_Last)
  {
    return false;
  }
  m_Count += static_cast<double>(state.size(0));
  m_Sum = m_Sum + state.sum(0);
  m_Squares = m_Squares + state.square().sum(0);
  if (step + 1 < m_End)
  {
    return false;
  }
  const at::Tensor variance = (m_Squares / m_Count - (m_Sum / m_Count).square()).clamp_min(0.0);
  m_InverseMass = variance * (m_Count / (m_Count + 5.0)) + 1e-3 * (5.0 / (m_Count + 5.0));
  m_Count = 0.0;
  m_Sum = at::zeros_like(m_Sum);
  m_Squares = at::zeros_like(m_Squares);
  m_Length *= 2;
  // A window after which the next would not fit takes the rest.
  m_End = m_End + 3 * m_Length > m_Last ? m_Last : m_End + m_Length;
  return true;
}
} // namespace tweedie
