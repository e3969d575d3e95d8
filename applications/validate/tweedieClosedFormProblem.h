// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormProblem_h
#define tweedieClosedFormProblem_h

#include "tweedieClosedFormPriors.h"
#include "tweedieEstimator.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** Data of one truth under a prior, and what is known about their posterior. */
struct ClosedFormProblem
{
  std::string name;  ///< "inpainting-gaussian"
  std::string label; ///< "half of the pixels, Gaussian prior"
  PosteriorProblem problem;
  std::shared_ptr<const ClosedFormDenoiser> posterior; ///< null: known by a long run alone
  double largestDeviation = 1.0;                       ///< of the prior
  double smallestDeviation = 1.0;                      ///< of the posterior, of a pixel

  at::Tensor truth;       ///< [n]
  at::Tensor mean;        ///< of the posterior [n]
  at::Tensor variance;    ///< of the posterior [n]
  at::Tensor draws;       ///< exact ones [N, n], next to independent
  double shrinkage = 0.0; ///< R-hat of the run that made them; 0: closed form
  double meanError = 0.0; ///< Monte-Carlo error of mean, rms, in posterior deviations
  /** log p(x | y) up to a constant, of [B, n]. */
  std::function<at::Tensor(const at::Tensor &)> logDensity;
};

/** How many truths, and how many exact draws of their posteriors. */
struct ClosedFormCounts
{
  std::int64_t draws = 300;       ///< of the first truth, for a method; twice as many exact ones are kept
  std::int64_t cases = 30;        ///< other truths
  std::int64_t trainingSteps = 0; ///< of a network for each prior; 0: none
};

/** Exact draws of each of those others: 0.9 is then a level that they have exactly. */
constexpr std::int64_t CaseDraws = 19;

/** Problems of one prior and one measurement. */
struct ClosedFormProblems
{
  ClosedFormProblem first;
  std::vector<ClosedFormProblem> cases;
  LikelihoodPointer together; ///< of all cases; null where there are none
};

/** A prior and a measurement, from which problems are drawn. */
struct ClosedFormSetting
{
  std::string name;
  std::string label;
  bool isClosed; ///< a Gaussian or mixture prior and linear data
  ClosedFormPrior prior;
  std::function<ClosedFormProblems(const ClosedFormCounts & counts, const ProgressCallback & progress)> make;
};

/** Half of the pixels, a tomography of three views, coded diffraction (amplitudes of two patterns) of 16 unknowns,
 * noise 0.3, each under a Gaussian, a mixture of two and two laws of sparse increments. */
std::vector<ClosedFormSetting> ClosedFormSettings();
} // namespace tweedie

#endif
