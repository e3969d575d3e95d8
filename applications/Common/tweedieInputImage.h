// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInputImage_h
#define tweedieInputImage_h

#include "tweedieDicomSeries.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The image of a file, or of the DICOM series that the options select; what is odd about a series is warned of. Throws
 * as ReadImage and SelectDicomSeries. */
Volume ReadInputImage(const std::string & path, const DicomReadOptions & options);

/** The central part of every slice, size being {x, y} in pixels of --size; all of it where size is empty. Throws
 * UsageError for other numbers. */
Volume WindowOf(const Volume & slices, const std::vector<double> & size);
} // namespace tweedie

#endif
