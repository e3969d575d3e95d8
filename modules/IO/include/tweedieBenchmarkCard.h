// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBenchmarkCard_h
#define tweedieBenchmarkCard_h

#include "tweedieReportPage.h"

#include <string>

namespace tweedie
{
/** A table that was made beforehand and is shown in other reports, with the command that makes it again. */
struct BenchmarkCard
{
  std::string command;
  std::string caption;
  ReportTable table;

  bool
  IsEmpty() const
  {
    return table.rows.empty();
  }
};

/** {"command": ..., "caption": ..., "columns": [{"key", "label", "unit", "decimals"}, ...], "table": what TableJson
 * writes}. */
std::string BenchmarkJson(const BenchmarkCard & card);

/** Reads that back; caption and columns may be missing, keys are the labels then. An empty text is an empty card.
 * Throws DataError for what is no such table. */
BenchmarkCard ReadBenchmark(const std::string & text);

/** Table and command into the section at hand; of an empty card that there is none. */
void AddBenchmark(const BenchmarkCard & card, ReportDocument & page);
} // namespace tweedie

#endif
