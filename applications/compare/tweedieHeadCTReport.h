// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHeadCTReport_h
#define tweedieHeadCTReport_h

#include "tweedieSuiteProtocol.h"

#include <vector>

namespace tweedie
{
/** Two rows per configuration: PSNR and gains over TV of the whole slice, then the same in the head with what the
 * standard deviations are worth there. methods: all that any configuration has. */
ReportTable HeadCTTable(const std::vector<SuiteMethod> & methods, const std::vector<SuiteOutcome> & outcomes);

/** isLimited: whole directions were not measured. */
std::vector<SuiteRequirement> HeadCTRequirements(const SuiteOutcome & outcome, bool isLimited);
} // namespace tweedie

#endif
