// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormModels_h
#define tweedieClosedFormModels_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace tweedie
{
/** Noise of every measured number. */
constexpr double ClosedFormNoise = 0.3;

/** A measurement of 4 x 4 pixels. */
struct ClosedFormModel
{
  std::string name;  ///< "tomography"
  std::string label; ///< "three views"
  ForwardModelPointer model;
  at::Tensor matrix;  ///< of what is measured [m, n]; undefined: not linear
  at::Tensor sampled; ///< zeros and ones like the data; undefined: all measured
};

/** Every other pixel. */
ClosedFormModel ClosedFormInpainting();

/** Sums along the lines of 4 x 4 pixels in parallel beams at 0, 45 and 90 degrees: 15 rays of rank 12. */
ClosedFormModel ClosedFormTomography();

/** Amplitudes of two diffraction patterns |F (p_k x)| with phases p_k at random: the sign of a real x stays open. */
ClosedFormModel ClosedFormPhase();
} // namespace tweedie

#endif
