// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePosteriorOptions_h
#define tweediePosteriorOptions_h

#include "tweedieEstimatorOptions.h"

#include <optional>
#include <string>

namespace tweedie
{
/** What every reconstruction under a learned prior can be told, whatever was measured; shared by programs and filters.
 */
struct PosteriorOptions : EstimatorOptions
{
  /** At high noise levels the inner problem is badly conditioned and its solution soon forgotten: iterations beyond
   * these change no decibel by 0.05. */
  PosteriorOptions()
  {
    innerTolerance = 1e-4;
    innerIterations = 30;
  }

  std::string prior;              ///< path of a model file
  std::optional<double> noise;    ///< overrides that of the measurement
  bool nullSpace = false;         ///< tell what share of the samples' variance a linear model does not see
  std::int64_t maximumMemory = 0; ///< megabytes of the batches, beside data and results; 0: as batch says
  std::int64_t threads = 0;       ///< 0: as they are set
  std::string device = "cpu";
  /** direct: by the operator's decomposition where it offers one; iterative: conjugate gradients */
  std::string innerSolver = "direct";
  std::string precision = "auto"; ///< of the prior's inner layers: a row of IsBrainFloat

  void Visit(OptionVisitor & v);
};
} // namespace tweedie

#endif
