// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneTrial_h
#define tweedieTuneTrial_h

#include "tweedieTuneLog.h"
#include "tweedieTuneTarget.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Runs a trial: number 0 with the settings as they stand, number k with those of DrawSettings(seed, k). Where the
 * reconstruction fails numerically, or refuses drawn settings, it is a failed trial. Throws UsageError for trial 0,
 * DataError, and Aborted when progress returns false. */
TuneTrial
RunTrial(const TuneTarget & target, std::int64_t seed, std::int64_t number, const ProgressCallback & progress);

/** What the objective makes of a trial: smaller is better; infinite for a failed one. */
double Loss(const TuneTrial & trial, const std::string & objective);

/** "27.31 dB" */
std::string ObjectiveText(const TuneTrial & trial, const std::string & objective);

/** The best trial, the first of equals. Throws NumericalError where none has the objective. */
const TuneTrial & BestTrial(const std::vector<TuneTrial> & trials, const std::string & objective);
} // namespace tweedie

#endif
