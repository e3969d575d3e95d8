// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomInstances_h
#define tweedieDicomInstances_h

#include "tweedieDicomRequest.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tweedie
{
/** The instances of files, and of all DICOM files below folders, each once, in the order of their names. foreign: files
 * of the folders that are none. Parsed in a child process; throws DataError for one that is not whole. */
DicomInstances FindInstances(const std::vector<std::string> & paths, std::size_t & foreign);
} // namespace tweedie

#endif
