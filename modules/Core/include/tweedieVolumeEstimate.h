// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVolumeEstimate_h
#define tweedieVolumeEstimate_h

#include "tweedieSummary.h"
#include "tweedieVolume.h"

namespace tweedie
{
/** The result of a reconstruction as volumes: what programs, filters and files see. Volumes a method has not are
 * empty. */
struct VolumeEstimate
{
  Volume mean;                       ///< complex where the physics is
  Volume standardDeviation;          ///< real; complex data: sqrt(E|x - mean|^2)
  Volume magnitudeStandardDeviation; ///< real; of the samples' magnitudes
  Volume phaseStandardDeviation;     ///< real, radian; circular, of the samples' phases
  Volume samples;                    ///< channels = samples; empty unless kept
  Volume sets;                       ///< complex, a channel per set of coil maps, which mean combines; empty for one
  Volume nullSpaceShare;             ///< real, share of the samples' variance that the data do not see
  Summary summary;
};
} // namespace tweedie

#endif
