// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportContents_h
#define tweedieReportContents_h

#include "tweedieReport.h"
#include "tweedieReportFigures.h"
#include "tweedieReportPage.h"

namespace tweedie
{
/** All that a report of a comparison says, in the order in which it says it. */
void FillReport(const ComparisonInput & input,
                const Comparison & comparison,
                const ComparisonReportOptions & options,
                const ComparisonFigures & figures,
                ReportDocument & page);

/** How an image came about, as far as it is known. */
ReportDocument::Facts EntryFacts(const ComparisonEntry & entry);

/** Of every page: program and version. */
std::string PageFooter();

/** What must stand beside every standard deviation. */
void AddLimits(ReportDocument & page);
} // namespace tweedie

#endif
