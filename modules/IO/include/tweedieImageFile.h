// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageFile_h
#define tweedieImageFile_h

#include "tweedieVolume.h"

#include <string>

namespace tweedie
{
/** Reads an image: NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd), NRRD (.nrrd, .nhdr), images of ISMRMRD
 * (.h5, .mrd; tweedieMRIImageFile.h), PNG, BART (.cfl, or no extension), or a DICOM file or folder of one series
 * (tweedieDicomSeries.h).
 *
 * Any real or complex pixel type becomes float32 or complex64; slope and intercept of NIfTI are applied. The fourth
 * axis, or the components of a vector image, become channels; a plane becomes a volume of one slice. Colours (of PNG,
 * MetaImage, NRRD) are the channels red, green, blue, 0 to 255 or 65535 as stored; a constant opacity is dropped. A
 * file with an image of four axes has channels there; its spacing and origin along that axis are dropped. BART and PNG
 * files have no geometry: unit spacing. Throws DataError for a file that is missing, truncated, of another format or
 * not finite, and for transparency that varies. */
Volume ReadImage(const std::string & path);

/** Writes an image whole or not at all; the extension selects the format as in ReadImage (.mhd and .nhdr, which are
 * two files, are read only). Real volumes become float, complex ones complex float; several channels become a fourth
 * axis. NIfTI keeps geometry in float32 and knows no left-handed sheared axes. PNG keeps one slice, real, of one
 * channel or three, in whole numbers: values are rounded, and clipped to 0..255, or to 0..65535 where one rounds to
 * more than 255; geometry is lost. header: the XML header of raw data, which ISMRMRD files alone keep. Throws
 * UsageError for another extension, or a folder that cannot be written; DataError for a full disk, and for what PNG
 * cannot keep. */
void WriteImage(const std::string & path, const Volume & volume, const std::string & header = {});

/** Throws UsageError unless WriteImage knows the extension and could create all files of the path now; with overwrite
 * they may exist already. PNG, which keeps so little, only where pictures are allowed. Called before long work. */
void RequireWritableImage(const std::string & path, bool overwrite, bool pictures = false);

/** Whether a path ends in what looks like a file's extension, known or not: a dot and a letter. */
bool HasExtension(const std::string & path);

/** Whether the extension is that of a picture, PNG. */
bool IsPicturePath(const std::string & path);

/** Throws DataError where the path is that of a picture and such a volume is none. Called before long work. */
void RequirePicture(const std::string & path, const Grid & grid, std::int64_t channels, bool isComplex);
} // namespace tweedie

#endif
