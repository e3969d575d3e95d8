// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulationStreams_h
#define tweedieSimulationStreams_h

#include <cstdint>

namespace tweedie
{
/** What random numbers are for: one seed serves all, with a stream of its own for each purpose and slice. */
enum class SimulationPurpose : std::uint64_t
{
  Mask = 1,
  Sensitivities = 2,
  Phase = 3,
  Noise = 4,
  MotionKernel = 5,
  InpaintingMask = 6,
  Thinning = 7,
  PhaseCodes = 8
};

inline std::uint64_t
StreamOf(SimulationPurpose purpose, std::uint64_t slice = 0)
{
  return (static_cast<std::uint64_t>(purpose) << 32) + slice;
}
} // namespace tweedie

#endif
