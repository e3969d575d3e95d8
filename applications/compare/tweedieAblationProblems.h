// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAblationProblems_h
#define tweedieAblationProblems_h

#include "tweedieEstimator.h"
#include "tweedieScalarLaws.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** 64 independent unknowns with one prior, each measured with a noise of its own, from 0.3 to 3 prior deviations. The
 * problem carries the exact E[x0 | x, y] for guidance exact, and the point of the data A^+ y to start from. */
struct AblationProblem
{
  std::string name;  ///< "gaussian"
  std::string label; ///< for people
  PosteriorProblem problem;
  at::Tensor mean;      ///< exact, [shape...]
  at::Tensor deviation; ///< exact, [shape...]
};

/** Gaussian; skewed and two-mode prior, all with Gaussian noise and the unknown itself as the datum; Poisson counts and
 * a detector that saturates, with a Gaussian prior. */
std::vector<AblationProblem> AblationProblems();

/** rms over the unknowns of (mean - exact) / deviation. */
double AblationError(const AblationProblem & problem, const at::Tensor & mean);
} // namespace tweedie

#endif
