// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRoughness_h
#define tweedieRoughness_h

#include "tweedieGrid.h"

#include <ATen/core/Tensor.h>

#include <limits>

namespace tweedie
{
/** What differences between neighbours cost: Huber's function (1964), quadratic up to an edge and linear beyond,
 *
 *    R(x) = sum over pairs g_jk psi(x_j - x_k),   psi(t) = t^2 / 2 for |t| <= edge, else edge |t| - edge^2 / 2
 *
 * over the 8 neighbours of a pixel in a slice and the 26 in a volume, g_jk = (least spacing / distance_jk)^2. */
struct RoughnessPenalty
{
  double edge = std::numeric_limits<double>::infinity(); ///< in units of the image, > 0; infinite: quadratic
  Axes<double> spacing{1.0, 1.0, 1.0};                   ///< mm

  /** Throws UsageError for an edge that is not above 0, and spacings that are not or not finite. */
  void Require() const;
  double LeastSpacing() const;
};

struct RoughnessAt
{
  at::Tensor value;    ///< R(x) per sample, [B], double
  at::Tensor gradient; ///< like x
};

/** x: [B, channel, z, y, x], real. */
RoughnessAt MeasureRoughness(const at::Tensor & x, const RoughnessPenalty & penalty);

/** 2 sum_k g_jk, the curvature of a separable quadratic function that touches R and is nowhere below it (De Pierro
 * 1995; Erdogan and Fessler 1999), [1, 1, z, y, x], for images like x. */
at::Tensor RoughnessCurvature(const at::Tensor & x, const RoughnessPenalty & penalty);
} // namespace tweedie

#endif
