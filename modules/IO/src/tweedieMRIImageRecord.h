// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIImageRecord_h
#define tweedieMRIImageRecord_h

#include "tweedieVolume.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** The head of an ISMRMRD image. */
struct MRIImageHead
{
  std::uint16_t version;
  std::uint16_t dataType;
  std::uint64_t flags;
  std::uint32_t measurement;
  std::array<std::uint16_t, 3> matrix;
  std::array<float, 3> fieldOfView;
  std::uint16_t channels;
  std::array<float, 3> position;
  std::array<float, 3> readDirection;
  std::array<float, 3> phaseDirection;
  std::array<float, 3> sliceDirection;
  std::array<float, 3> tablePosition;
  std::uint16_t average;
  std::uint16_t slice;
  std::uint16_t contrast;
  std::uint16_t phase;
  std::uint16_t repetition;
  std::uint16_t set;
  std::uint32_t timeStamp;
  std::array<std::uint32_t, 3> physiologyStamps;
  std::uint16_t imageType;
  std::uint16_t imageIndex;
  std::uint16_t series;
  std::array<std::int32_t, 8> userNumbers;
  std::array<float, 8> userFloats;
  std::uint32_t attributeLength;
};

enum class MRINumber
{
  Uint16,
  Uint32,
  Uint64,
  Int32,
  Float
};

/** A member as it is called in files, in the order in which files and streams have them, without gaps. */
struct MRIImageMember
{
  const char * name;
  std::size_t offset; ///< in MRIImageHead
  MRINumber kind;
  std::size_t count;
};

const std::vector<MRIImageMember> & MRIImageMembers();

/** Bytes of a number. */
std::size_t SizeOf(MRINumber kind);

/** The 198 bytes of a stream's image head. */
std::string PackedHead(const MRIImageHead & head);

/** Of each slice of a volume. Throws DataError for more pixels, channels or slices than 16 bits count. */
std::vector<MRIImageHead> HeadsOfSlices(const Volume & volume);

/** Where images lie, and in which order they are the slices of a volume. */
struct MRIImagePlaces
{
  Grid grid;
  std::vector<std::size_t> order;
};

/** Throws DataError unless the images are one volume, or slices of one in even steps. */
MRIImagePlaces PlacesOfImages(const std::vector<MRIImageHead> & heads);

/** The pixels of a slice as an image has them: [channel][y][x]. */
std::vector<float> SlicePixels(const Volume & volume, std::int64_t slice);
} // namespace tweedie

#endif
