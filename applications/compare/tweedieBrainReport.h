// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBrainReport_h
#define tweedieBrainReport_h

#include "tweedieBrainProtocol.h"
#include "tweedieReportTable.h"
#include "tweedieSuiteScore.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Everything known of one configuration. */
struct BrainOutcome
{
  BrainConfiguration configuration;
  double lambda = 0.0;
  bool isLambdaAtEnd = false;                             ///< the best weight is the first or last one tried
  std::map<std::string, std::vector<SuiteScore>> results; ///< by method, one per seed
};

struct BrainProvenance
{
  std::string statement; ///< what the data are
  std::vector<std::pair<std::string, std::string>> facts;
};

/** One row per configuration: mean PSNR of each method over slices and seeds, RMP over TV with its goal, and how the
 * standard deviation did. */
ReportTable BrainTable(const std::vector<BrainOutcome> & outcomes);

/** One row per requirement: what was asked, what came out, whether it is reached. */
ReportTable BrainRequirements(const std::vector<BrainOutcome> & outcomes);

/** table.csv, table.json, table.md and report.html in folder. */
void WriteBrainReport(const std::string & folder,
                      const std::vector<BrainOutcome> & outcomes,
                      const BrainProvenance & provenance);
} // namespace tweedie

#endif
