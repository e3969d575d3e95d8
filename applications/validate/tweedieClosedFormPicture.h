// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormPicture_h
#define tweedieClosedFormPicture_h

#include "tweedieClosedFormMethods.h"
#include "tweediePicture.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Two unknowns, of which only the mean was measured, (x1 + x2) / 2 with noise 0.35, under a prior of two tilted modes:
 * the posterior keeps both. */
ClosedFormProblem TwoPixelProblem();

/** Log density of its prior at x [points, 2], up to a constant. */
at::Tensor TwoPixelLogPrior(const at::Tensor & x);

/** What one method did with it. */
struct TwoPixelRun
{
  std::string label;
  std::string figures;           ///< one line, "off 0.14, var 0.91": error of the mean, variance; or why it did not run
  at::Tensor samples;            ///< [draws, 2]; undefined for methods without any
  at::Tensor mean;               ///< [2]; undefined where it did not run
  std::vector<at::Tensor> paths; ///< states of single chains from start to end, [levels + 1, 2] each
};

/** 100 levels from 50 prior deviations. Two chains are followed; of a method that draws nothing, the one from the
 * prior's mean and three from noise. */
TwoPixelRun RunTwoPixels(const ClosedFormProblem & problem,
                         const ClosedFormMethod & method,
                         std::int64_t draws,
                         const ProgressCallback & progress);

/** Draws from the exact posterior in the form of a run. */
TwoPixelRun ExactTwoPixels(const ClosedFormProblem & problem, std::int64_t draws);

/** The prior with the measurement, and a panel for each run: the exact density, the
 * samples on it, the paths of chains, the exact mean and the method's. */
Picture TwoPixelPicture(const ClosedFormProblem & problem, const std::vector<TwoPixelRun> & runs);
} // namespace tweedie

#endif
