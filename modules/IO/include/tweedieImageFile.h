// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageFile_h
#define tweedieImageFile_h

#include "tweedieVolume.h"

#include <string>

namespace tweedie
{
/** Reads an image: NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd), NRRD (.nrrd, .nhdr) or BART (.cfl, or no extension).
 *
 * Any real or complex pixel type becomes float32 or complex64; slope and intercept of NIfTI are applied. The fourth
 * axis, or the components of a vector image, become channels; a plane becomes a volume of one slice. A file with an
 * image of four axes has channels there; its spacing and origin along that axis are dropped. BART files have no
 * geometry: unit spacing. Throws DataError for a file that is missing, truncated, of another format or not finite. */
Volume ReadImage(const std::string & path);

/** Writes an image whole or not at all; the extension selects the format as in ReadImage (.mhd and .nhdr, which are
 * two files, are read only). Real volumes become float, complex ones complex float; several channels become a fourth
 * axis. NIfTI keeps geometry in float32 and knows no left-handed sheared axes. Throws UsageError for another
 * extension, or a folder that cannot be written; DataError for a full disk. */
void WriteImage(const std::string & path, const Volume & volume);

/** Throws UsageError unless WriteImage knows the extension and could create all files of the path now; with overwrite
 * they may exist already. Called before long work. */
void RequireWritableImage(const std::string & path, bool overwrite);
} // namespace tweedie

#endif
