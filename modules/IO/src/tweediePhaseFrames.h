// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseFrames_h
#define tweediePhaseFrames_h

#include "tweediePhaseArrays.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Frames of a detector, [frame][y][x]. */
struct PhaseFrames
{
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;
  std::vector<float> mask;       ///< empty, one plane or one for each frame; 1 counts
  std::vector<double> distances; ///< m; none, one or one for each frame
  std::vector<double> angles;    ///< as the file has them; none, or one for each frame
  std::optional<double> flat;    ///< mean count of the flat frames that the frames were divided by
  double dark = 0.0;             ///< mean count that is still in them
  std::vector<std::string> warnings;

  std::int64_t
  Plane() const
  {
    return rows * columns;
  }
  std::int64_t
  Count() const
  {
    return static_cast<std::int64_t>(values.size()) / Plane();
  }
};

/** Frames and mask, whose pixels are taken from the arrays. Throws DataError where their shapes do not fit. */
PhaseFrames FramesOf(PhaseArrays & arrays);

/** Keeps the projections (image_key 0). Near field, with flat frames (1): (I - D) / (F - D), times the mean of F - D
 * over the detector, so that they are counts as those of an even beam; D is the mean of the dark frames (2), no
 * flat: 1. Else dark frames take away what differs from their mean, which stays as the dark count of the model: counts
 * less another noisy count are no Poisson numbers, and would be negative. What falls below 0 is 0; pixels without a
 * flat are masked; frames that are invalid (3) or of no known kind are dropped. All of that is warned of. */
void ApplyImageKeys(PhaseFrames & frames, const std::vector<double> & keys, bool isNear);

/** How many patterns an object has where the distances of the frames tell: frames are ordered by distance, then as they
 * were, and distances become one for each pattern. Throws DataError unless each distance has as many frames, at the
 * same angles. */
std::int64_t OrderByDistance(PhaseFrames & frames);
} // namespace tweedie

#endif
