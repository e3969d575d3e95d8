// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomImage_h
#define tweedieDicomImage_h

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How the numbers of a frame are stored. */
struct DicomPixelFormat
{
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t frames = 1;
  std::int64_t bitsAllocated = 0;
  std::int64_t bitsStored = 0;
  std::int64_t highBit = 0;
  bool isSigned = false;
  bool isFloat = false;                     ///< Float or Double Float Pixel Data
  std::optional<std::int64_t> padding;      ///< stored values that are no measurement: from here
  std::optional<std::int64_t> paddingLimit; ///< to here, in either order
};

/** What a DICOM file says of one of its frames. Texts are printable. */
struct DicomImage
{
  std::string path;
  std::int64_t frame = 0;

  std::string classUid, instanceUid, studyUid, seriesUid, frameUid;
  std::string modality, description, imageType, stack;
  std::string rescaleType; ///< what the values are, HU above all; empty: not said
  std::string part;        ///< M, P, R or I of a complex image; else empty
  std::int64_t seriesNumber = 0, instanceNumber = 0, acquisition = 0, temporal = 0;
  double echo = 0.0, bValue = 0.0, thickness = 0.0;

  bool hasPlace = false; ///< position, orientation and spacing are there
  std::array<double, 3> position{};
  std::array<double, 6> orientation{}; ///< along a row, along a column
  std::array<double, 2> spacing{};     ///< between rows, between columns

  std::array<double, 2> acquired{}; ///< MR: samples the scanner took across rows, across columns; 0: not said

  DicomPixelFormat pixels;
  double slope = 1.0, intercept = 0.0;
  bool hasTable = false; ///< a modality LUT instead of slope and intercept
  bool isLossy = false;
  bool isInverted = false; ///< MONOCHROME1
  std::string problem;     ///< why its pixels cannot be read; empty where they can
};

/** What a file holds for us. */
struct DicomHeader
{
  bool hasPixels = false; ///< else a report, a directory, ...
  std::vector<DicomImage> images;
};

/** For the pipe between processes. */
std::string ToMessage(const DicomHeader & header);
DicomHeader HeaderFromMessage(const std::string & message);
} // namespace tweedie

#endif
