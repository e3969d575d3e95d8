// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataValidationReport_h
#define tweedieDataValidationReport_h

#include "tweedieCommandLine.h"
#include "tweedieDataIntervals.h"
#include "tweedieDataValidation.h"
#include "tweedieStudyInput.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The files that WriteDataValidation makes. */
std::vector<std::string> DataValidationFiles(const std::string & folder, bool hasIntervals);

/** Report, its twins, and the images that it shows, in a folder. */
void WriteDataValidation(const std::string & folder,
                         const StudyInput & input,
                         const DataValidationOptions & options,
                         const DataValidation & result,
                         const DataIntervals & intervals,
                         const CommandLine & line);

/** A line a check, for the terminal. */
std::string DataValidationText(const DataValidation & result);
} // namespace tweedie

#endif
