// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationFile_h
#define tweedieRestorationFile_h

#include "tweedieRestorationMeasurement.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Whether a description lies beside a degraded image: for blurred.nii.gz, blurred.json. */
bool HasRestorationDescription(const std::string & path);

/** Reads a degraded image and its description (task and its numbers, noise, scale, geometry of the image to restore,
 * names of the mask's and the kernel's file; schema in the README of this module). Throws DataError for missing,
 * truncated, foreign, inconsistent or non-finite files. */
RestorationMeasurement ReadRestoration(const std::string & path);

/** Writes path, its description, and path_mask and path_kernel with the same extension where there are any. */
void WriteRestoration(const std::string & path, const RestorationMeasurement & measurement);

/** The files WriteRestoration may make. */
std::vector<std::string> RestorationFiles(const std::string & path);
} // namespace tweedie

#endif
