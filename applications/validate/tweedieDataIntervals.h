// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataIntervals_h
#define tweedieDataIntervals_h

#include "tweedieDataValidation.h"
#include "tweedieIntervals.h"
#include "tweedieStudyInput.h"

#include <optional>
#include <vector>

namespace tweedie
{
/** Intervals of a validation on its own data. */
struct DataIntervals
{
  Intervals intervals;
  std::vector<RegionEstimate> regions; ///< in units of the study; none: no labels
  std::optional<ComparedRegions> classical;
  double factor = 1.0; ///< image = number of the study * factor + offset
  double offset = 0.0;
};

/** Reads labels and records, which are held against the scan and how it is reconstructed. Throws as ReadIntervals. */
DataIntervals ReadDataIntervals(const StudyInput & study, const IntervalOptions & options, std::int64_t samples);

/** The regions of the result, and of the classical method with fresh noise where there is one. */
void EstimateDataRegions(const StudyInput & study,
                         const DataValidationOptions & options,
                         const DataValidation & result,
                         DataIntervals & intervals);
} // namespace tweedie

#endif
