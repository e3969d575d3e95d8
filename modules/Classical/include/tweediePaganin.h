// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePaganin_h
#define tweediePaganin_h

#include "tweedieMaterialWaveModel.h"
#include "tweediePropagationOperator.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** What a pattern is taken to be beyond its edges while it is filtered, over as much again on every axis. */
enum class PlaneExtension
{
  None,  ///< itself again: periodic
  Edge,  ///< its last pixels
  Mirror ///< its mirror image; means are kept
};

/** Thickness of an object of one material from one intensity in the near field (Paganin et al. 2002):
 *
 *    T = -(1 / mu) ln F^-1 [ F I / (1 + z delta / mu 4 pi^2 f^2) ],   mu = 4 pi beta / lambda
 *
 * I is divided by the intensity without object. The mean of exp(-mu T) is that of I. Cone beam: z and pitch of
 * ParallelGeometry, f is that of the sample plane; no M^2, which is for intensities that were not divided.
 *
 * intensity: [..., y, x], real, patterns of objects or views, all at geometry's one distance; result: m, like it. Works
 * in double precision within. Throws UsageError for wrong numbers, DataError for other tensors and intensities that are
 * not finite, or not above zero where they have been filtered. */
at::Tensor PaganinThickness(const at::Tensor & intensity,
                            const PropagationGeometry & geometry,
                            const MaterialIndex & material,
                            PlaneExtension extension = PlaneExtension::Mirror);

/** phi = -2 pi delta T / lambda, radians. */
at::Tensor PhaseOfThickness(const at::Tensor & thickness, double delta, double wavelength);
} // namespace tweedie

#endif
