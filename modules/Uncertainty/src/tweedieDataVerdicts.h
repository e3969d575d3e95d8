// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataVerdicts_h
#define tweedieDataVerdicts_h

#include "tweedieDataValidation.h"

namespace tweedie
{
/** Fills verdicts and notTested from what was measured. */
void JudgeData(const ScanStudy & study, const DataValidationOptions & options, DataValidation & result);
} // namespace tweedie

#endif
