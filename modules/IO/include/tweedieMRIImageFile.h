// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIImageFile_h
#define tweedieMRIImageFile_h

#include "tweedieVolume.h"

#include <ostream>
#include <string>

namespace tweedie
{
/** Images of ISMRMRD (Inati et al. 2017), one a slice, with their geometry:
 *
 *    position = origin + D S (floor(N_x / 2), floor(N_y / 2), z),   read_dir, phase_dir, slice_dir = columns of D
 *
 * D the axes, S the spacing of the grid. Complex volumes are complex images, real ones magnitudes, or real images where
 * a value is negative; channels are those of the images. Geometry is kept in float32. */

/** Writes group dataset / image_0 / header, data, attributes of an HDF5 file, to a path that WriteAtomically gave.
 * header: the XML header of the raw data, which becomes dataset / xml; empty: none. Throws DataError for a full disk,
 * or more pixels along an axis than 16 bits count. */
void WriteMRIImage(const std::string & path, const Volume & volume, const std::string & header);

/** Reads dataset / image_0, or the only images that there are, in a child process. Slices are put in order along
 * slice_dir; directions of length zero become those of the patient, and slices that claim to be at one place touch each
 * other. Throws DataError for a file that is damaged or of another kind, images that are no slices of one volume, or
 * slices in uneven steps. */
Volume ReadMRIImage(const std::string & path);

/** Whether a path is that of an HDF5 file with such images, and without raw data. */
bool IsMRIImageFile(const std::string & path);

/** Writes the images as ISMRMRD's tools send them through pipes: header (3, where it is not empty), images (1022), end
 * (4). Throws DataError where the stream does not take them. */
void WriteMRIImageStream(std::ostream & stream, const Volume & volume, const std::string & header);
} // namespace tweedie

#endif
