// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomRawSource_h
#define tweedieDicomRawSource_h

#include "tweedieDicomSeries.h"
#include "tweedieMRIRaw.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** SHA-256 of a raw file's header, places, counters and samples, lower-case hexadecimal. */
std::string DigestOf(const MRIRaw & raw);

/** Raw data as the source of DICOM objects, without images: what the XML header of ISMRMRD says of patient, study,
 * scanner and sequence, its first values, the echo time that of a contrast. UIDs of study and frame of reference are
 * the header's, else derived from digest (of the data), so that all that is made of one file goes together. The grid is
 * left to the caller. Throws DataError for an encoding that is not there. */
DicomSeries
DicomSeriesOfRaw(const MRIRaw & raw, const std::string & digest, std::int64_t encoding, std::int64_t contrast);
} // namespace tweedie

#endif
