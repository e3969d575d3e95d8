// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNormalParts_h
#define tweedieNormalParts_h

#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Standard deviations of magnitude and phase of z = mean + n, n circular complex normal with E|n|^2 = variance. With
 * v = variance / 2, t = |mean|^2 / (4 v) and Bessel functions times exp(-t),
 *
 *    E|z| = (pi v / 2)^(1/2) ((1 + 2 t) I0(t) + 2 t I1(t)),   s^2 = |mean|^2 + 2 v - (E|z|)^2       (Rice 1944)
 *    phase: (-2 log R)^(1/2),   R = |E exp(i arg z)| = (pi t / 2)^(1/2) (I0(t) + I1(t))           (Mardia 1972)
 *
 * mean: complex or real >= 0; variance: like it, real, >= 0. double; where the variance is 0 both are. */
at::Tensor MagnitudeDeviation(const at::Tensor & mean, const at::Tensor & variance);
at::Tensor PhaseDeviation(const at::Tensor & mean, const at::Tensor & variance);

/** The standard deviations of an estimate of this variance E|x - mean|^2 [channel, z, y, x]: its own and, of a complex
 * mean, those of its parts. What belonged to samples goes. */
void SetDeviation(VolumeEstimate & estimate, const at::Tensor & variance);
} // namespace tweedie

#endif
