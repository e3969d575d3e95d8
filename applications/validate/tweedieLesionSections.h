// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionSections_h
#define tweedieLesionSections_h

#include "tweedieLesionReport.h"
#include "tweedieValidationReport.h"

namespace tweedie
{
/** The evidence of a lesion test: table, curves, the worst and the best case. What is given must outlive it. */
ValidationSection LesionSection(const LesionResult & result, const LesionOptions & options, const StudyInput & input);
} // namespace tweedie

#endif
