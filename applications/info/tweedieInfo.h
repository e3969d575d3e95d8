// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInfo_h
#define tweedieInfo_h

#include "tweedieDicomSeries.h"
#include "tweediePhaseScanFile.h"

#include <c10/core/Device.h>

#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Name and value. */
using InfoRows = std::vector<std::pair<std::string, std::string>>;

/** One line per row, values in a column. */
std::string InfoText(const InfoRows & rows);

InfoRows ImageInfo(const std::string & path, const DicomReadOptions & dicom);
/** The series of a DICOM folder or file, with what is wrong with each; nothing of the patient. */
InfoRows DicomInfo(const std::string & path);
/** Raw data of an MR scanner; nothing of the patient. */
InfoRows RawInfo(const std::string & path);
InfoRows ScanInfo(const std::string & path);
/** Of a folder of DICOM-CT-PD files; nothing of the patient. */
InfoRows ProjectionInfo(const std::string & folder);

/** Diffraction patterns, with what is missing to reconstruct from them. */
InfoRows PhaseInfo(const std::string & path, const PhaseReadOptions & options);

/** Prints the card of a model and the error of each golden pair. Throws NumericalError when one is too large. */
void PrintModelInfo(const std::string & path, c10::Device device);
} // namespace tweedie

#endif
