// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomSeries_h
#define tweedieDicomSeries_h

#include "tweedieOptions.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** One slice of a series: a file, or one frame of a multi-frame file. */
struct DicomFrame
{
  std::string path;
  std::int64_t frame = 0;  ///< counted from 0
  std::string classUid;    ///< SOP class
  std::string instanceUid; ///< SOP instance
  bool isFilled = false;   ///< made of its neighbours, where --fill-missing allowed it; the path is the one before
};

/** An attribute as text, several values with backslashes between. */
struct DicomAttribute
{
  std::uint16_t group = 0;
  std::uint16_t element = 0;
  std::string text;
};

/** The images of one series that make a volume together, in the order of its slices along the normal n:
 *
 *    p = origin + spacing_x i_x row + spacing_y i_y column + spacing_z i_z n,   n = row x column
 *
 * (DICOM PS3.3 C.7.6.2.1.1), p in LPS and mm. Nothing of it names the patient. */
struct DicomSeries
{
  std::string modality; ///< CT, MR, ...
  std::string description;
  std::string studyUid;
  std::string seriesUid;
  std::string frameOfReferenceUid;
  std::string units; ///< "HU" of CT, else empty
  Grid grid;
  bool isComplex = false; ///< frames are the magnitudes or real parts, partners the phases or imaginary parts
  bool isPolar = false;   ///< of a complex one: magnitude and phase
  bool isLossy = false;   ///< pixels were compressed with loss at some time
  std::vector<DicomFrame> frames;
  std::vector<DicomFrame> partners; ///< as many as frames where the series is complex
  std::vector<std::string> warnings;
  /** Of raw data (tweedieDicomRawSource.h), which have no frames: what their header says. These may name the patient.
   */
  std::vector<DicomAttribute> attributes;
};

/** Which series of a folder is read, and what may be done about one that is not whole. */
struct DicomReadOptions
{
  std::string series;
  bool fillMissing = false;
  bool resampleTilt = false;

  void Visit(OptionVisitor & v);
};

/** All groups of images in a folder that could be read as a volume, and what is wrong with each. */
struct DicomListing
{
  struct Entry
  {
    DicomSeries series;
    std::vector<std::string> problems; ///< each with the option that would allow going on, where there is one
  };
  std::vector<Entry> entries; ///< in the order of series numbers
  std::int64_t files = 0;
  std::int64_t otherDicom = 0;         ///< DICOM files without pixels: reports, DICOMDIR
  std::int64_t foreign = 0;            ///< files that are no DICOM
  std::vector<std::string> unreadable; ///< one line each
};

/** Looks at all files below a folder, or at one file. Throws DataError where there is none. */
DicomListing ListDicom(const std::string & path);

/** The series of a folder that the options select. Throws DataError, naming instances and the option that would allow
 * going on: none, several without options.series, a slice missing or twice, slices that are sheared or turned, spacing
 * of 0, axes that are not orthonormal (beyond 1e-4), pixel data beyond the end of the file. */
DicomSeries SelectDicomSeries(const std::string & path, const DicomReadOptions & options = {});

/** The pixels in the units of the series, slope and intercept (or the modality LUT) of every frame applied: HU of CT.
 * Padding is the lowest value that is none. Decoding happens in a child process whose memory, time and files are
 * limited; its crash is a DataError. At most 1.2 volumes of memory. */
Volume ReadDicomVolume(const DicomSeries & series);

/** Whether a path is read as DICOM: a folder, or a file that begins as one. */
bool IsDicomPath(const std::string & path);
} // namespace tweedie

#endif
