// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMoments_h
#define tweedieMoments_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Mean and variance of samples that arrive one batch at a time (Welford 1962, with the merge of Chan et al. 1979),
 * accumulated in double, without storing the samples.
 *
 * For complex samples the variance is E|x - mean|^2, the sum of both components' variances. */
class RunningMoments
{
public:
  /** Adds samples [n, shape...]. */
  void Add(const at::Tensor & samples);

  std::int64_t
  Count() const
  {
    return m_Count;
  }
  /** Throws NumericalError when empty. */
  at::Tensor Mean() const;
  /** Unbiased (n - 1); throws NumericalError for fewer than two samples. */
  at::Tensor Variance() const;
  at::Tensor StandardDeviation() const;

  /** Sum of |x - mean|^2, undefined when empty: with count and mean the whole state, for a checkpoint. */
  const at::Tensor &
  SumOfSquares() const
  {
    return m_SumOfSquares;
  }
  /** The moments that were saved; mean and sum in the type Mean() and SumOfSquares() gave. */
  static RunningMoments
  Restore(std::int64_t count, const at::Tensor & mean, const at::Tensor & sumOfSquares)
  {
    RunningMoments moments;
    moments.m_Count = count;
    moments.m_Mean = mean;
    moments.m_SumOfSquares = sumOfSquares;
    return moments;
  }

private:
  std::int64_t m_Count = 0;
  at::Tensor m_Mean;
  at::Tensor m_SumOfSquares;
};
} // namespace tweedie

#endif
