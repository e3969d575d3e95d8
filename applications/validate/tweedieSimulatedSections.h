// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedSections_h
#define tweedieSimulatedSections_h

#include "tweedieSimulatedRun.h"
#include "tweedieValidationReport.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What the report shows. folder: with images of the first case. All arguments must outlive what is returned. */
std::vector<ValidationSection> SimulatedSections(const SimulatedKind & kind,
                                                 const SimulatedPlan & plan,
                                                 const std::vector<MethodCases> & results,
                                                 const std::string & folder);
} // namespace tweedie

#endif
