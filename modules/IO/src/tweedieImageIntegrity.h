// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageIntegrity_h
#define tweedieImageIntegrity_h

#include "tweedieVolume.h"

#include <string>

namespace tweedie
{
// What the readers of ITK 5.2 do: a NIfTI or MetaImage file that ends too early is filled up with whatever memory
// held, a damaged compressed stream is not noticed, NaN in NIfTI becomes 0, of complex NIfTI only the first half of the
// numbers is scaled, and an intercept is added where slope 0 says there is none. So files are looked at before ITK is
// asked, and the voxels of NIfTI are read here; geometry is ITK's.

/** Throws DataError unless the file is a NIfTI-1 one, compressed or not, that holds all its voxels and, if compressed,
 * has the checksum it states. */
void RequireWholeNifti(const std::string & path);

/** The same for MetaImage with data in the same file (others: the header alone). */
void RequireWholeMeta(const std::string & path);

/** The same for PNG: every part whole and with the checksum that it states, up to the last. */
void RequireWholePng(const std::string & path);

/** The voxels of a whole NIfTI file: the spatial size is the grid's, the further axes are channels.
 *
 *    value = slope * stored + intercept,  or the stored value where slope is 0
 *
 * for both parts of a complex number alike (nifti1.h). Throws DataError for colours and 128-bit numbers. */
Volume ReadNiftiVoxels(const std::string & path, const Grid & grid);
} // namespace tweedie

#endif
