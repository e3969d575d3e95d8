// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomEstimate_h
#define tweedieDicomEstimate_h

#include "tweedieDicomResult.h"
#include "tweedieEstimateReport.h"

#include <functional>
#include <string>

namespace tweedie
{
/** Writes an estimate as WriteDicomResult does, its report as report.dcm and report.html; nullSpaceShare may be
 * empty. Where
 * options.provenance.deterministicUids is set the report has no date. Errors as of WriteDicomResult. */
DicomResultRecord
WriteDicomEstimate(const std::string & folder,
                   const EstimateReport & report,
                   const Volume & nullSpaceShare,
                   const DicomSeries & source,
                   const DicomWriteOptions & options,
                   const std::function<void(const std::string & folder, const DicomResultRecord &)> & finish = {});

/** A summary as it is told to others: no folders, whose names may name the patient, nor what the machine is like; where
 * the same run is to give the same bytes, no times. WriteDicomEstimate tells its report's so. */
Summary ToldSummary(Summary summary, bool isDeterministic);

/** Of a report that is written now, in UTC: YYYYMMDDhhmmss. */
std::string ReportDate();
} // namespace tweedie

#endif
