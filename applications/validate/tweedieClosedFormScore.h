// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormScore_h
#define tweedieClosedFormScore_h

#include "tweedieClosedFormMethods.h"

#include <limits>
#include <string>

namespace tweedie
{
/** What samples of a method, or exact draws in its place, look like beside exact draws. Not-a-number: not defined. */
struct ClosedFormFigures
{
  static constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

  double meanError = notKnown;     ///< rms over pixels of (mean - exact) / posterior deviation; of the first problem
  double varianceRatio = notKnown; ///< sum of the variances over that of the exact ones
  double sliced = notKnown;        ///< Wasserstein distance of order 1 over 200 directions, in posterior deviations
  double mmd = notKnown;           ///< squared maximum mean discrepancy, inverse multiquadric
  double mmdP = notKnown;          ///< of equal laws, by permutation
  double energy = notKnown;        ///< mean energy score over the cases, in posterior deviations
  double coverage = notKnown;      ///< share of the truths within the 90 % highest-density region
  double gap = notKnown;           ///< dB: mean square error of the mean of 19 samples over that of the exact mean
};

/** Exact draws in place of a method's: what chance alone shows. */
struct ClosedFormFloor
{
  ClosedFormFigures figures;
  double coverageLow = 0.0; ///< 99 % band of an exact sampler
  double coverageHigh = 1.0;
};

struct ClosedFormScore
{
  std::string refusal; ///< why it did not run; empty: it ran
  ClosedFormFigures figures;
  double networkEvaluations = 0.0; ///< for each draw
  double seconds = 0.0;
};

ClosedFormFloor FloorOf(const ClosedFormProblems & problems, const ClosedFormCounts & counts);

/** Runs a method on the first problem with counts.draws samples, and on each of the others with CaseDraws. */
ClosedFormScore ScoreClosedForm(const ClosedFormProblems & problems,
                                const ClosedFormMethod & method,
                                const ClosedFormCounts & counts,
                                const ProgressCallback & progress);
} // namespace tweedie

#endif
