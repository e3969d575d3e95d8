// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStudyRun_h
#define tweedieStudyRun_h

#include "tweedieEstimator.h"
#include "tweediePosteriorOptions.h"
#include "tweedieScanStudy.h"

#include <cmath>

namespace tweedie
{
/** The options of a study as those of one of its runs. */
template <typename TOptions>
TOptions
OptionsOf(TOptions options, const StudyRun & run)
{
  const auto levels = [&run](std::int64_t steps)
  { return static_cast<std::int64_t>(std::llround(static_cast<double>(steps) * run.stepsFactor)); };
  options.samples = run.samples;
  options.seed = run.seed;
  options.keepSamples = true;
  options.checkpoint.clear();
  options.steps = levels(options.steps);
  options.sampleSteps = levels(options.sampleSteps);
  return options;
}
} // namespace tweedie

#endif
