// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormProtocol_h
#define tweedieClosedFormProtocol_h

#include "tweedieClosedFormDenoiser.h"
#include "tweedieEstimator.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A problem of 16 unknowns whose posterior is known exactly. */
struct ClosedFormProblem
{
  std::string name;  ///< "gaussian-mask"
  std::string label; ///< "Gaussian prior, half of the pixels"
  PosteriorProblem problem;
  std::shared_ptr<const ClosedFormDenoiser> posterior;
  double largestDeviation = 1.0;  ///< of the prior
  double smallestDeviation = 1.0; ///< of the posterior, of a pixel
};

/** Gaussian and two-mode mixture prior, each with half of the pixels measured and with a circular blur, noise 0.3. */
std::vector<ClosedFormProblem> ClosedFormProblems();

/** One way to run a method. */
struct ClosedFormMethod
{
  std::string name;  ///< "daps-scalar"
  std::string label; ///< for people
  EstimatorOptions options;
};

/** Every row of EstimatorTable() with its defaults, and the variants that differ in bias. */
std::vector<ClosedFormMethod> ClosedFormMethods();

/** Options of a run: 200 levels from 50 largest deviations of the prior down to a twentieth of the posterior's. */
EstimatorOptions ClosedFormOptions(const ClosedFormProblem & problem,
                                   const ClosedFormMethod & method,
                                   std::int64_t draws,
                                   std::int64_t seed);

/** What came out of one method on one problem. */
struct ClosedFormScore
{
  std::string refusal;        ///< why it did not run; empty: it ran
  double meanError = 0.0;     ///< rms over pixels of (mean - exact) / posterior deviation
  double meanFloor = 0.0;     ///< what an exact sampler of as many draws has: sqrt(variance ratio / draws); 0: no draws
  double varianceRatio = 0.0; ///< mean over pixels of variance / exact; NaN: none
  std::int64_t networkEvaluations = 0; ///< for each draw
  double seconds = 0.0;
};

/** Runs one method on one problem with that many draws (chains that draw nothing run once). */
ClosedFormScore ScoreClosedForm(const ClosedFormProblem & problem,
                                const ClosedFormMethod & method,
                                std::int64_t draws,
                                std::int64_t seed,
                                const ProgressCallback & progress);
} // namespace tweedie

#endif
