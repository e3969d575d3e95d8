// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBartFile_h
#define tweedieBartFile_h

#include "tweedieVolume.h"

#include <array>
#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** A BART array: 16 dimensions, the first one fastest: 0 read (x), 1 phase (y), 2 second phase (z), 3 coil, 4 maps,
 * 13 slice; the others are 1 in what Tweedie reads. */
struct BartArray
{
  static constexpr int numberOfDimensions = 16;
  static constexpr int coil = 3;
  static constexpr int maps = 4;
  static constexpr int slice = 13;

  std::array<std::int64_t, numberOfDimensions> dimensions{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  std::vector<std::complex<float>> data;
};

/** The path without .cfl, .hdr or .json at its end: what names the files of an array or scan. */
std::string BartBase(const std::string & path);

/** Reads path.hdr and path.cfl; path may carry either extension. Throws DataError when one is missing, the header is
 * not one, the dimensions are absurd or overflow, or the data are shorter or longer than the header says. */
BartArray ReadBart(const std::string & path);

/** The dimensions alone. Throws as ReadBart does for the header. */
std::array<std::int64_t, BartArray::numberOfDimensions> ReadBartDimensions(const std::string & path);

/** Writes path.hdr and path.cfl, both or none. Throws UsageError for another extension. */
void WriteBart(const std::string & path, const BartArray & array);

/** Complex volume [coil][z][y][x] of an array: dimension 0 = x, 1 = y, 3 = channel (4, maps, after it: coil by coil
 * of the first, then of the second), and z = 13 (slice) or 2. Throws DataError when both of these, or any other
 * dimension, exceed 1. Unit geometry. */
Volume VolumeFromBart(const BartArray & array, const std::string & name);

/** The inverse, with slices in dimension 13; a real volume gets imaginary part 0. */
BartArray BartFromVolume(const Volume & volume);
} // namespace tweedie

#endif
