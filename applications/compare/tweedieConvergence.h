// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieConvergence_h
#define tweedieConvergence_h

#include "tweedieAblationProblems.h"
#include "tweedieProgress.h"

#include <string>
#include <vector>

namespace tweedie
{
/** How fast the end of a chain settles with the number of levels. */
struct ConvergenceCurve
{
  std::string name; ///< "gaussian-dps-ve"
  std::string label;
  std::vector<double> steps;
  std::vector<double> errors; ///< rms over the unknowns, in posterior deviations
  double slope = 0.0;         ///< of log error over log steps, from 40 levels on
};

/** Least squares over the points with x >= from; both positive. */
double LogLogSlope(const std::vector<double> & x, const std::vector<double> & y, double from);

/** The closed chain on 10 to 640 levels from 50 to 0.02, of VE (equal steps of log sigma) and VP (equal steps of the
 * time of the continuous diffusion):
 *
 *    Gaussian, exact D_y     to the exact mean: the product of the steps telescopes, so that only the start's share
 *                            C / (s_T^2 + C) is left, whatever the number of levels
 *    Gaussian, dps           to the chain's own limit; with w = 1 / (1 + s^2) as time, k = 1 / s_c^2 and u = D,
 *                            du/dw = k (y - u), so u = y (1 - exp(-k (w_min - w_T))), and a last step to zero noise
 *    two modes, exact D_y    to the chain's own limit, extrapolated from 1280 and 2560 levels of VE
 *
 * for a start at zero. problems: those of AblationProblems(). */
std::vector<ConvergenceCurve> ConvergenceCurves(const std::vector<AblationProblem> & problems,
                                                const ProgressCallback & progress);
} // namespace tweedie

#endif
