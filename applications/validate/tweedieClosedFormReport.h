// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormReport_h
#define tweedieClosedFormReport_h

#include "tweedieClosedFormRun.h"
#include "tweedieJensenGap.h"
#include "tweedieReportTable.h"

#include <string>
#include <vector>

namespace tweedie
{
/** All figures, a row for each method on each problem; first the rows "exact", which are the floor. */
ReportTable AllFigures(const ClosedFormOutcome & outcome);

/** The methods on one setting, for people; first the row of exact draws. */
ReportTable FiguresOf(const ClosedFormOutcome & outcome, std::size_t setting);

/** A row per method, a column per problem: distance from exact draws over that of other exact draws. */
ReportTable DistanceTable(const ClosedFormOutcome & outcome);

/** Error of the mean in posterior deviations and variance over the exact one, as text "0.02 / 1.00". */
ReportTable BiasTable(const ClosedFormOutcome & outcome);

/** Where the distance comes from: floor, the integrator alone (exact conditional score), the nearest of the methods
 * that approximate the likelihood, and the same with a learned prior. */
ReportTable BudgetTable(const ClosedFormOutcome & outcome);

ReportTable JensenTable(const std::vector<JensenGap> & gaps);

/** "method, problem: why it did not run", and how the references were made. */
std::vector<std::string> ClosedFormNotes(const ClosedFormOutcome & outcome);

/** What the columns are, in plain words. */
std::string ClosedFormExplanation(const ClosedFormCounts & counts);
} // namespace tweedie

#endif
