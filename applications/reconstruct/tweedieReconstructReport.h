// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructReport_h
#define tweedieReconstructReport_h

#include "tweedieReconstructCommon.h"

#include <string>

namespace tweedie
{
/** Writes the report of a reconstruction, of the kind that its name says. */
void WriteReconstructReport(const std::string & path,
                            const ReconstructFiles & files,
                            const ReconstructSource & source,
                            const VolumeEstimate & estimate,
                            const CommandLine & line);

/** Writes mean, deviation, interval, report and summary as DICOM beside the source's series. */
void WriteDicomEstimate(const ReconstructFiles & files,
                        const ReconstructSource & source,
                        const VolumeEstimate & estimate,
                        const CommandLine & line,
                        bool overwrite);
} // namespace tweedie

#endif
