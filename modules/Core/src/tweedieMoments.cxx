// SPDX-License-Identifier: Apache-2.0
#include "tweedieMoments.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <string>

namespace tweedie
{
namespace
{
at::Tensor
SquaredMagnitude(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x).square().sum(-1) : x.square();
}
} // namespace

void
RunningMoments::Add(const at::Tensor & samples)
{
  if (!samples.defined() || samples.dim() < 1 ||
      (m_Count > 0 && (samples.sizes().slice(1) != m_Mean.sizes() || samples.is_complex() != m_Mean.is_complex())))
  {
    throw DataError("RunningMoments: samples of another shape or kind; required [n, shape...] as before");
  }
  const std::int64_t n = samples.size(0);
  if (n == 0)
  {
    return;
  }
  const at::NoGradGuard noGrad;
  const at::Tensor x = samples.detach().to(samples.is_complex() ? at::kComplexDouble : at::kDouble);
  const at::Tensor mean = x.mean(0);
  const at::Tensor sumOfSquares = SquaredMagnitude(x - mean).sum(0);
  if (m_Count == 0)
  {
    m_Mean = mean;
    m_SumOfSquares = sumOfSquares;
  }
  else
  {
    const double total = static_cast<double>(m_Count + n);
    const at::Tensor difference = mean - m_Mean;
    m_Mean = m_Mean + difference * (static_cast<double>(n) / total);
    m_SumOfSquares = m_SumOfSquares + sumOfSquares +
                     SquaredMagnitude(difference) * (static_cast<double>(m_Count) * static_cast<double>(n) / total);
  }
  m_Count += n;
}

at::Tensor
RunningMoments::Mean() const
{
  if (m_Count < 1)
  {
    throw NumericalError("RunningMoments: mean of no samples; required at least one");
  }
  return m_Mean;
}

at::Tensor
RunningMoments::Variance() const
{
  if (m_Count < 2)
  {
    throw NumericalError("RunningMoments: variance of " + std::to_string(m_Count) + " samples; required two");
  }
  return m_SumOfSquares / static_cast<double>(m_Count - 1);
}

at::Tensor
RunningMoments::StandardDeviation() const
{
  return Variance().sqrt();
}
} // namespace tweedie
