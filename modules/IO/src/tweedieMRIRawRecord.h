// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIRawRecord_h
#define tweedieMRIRawRecord_h

#include "tweedieMRIRaw.h"

#include <array>
#include <cstdint>
#include <string>

namespace tweedie
{
/** What is used of the head of an ISMRMRD acquisition. */
struct MRIRawHead
{
  std::uint64_t flags;
  std::uint16_t samples;
  std::uint16_t channels;
  std::uint16_t discardPre;
  std::uint16_t discardPost;
  std::uint16_t center;
  std::uint16_t encoding;
  std::uint16_t trajectoryDimensions;
  float sampleTime;
  std::array<float, 3> position;
  std::array<float, 3> readDirection;
  std::array<float, 3> phaseDirection;
  std::array<float, 3> sliceDirection;
  std::array<std::uint16_t, 9> index; ///< step 1, step 2, average, slice, contrast, phase, repetition, set, segment
};

/** A readout without its samples. Throws DataError for no coils, no samples, or counts of them that do not fit. */
MRIReadout ReadoutOfHead(const MRIRawHead & head, const std::string & name);

/** Throws DataError unless all samples, and what is known of places and times, are finite. */
void RequireFiniteReadout(const MRIReadout & readout, const std::string & name);
} // namespace tweedie

#endif
