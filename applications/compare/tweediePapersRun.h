// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePapersRun_h
#define tweediePapersRun_h

#include "tweediePapersMethods.h"
#include "tweediePapersTasks.h"
#include "tweedieSuiteScore.h"

namespace tweedie
{
/** What came out of one method on one task. */
struct PapersResult
{
  SuiteScore score;
  VolumeEstimate estimate; ///< empty where score says why there is none
  bool isFinal = true;     ///< false: the arithmetic failed, which may have been for want of memory
};

/** Runs a method with its tuned settings, where there are some for so many calls, else with its defaults. The bare call
 * of the network is measured just before and after. */
PapersResult RunPapersMethod(const PapersTask & task,
                             const PapersMethod & method,
                             const SuiteOptions & options,
                             const FeatureMaker * features,
                             const ProgressCallback & progress);
} // namespace tweedie

#endif
