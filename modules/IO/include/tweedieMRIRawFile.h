// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIRawFile_h
#define tweedieMRIRawFile_h

#include "tweedieMRIRaw.h"

#include <istream>
#include <string>

namespace tweedie
{
/** Reads an ISMRMRD file (HDF5; group with xml and data), in a child process. dataset: the group; empty: "dataset", or
 * the only one that there is. Throws DataError for files that are cut short, damaged or of another kind, and where
 * sizes contradict each other. A file of fastMRI (kspace and ismrmrd_header) is read as its lines that are not zero. */
MRIRaw ReadMRIRaw(const std::string & path, const std::string & dataset = "");

/** Reads what ISMRMRD's tools send through pipes: messages of a header (3) and acquisitions (1008) up to the end (4);
 * texts, configurations and waveforms are passed over. name: for messages. */
MRIRaw ReadMRIRawStream(std::istream & stream, const std::string & name);

/** Whether the extension is one of raw data in HDF5: .h5, .hdf5, .mrd ... */
bool IsMRIRawPath(const std::string & path);

/** Whether a path is that of an HDF5 file with a group that has ISMRMRD's data sets xml and data, or one of fastMRI. */
bool IsMRIRawFile(const std::string & path);
} // namespace tweedie

#endif
