// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePapersReport_h
#define tweediePapersReport_h

#include "tweediePapersMethods.h"
#include "tweediePapersTasks.h"
#include "tweedieReportTable.h"
#include "tweedieSuiteScore.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Everything known of one task. */
struct PapersOutcome
{
  PapersTaskRow task;
  std::vector<PapersMethod> methods;
  std::map<std::string, SuiteScore> scores; ///< by the method's name
  std::int64_t images = 0;
  std::string png; ///< of PapersPicture
};

struct PapersProvenance
{
  std::string statement; ///< what the data are and how the methods were run
  std::vector<std::pair<std::string, std::string>> facts;
  std::string featureMeaning;
};

/** One row per method: one column of PapersTable on each task; key: "psnr". */
ReportTable PapersOverview(const std::vector<PapersOutcome> & outcomes, const std::string & key);

/** One row per method of a task. */
ReportTable PapersTable(const PapersOutcome & outcome);

/** The rows of all tasks, for programs: "task" before the columns of PapersTable. */
ReportTable PapersRows(const std::vector<PapersOutcome> & outcomes);

/** The middle slice of the truth, of the data where they are an image, and of every method's mean. */
std::string PapersPicture(const PapersTask & task, const PapersOutcome & outcome, const std::string & folder);

/** table.csv, table.json, table.md and report.html in folder. */
void WritePapersReport(const std::string & folder,
                       const std::vector<PapersOutcome> & outcomes,
                       const PapersProvenance & provenance);
} // namespace tweedie

#endif
