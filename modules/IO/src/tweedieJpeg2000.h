// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJpeg2000_h
#define tweedieJpeg2000_h

#include "tweedieDicomImage.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** All frames of a DICOM file whose pixels are JPEG 2000, by GDCM. The format becomes that of the decoded words: code
 * streams may contradict the header, and it is they that hold the numbers. Throws DataError. */
std::vector<std::uint8_t> DecodeJpeg2000(const std::string & path, DicomPixelFormat & format);
} // namespace tweedie

#endif
