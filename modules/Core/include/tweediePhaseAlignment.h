// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseAlignment_h
#define tweediePhaseAlignment_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
struct PhaseScan;

/** What patterns do not tell of an object x(r). */
struct PhaseAmbiguities
{
  bool flip = true;  ///< conj(x(-r)) has the same far field
  bool shift = true; ///< so has x(r - s)
  bool phase = true; ///< so has e^{i a} x; of real objects -x
};

/** Of the experiment and what is known of its objects. */
PhaseAmbiguities AmbiguitiesOf(const PhaseScan & scan);

struct PhaseAlignment
{
  at::Tensor image;   ///< the candidates as the reference stands, [B, 1, 1, y, x]
  at::Tensor flipped; ///< [B], bool
  at::Tensor shift;   ///< [B, 2], double: rows and columns by which they were moved (after the flip)
  at::Tensor phase;   ///< [B], double: radian by which they were turned
};

/** Each candidate z as near to the reference as its ambiguities allow:
 *
 *    c = F^-1(F(ref) conj(F z)),   s = argmax |c|,   z <- e^{i arg c(s)} z(r - s)
 *
 * for z and its flip, of which the nearer one stays; s to a fraction of a pixel, from the parabola through |c| around
 * its maximum, where that brings it nearer. Objects end at their frame: what leaves it is lost. reference: [1 or B, 1,
 * 1, y, x]; real or complex as the candidates. Throws DataError for other shapes. */
PhaseAlignment
AlignPhases(const at::Tensor & reference, const at::Tensor & candidates, const PhaseAmbiguities & ambiguities = {});

/** conj(x(-r)) about the middle of the frame. */
at::Tensor FlippedObject(const at::Tensor & x);
} // namespace tweedie

#endif
