// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHeldOutAudit_h
#define tweedieHeldOutAudit_h

#include "tweediePredictiveCheck.h"
#include "tweedieScanStudy.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Numbers that were measured, and what samples of runs without their lines predict; all over the noise. */
struct HeldOutPrediction
{
  at::Tensor values;           ///< [m], double
  at::Tensor predicted;        ///< [n, m], double: W A x_i, without noise
  at::Tensor line;             ///< [m], int64
  at::Tensor group;            ///< [m], int64
  std::vector<double> seconds; ///< of each fold
};

/** Leaves out each of `folds` random parts of the lines in turn, draws n samples from the rest and predicts what was
 * left out. Throws UsageError for fewer lines than folds. */
HeldOutPrediction PredictHeldOut(const ScanStudy & study,
                                 std::int64_t folds,
                                 const StudyRun & run,
                                 const ProgressCallback & progress = {});

/** Whether measured numbers look like draws of their own predictions W A x_i + e, e ~ N(0, 1).
 *
 * It judges a reconstruction from fewer lines than the whole scan has. Numbers of a line share much of their error:
 * standard errors are those of sums over lines, and there is no p-value. */
struct HeldOutAudit
{
  std::int64_t folds = 0;
  PredictiveCheck check;                ///< of draws with noise; in units of the noise
  std::vector<std::int64_t> rankCounts; ///< of ranks 0 ... n among the draws: even for an exact sampler
  double coverage90 = 0.0;              ///< of mean +- t_(n-1) s (1 + 1/n)^(1/2), s with the noise in it
  double coverageError = 0.0;           ///< standard error of it, lines taken as independent
  double predictedRms = 0.0;            ///< of the error, in units of the noise
  double foundRms = 0.0;
  double deviationRatio = 0.0;          ///< predicted over found
  double deviationError = 0.0;          ///< standard error of that, likewise
  double beyondNoise = 0.0;             ///< share of the predicted variance that is the samples' own, not the noise's
  std::vector<double> coverageOfGroups; ///< coverage90 by coil (view, pattern); not-a-number where none
};

/** seed: of the noise of the predictions. */
HeldOutAudit AuditHeldOut(const HeldOutPrediction & prediction, std::int64_t folds, std::int64_t seed = 1);
} // namespace tweedie

#endif
