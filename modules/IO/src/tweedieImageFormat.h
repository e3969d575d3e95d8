// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageFormat_h
#define tweedieImageFormat_h

#include "tweedieVolume.h"

#include <itkImageIOBase.h>

#include <string>
#include <utility>

namespace tweedie
{
/** A file format that images are read from: the allow-list that replaces ITK's guessing among registered factories.
 * Where makeIO is nullptr, read and write do it without ITK. */
struct ImageFormat
{
  const char * extension;
  const char * name; ///< for people
  itk::ImageIOBase::Pointer (*makeIO)();
  void (*requireWhole)(const std::string & path); ///< throws DataError for a truncated or foreign file
  Volume (*readVoxels)(const std::string & path, const Grid & grid); ///< nullptr: ITK's reader does it
  bool writable;        ///< one file, so that it can appear whole or not at all
  bool picture = false; ///< keeps whole numbers of one slice without a place in space
  Volume (*read)(const std::string & path) = nullptr;
  void (*write)(const std::string & path, const Volume & volume, const std::string & header) = nullptr;
};

/** The row whose extension the path ends with, or nullptr. */
const ImageFormat * FindImageFormat(const std::string & path);

/** Stem and extension; .nii.gz counts as one. */
std::pair<std::string, std::string> SplitExtension(const std::string & path);

/** ".nii, .nii.gz, ..." of the writable rows that keep any volume. */
std::string WritableExtensions();

/** Whether path names a BART array: ending in .cfl or .hdr, or without any extension. */
bool IsBartPath(const std::string & path);

/** The end of the file name from its last dot; empty without one, or where it is no word (v1.5). */
std::string Extension(const std::string & path);
} // namespace tweedie

#endif
