// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseReport_h
#define tweediePhaseReport_h

#include "tweediePhaseSuiteSettings.h"
#include "tweedieSuiteProtocol.h"

#include <vector>

namespace tweedie
{
/** Of the highest mean PSNR, with or without TV; with a prior, but for the ceiling. Null where none was run. */
const SuiteMethod * BestClassicalPhase(const SuiteOutcome & outcome);
const SuiteMethod * BestPosteriorPhase(const SuiteOutcome & outcome);

/** The first method that has samples; null where none was run. */
const SuiteMethod * SamplesOf(const SuiteOutcome & outcome);

/** A row per method of each configuration. */
ReportTable PhaseTable(const std::vector<SuiteOutcome> & outcomes);

/** Of what was run. */
std::vector<SuiteRequirement> PhaseRequirements(const SuiteOutcome & outcome, const PhaseConfiguration & configuration);

/** A row of pictures per configuration, of the middle slice of seed 1, from the images in folder: pattern, truth, best
 * classical, best posterior mean, and of the samples standard deviation and error. Also as phase.png in folder. */
void ShowPhaseResults(const std::vector<SuiteOutcome> & outcomes, const std::string & folder, ReportDocument & page);
} // namespace tweedie

#endif
