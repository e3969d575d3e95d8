// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionReport_h
#define tweedieLesionReport_h

#include "tweedieCommandLine.h"
#include "tweedieLesionTest.h"
#include "tweedieReportTable.h"
#include "tweedieStudyInput.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The files that WriteLesionReport makes. */
std::vector<std::string> LesionReportFiles(const std::string & folder);

/** Report, its twins, and the tables, in a folder. */
void WriteLesionReport(const std::string & folder,
                       const StudyInput & input,
                       const LesionOptions & options,
                       const LesionResult & result,
                       const CommandLine & line);

/** A row a size, contrast, undersampling and method; contrasts in units of the image. */
ReportTable LesionTable(const LesionResult & result, const StudyInput & input);

/** A row an insert and method. */
ReportTable InsertTable(const LesionResult & result, const StudyInput & input);

/** The table and a line a check, for the terminal. */
std::string LesionText(const LesionResult & result, const StudyInput & input);
} // namespace tweedie

#endif
