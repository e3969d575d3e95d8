// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePosteriorEstimate_h
#define tweediePosteriorEstimate_h

#include "tweedieSummary.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The result of every estimator and every classical method, as tensors [batch, channel, z, y, x]. */
struct PosteriorEstimate
{
  at::Tensor mean;
  at::Tensor standardDeviation;          ///< undefined if the method has none; complex data: sqrt(E|x - mean|^2)
  at::Tensor magnitudeStandardDeviation; ///< of the samples' magnitudes; undefined for real data
  at::Tensor phaseStandardDeviation;     ///< radian, circular, of the samples' phases; undefined for real data
  at::Tensor samples;                    ///< [sample, batch, channel, z, y, x]; undefined unless kept
  Summary summary;
};
} // namespace tweedie

#endif
