// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampleStatistics_h
#define tweedieSampleStatistics_h

#include "tweedieMoments.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace tweedie
{
class TensorArchive;

/** Everything a result says about the samples of one image, accumulated without keeping them. Of a stack of the images
 * of several sets of coil maps [set, z, y, x] the mean is a stack, and deviations are those of what is shown, x:
 * CombineSets of each sample. */
class SampleStatistics
{
public:
  /** Adds the next samples [n, shape...], in order. */
  void Add(const at::Tensor & samples);

  std::int64_t
  Count() const
  {
    return m_Values.Count();
  }
  at::Tensor Mean() const;
  /** sqrt(E|x - mean|^2), both components together; needs two samples, as the next two. */
  at::Tensor StandardDeviation() const;
  /** Of |x|. */
  at::Tensor MagnitudeStandardDeviation() const;
  /** sqrt(-2 log R), R = |mean of exp(i phase)| (Mardia 1972), radian. */
  at::Tensor PhaseStandardDeviation() const;

  /** tr C over the real components. */
  double Trace() const;
  /** tr C^2 without bias, from differences of disjoint pairs in blocks of four, E <a, b>^2 = 4 tr C^2; NaN below four
   * samples. */
  double TraceOfSquare() const;

  void Save(TensorArchive & archive, const std::string & prefix) const;
  static SampleStatistics Load(const TensorArchive & archive, const std::string & prefix);

private:
  void AddBlocks(const at::Tensor & samples);

  RunningMoments m_Values;
  RunningMoments m_Combined; ///< of a stack
  RunningMoments m_Magnitudes;
  at::Tensor m_Phasors; ///< sum of x / |x|
  at::Tensor m_Pending; ///< samples after the last full block of four
  double m_ProductSum = 0.0;
  std::int64_t m_Products = 0;
};
} // namespace tweedie

#endif
