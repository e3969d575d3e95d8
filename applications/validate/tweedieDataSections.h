// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataSections_h
#define tweedieDataSections_h

#include "tweedieDataIntervals.h"
#include "tweedieDataValidation.h"
#include "tweedieValidationReport.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What the report shows of the result, in its units. */
struct DataImages
{
  Volume mean;
  Volume deviation;
  Volume classical; ///< empty: none
  Volume classicalDeviation;
  double factor = 1.0; ///< a deviation in these units over that of the validation
  std::string units;
  const DataIntervals * intervals = nullptr;
};

/** The evidence of a validation on its own data. images and result must outlive what is returned. */
std::vector<ValidationSection> DataSections(const DataImages & images, const DataValidation & result);
} // namespace tweedie

#endif
