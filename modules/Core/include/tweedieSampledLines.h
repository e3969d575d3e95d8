// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampledLines_h
#define tweedieSampledLines_h

#include "tweedieVolume.h"

namespace tweedie
{
/** A sampling mask guessed from the data alone. */
struct SampledLines
{
  Volume mask;            ///< real 0/1, one channel; one slice where all slices are sampled alike
  std::int64_t zeros = 0; ///< samples that are zero in every coil, but on a line that is not
};

/** The lines (fixed y) of complex k-space [coil][z][y][x] that are not zero everywhere in all coils, slice by slice.
 * Many zeros on such lines mean that the sampling was not by lines. Throws DataError for real or empty k-space. */
SampledLines FindSampledLines(const Volume & kspace);
} // namespace tweedie

#endif
