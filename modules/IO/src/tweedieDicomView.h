// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomView_h
#define tweedieDicomView_h

#include "tweedieCTGeometry.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tweedie
{
/** A detector of the DICOM-CT-PD format, lengths in mm. Columns and rows are counted from 1: with the detector below
 * and the table's foot before the gantry, column 1 is on the left and row 1 is the farthest. */
struct DicomDetector
{
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  double transverse = 0.0; ///< width of a column on the detector
  double axial = 0.0;      ///< height of a row
  double distance = 0.0;   ///< from the focal centre to the central element; of a bent detector its radius
  double centralColumn = 0.0;
  double centralRow = 0.0;
  bool isBent = false;
};

/** A place in the format's cylinder coordinates, or a shift of one: mm and radians. */
struct DicomPlace
{
  double radius = 0.0;
  double angle = 0.0;
  double height = 0.0;
};

/** What one file of the format says of its view. */
struct DicomView
{
  std::string path;
  std::string series;
  std::int64_t instance = 0;
  std::int64_t spectrum = 0;
  std::int64_t tube = 0;
  bool isAxial = false; ///< turns at heights that may differ, not a helix
  DicomDetector detector;
  DicomPlace focalCentre;
  DicomPlace sourceShift;
  bool isTransposed = false; ///< a stored row is a column of the detector
  bool isSquare = false;     ///< so that isTransposed cannot be told
  double slope = 1.0;
  double intercept = 0.0;
  bool saysLogarithm = false;
  std::string patientPosition;
  std::optional<double> muWater;
  std::optional<double> photons; ///< mean over columns
  double fewestPhotons = 0.0;
  double mostPhotons = 0.0;
};

/** Reads all but the pixels. Throws DataError for what is no projection, a required tag that is missing (named),
 * numbers out of range, and what is not supported: spherical detectors, several frames, data that are no line
 * integrals. */
DicomView ReadDicomView(const std::string & path);

/** Reads the line integrals of a view, [row][column] with row 0 the last one of the file: v grows with the index. */
void ReadDicomPixels(const DicomView & view, float * lineIntegrals);

/** Focal spot and detector in the scanner's fixed system; the central element is at u = v = 0. */
CTView ViewOf(const DicomView & view);

/** The pixels, as seen by ViewOf. */
CTDetector DetectorOf(const DicomDetector & detector);
} // namespace tweedie

#endif
