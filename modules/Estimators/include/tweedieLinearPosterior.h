// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLinearPosterior_h
#define tweedieLinearPosterior_h

#include "tweedieLinearOperator.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace tweedie
{
class Denoiser;

/** Data of any linear operator, y = A x + n with white Gaussian noise. */
struct LinearMeasurement
{
  LinearOperatorPointer model; ///< of images {channel, z, y, x}
  at::Tensor data;             ///< [range...] of one image, float or complex float
  double noise = 0.0;          ///< standard deviation of a sample (complex: E|n|^2 = noise^2), in the data's units
  double scale = 1.0;          ///< what a prior's unit is in units of x
  Grid image;                  ///< of x; its size is that of the domain
};

/** Posterior mean, and with samples the standard deviation, of x in its own units:
 *
 *    p(x | y) ~ exp(-|y - A x|^2 / (2 s^2)) p(x / scale),    s^2 = noise^2, of complex data noise^2 / 2
 *
 * prior: of images [batch, channel, 1, y, x], real or complex as the operator's domain; the slices of a volume go
 * through it one by one. null: that of options.prior, a network of complex images serving real ones. Throws DataError
 * for data of another shape, kind or noise, UsageError for wrong options, NumericalError, Aborted. */
VolumeEstimate ReconstructLinear(const LinearMeasurement & measurement,
                                 const std::shared_ptr<const Denoiser> & prior,
                                 const PosteriorOptions & options,
                                 const ProgressCallback & progress = {},
                                 const Volume & startImage = {});
} // namespace tweedie

#endif
