// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIScan_h
#define tweedieMRIScan_h

#include "tweedieVolume.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Cartesian MRI data, slice by slice: y[c] = M F (S[c] x) + n.
 *
 * F is the centred unitary Fourier transform over (y, x), DC at index floor(N/2). The grid of kspace is the grid of the
 * image to reconstruct: spacing, origin and direction are the object's. */
struct MRIScan
{
  Volume kspace;                     ///< complex, channels = coils; zero where not sampled
  Volume mask;                       ///< real 0/1, one channel, size.z = 1 (all slices) or that of kspace
  Volume sensitivities;              ///< complex, like kspace, or with size.z = 1; empty: one coil with map 1
  std::optional<double> noise;       ///< sigma of a complex sample, E|n|^2 = sigma^2, in the data's units
  double scale = 1.0;                ///< the data were divided by this: image units = file image * scale
  std::vector<std::string> warnings; ///< what a reader had to assume
};
} // namespace tweedie

#endif
