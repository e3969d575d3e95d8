// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomHeader_h
#define tweedieDicomHeader_h

#include "tweedieDicomImage.h"

class DcmFileFormat;

namespace tweedie
{
/** Parses a DICOM file, large values left on the disk. Throws DataError for one that is damaged or cut short. */
void LoadDicom(const std::string & path, DcmFileFormat & file);

/** All frames of a loaded file, classic or with functional groups (PS3.3 C.7.6.16). */
DicomHeader HeaderOf(const std::string & path, DcmFileFormat & file);
} // namespace tweedie

#endif
