// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieContrastTransfer_h
#define tweedieContrastTransfer_h

#include "tweediePaganin.h"

namespace tweedie
{
/** What is known of a weak object exp(i phi - B). */
enum class ContrastObject
{
  PhaseAndAttenuation, ///< nothing: phi and B each for itself
  PhaseOnly,           ///< B = 0
  SingleMaterial       ///< phi = -(delta / beta) B
};

struct ContrastTransferOptions
{
  ContrastObject object = ContrastObject::PhaseAndAttenuation;
  double deltaOverBeta = 0.0;       ///< of SingleMaterial
  double lowRegularization = 1e-6;  ///< a_low
  double highRegularization = 1e-2; ///< a_high
  PlaneExtension extension = PlaneExtension::Mirror;
};

/** Phase shift, radians, and attenuation B of the amplitude, of a weak object. */
struct WeakObject
{
  at::Tensor phase;
  at::Tensor attenuation;
};

/** A weak object from intensities at several distances, by their linear dependence on it (Cloetens et al. 1999; Pogany,
 * Gao and Wilkins 1997): |B| << 1 and |phi(r) - phi(r + lambda z f)| << 1,
 *
 *    D_l = F(I_l - 1) = 2 sin(chi_l) F phi - 2 cos(chi_l) F B,   chi_l = pi lambda z_l f^2
 *    min  sum_l |D_l - 2 sin(chi_l) F phi + 2 cos(chi_l) F B|^2 + a (|F phi|^2 + |F B|^2)
 *    a = a_low + a_high sin^2(min(chi of the longest distance, pi / 2))
 *
 * so that a_high damps what lies beyond the first maximum of the phase contrast, and a_low what lies below any. B = 0
 * or phi = -(delta / beta) B are put into it: then |F phi|^2 alone is penalised, and of a single material a_low counts
 * (beta / delta)^2, as much as the data know of it there. At f = 0 nothing is penalised: B's mean is -1/2 that of the
 * I_l - 1, and phi's mean, which no pattern holds, is 0 unless it follows from B's.
 *
 * intensity: [batch, distances, 1, y, x], real, divided by those without object; result: [batch, 1, 1, y, x]. Cone
 * beam: ParallelGeometry, all patterns on one pitch. Works in double precision within. Throws UsageError for wrong
 * numbers (a single distance tells phase and attenuation together only of a single material or with B = 0), DataError
 * for other tensors and intensities that are not finite. */
WeakObject RetrieveByContrastTransfer(const at::Tensor & intensity,
                                      const PropagationGeometry & geometry,
                                      const ContrastTransferOptions & options = {});
} // namespace tweedie

#endif
