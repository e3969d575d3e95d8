// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInputImage_h
#define tweedieInputImage_h

#include "tweedieDicomSeries.h"

#include <string>

namespace tweedie
{
/** The image of a file, or of the DICOM series that the options select; what is odd about a series is warned of. Throws
 * as ReadImage and SelectDicomSeries. */
Volume ReadInputImage(const std::string & path, const DicomReadOptions & options);
} // namespace tweedie

#endif
