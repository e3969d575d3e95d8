// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIInput_h
#define tweedieMRIInput_h

#include "tweedieMRIScan.h"

namespace tweedie
{
/** What a filter is given. */
struct MRIScanInputs
{
  Volume kspace;
  Volume mask;              ///< what is not zero was measured; empty: the lines of k-space that are not zero
  Volume sensitivities;     ///< empty for one coil
  Volume trajectory;        ///< empty: Cartesian
  Grid imageGrid;           ///< of the image to reconstruct, along a trajectory
  std::int64_t mapSets = 1; ///< in sensitivities
};

/** A scan out of the inputs of a filter, whose memory it shares. Throws DataError for a trajectory without k_x and k_y,
 * or one that is not that of the samples. */
MRIScan MRIScanOfInputs(const MRIScanInputs & inputs);
} // namespace tweedie

#endif
