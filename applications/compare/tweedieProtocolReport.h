// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProtocolReport_h
#define tweedieProtocolReport_h

#include "tweedieSuiteProtocol.h"

#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
struct ProtocolProvenance
{
  std::string statement; ///< what the data are
  std::vector<std::pair<std::string, std::string>> facts;
};

/** table.csv, table.json, table.md and report.html in folder: the table of the protocol, its requirements with what
 * came out and whether they are reached, and PSNR slice by slice. */
void WriteProtocolReport(const std::string & folder,
                         const SuiteProtocol & protocol,
                         const std::vector<SuiteOutcome> & outcomes,
                         const ProtocolProvenance & provenance);
} // namespace tweedie

#endif
