// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomQuantize_h
#define tweedieDicomQuantize_h

#include "tweedieDicomWriter.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace tweedie
{
/** value = slope * stored + intercept; both are what their decimal texts in the file say. */
struct DicomScale
{
  double slope = 1.0;
  double intercept = 0.0;
};

/** The scale that values asks for; isHounsfield: the defaults are those of a CT image. Throws UsageError for a slope
 * that is negative or not finite. */
DicomScale ChooseScale(const Volume & volume, const DicomValues & values, bool isHounsfield);

/** One slice in 16 bits; record: its errors and clamped values are added. */
std::vector<std::uint16_t>
QuantizeSlice(const Volume & volume, std::int64_t slice, const DicomScale & scale, DicomSeriesRecord & record);

/** Stored values between which 99 % of all lie, for a window. */
std::pair<double, double> ShownRange(const Volume & volume);
} // namespace tweedie

#endif
