// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCompareInput_h
#define tweedieCompareInput_h

#include "tweedieCompareOptions.h"
#include "tweedieComparison.h"
#include "tweedieReport.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Reads the images with the records beside them. Throws UsageError for lists that do not fit each other, DataError for
 * files that cannot be read. */
ComparisonInput ReadComparison(const CompareFiles & files, const CompareTexts & texts);

/** Which image each standard deviation belongs to: one per image in order, or as many as there are images whose record
 * says that they have one, else the last images. Throws UsageError where that is not possible.
 *
 * hasDeviation: per image, whether its record says so. Returns an index into the images per standard deviation. */
std::vector<std::size_t> AssignDeviations(std::size_t deviations, const std::vector<bool> & hasDeviation);
} // namespace tweedie

#endif
