// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageSpread_h
#define tweedieImageSpread_h

#include "tweedieMoments.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The spread of reconstructions of one image, accumulated without keeping them. */
class ImageSpread
{
public:
  /** estimate: of the measurement itself. */
  explicit ImageSpread(const Volume & estimate);

  /** Throws DataError for another grid or kind, NumericalError for values that are not finite. */
  void Add(const Volume & reconstruction);

  /** rms(mean - estimate) / rms(standard deviation). */
  double ShiftOverDeviation() const;

  /** The standard deviations of the estimate, of its magnitudes and phases, in place of what it had, and what they
   * mean: kind, of, number and relative standard error. What belonged to samples goes. */
  void Describe(VolumeEstimate & estimate, DeviationKind kind, const char * of) const;

  /** The same around the estimate in place of the mean: (E|x - estimate|^2)^(1/2). */
  void DescribeErrors(VolumeEstimate & estimate, DeviationKind kind, const char * of) const;

private:
  /** What deviations mean, and what belonged to samples goes. */
  void Finish(VolumeEstimate & estimate, DeviationKind kind, const char * of) const;

  Volume m_Estimate;
  RunningMoments m_Values;
  RunningMoments m_Magnitudes;
  at::Tensor m_Phasors; ///< sum of x / |x|
};
} // namespace tweedie

#endif
