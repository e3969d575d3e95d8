// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomProjections_h
#define tweedieDicomProjections_h

#include "tweedieCTScan.h"

#include <string>

namespace tweedie
{
/** Reads CT projections in the DICOM-CT-PD format (Chen et al., Medical Physics 42 (2015) 6964; private tags in Moen et
 * al., Medical Physics 48 (2021) 902, table IV): a folder of DICOM files, one a view, with their geometry in private
 * tags. The scan is line integrals, p = slope * stored + intercept, on a flat detector or one that is bent about its
 * focal centre (rho, phi, z), the place where a focal spot that does not fly is:
 *
 *    source   rho + drho, phi + dphi, z + dz         x = -rho sin(phi), y = rho cos(phi), z
 *    element  (i - i0) width / d0 about the focal centre (flat: i - i0 widths), z + (j0 - j) height
 *
 * x to the right, y up, z from the table's foot into the gantry, as seen from that foot: the axes x, z, y of CTView.
 * Gantry angle: -phi. z is kept as it stands, so that a helix lies where the file says. One row at one height is a fan,
 * all else a cone.
 *
 * Views are ordered by their instance numbers, in equal steps; between them the angle must step evenly, but for axial
 * scans from one height to another. Photons: the mean of the statistics over columns and views. Files that are no DICOM
 * are left out, with a warning. Patients' data are not read.
 *
 * Tested on synthetic series only, in the storing order of the published files (a stored row is a column of the
 * detector) and the one of the format's manual. A patient who does not lie head first and face up is warned of: the
 * image's axes do not follow.
 *
 * Throws DataError, naming the file: views missing or twice, of several series, spectra, tubes or detectors; a required
 * tag missing; other DICOM images; files cut short, compressed or big endian; several frames; numbers that are not
 * finite or out of range; spherical detectors and intensities (LogFlag NO), which are not supported. */
CTScan ReadDicomProjections(const std::string & folder);

/** Whether the first DICOM file of a folder has the private tags of projections. False where there is none. */
bool HasDicomProjections(const std::string & folder);
} // namespace tweedie

#endif
