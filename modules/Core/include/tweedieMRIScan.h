// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIScan_h
#define tweedieMRIScan_h

#include "tweedieVolume.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Where the field differs while a readout lasts: x turns by exp(-2 pi i f t), t = 0 at the sample of a readout that
 * lies nearest to the centre of k-space. */
struct MRIFieldMap
{
  Volume frequency;       ///< f, real, Hz, on the image's grid, or with size.z = 1; empty: the same everywhere
  double dwellTime = 0.0; ///< s from one sample of a readout to the next
};

/** MRI data, slice by slice: y[c] = M F (S[c] x) + n.
 *
 * With several sets of maps (Uecker et al. 2014) every set has an image of its own: y[c] = M F sum_s S[s, c] x[s] + n.
 *
 * F is the centred unitary Fourier transform over (y, x), DC at index floor(N/2). The grid of kspace is the grid of the
 * image to reconstruct: spacing, origin and direction are the object's.
 *
 * With a trajectory: y[c] = A (S[c] x) + n, A that transform at the trajectory's frequencies. kspace has samples along
 * x, readouts along y, and the slices along z (one where the trajectory has a k_z: x is a volume then); there is no
 * mask, and the image's grid is imageGrid. */
struct MRIScan
{
  Volume kspace;                     ///< complex, channels = coils; zero where not sampled
  Volume mask;                       ///< real 0/1, one channel, size.z = 1 (all slices) or that of kspace
  Volume trajectory;                 ///< real, k_x, k_y (and k_z) as channels, cycles per field of view; or empty
  Volume density;                    ///< real, one channel: weights of the samples in A^H W y; empty: made when needed
  Grid imageGrid;                    ///< of a scan with a trajectory
  MRIFieldMap field;                 ///< of a scan with a trajectory
  Volume sensitivities;              ///< complex, on the image's grid, or with size.z = 1; empty: one coil with map 1
  std::int64_t mapSets = 1;          ///< of sensitivities, whose channels are sets x coils, the coils of a set together
  std::optional<double> noise;       ///< sigma of a complex sample, E|n|^2 = sigma^2, in the data's units
  double scale = 1.0;                ///< the data were divided by this: image units = file image * scale
  std::vector<std::string> warnings; ///< what a reader had to assume
};

/** Whether the samples lie on the grid of the image's Fourier transform. */
inline bool
IsCartesian(const MRIScan & scan)
{
  return scan.trajectory.IsEmpty();
}

/** Of the image to reconstruct. */
inline const Grid &
ImageGridOf(const MRIScan & scan)
{
  return IsCartesian(scan) ? scan.kspace.GetGrid() : scan.imageGrid;
}
} // namespace tweedie

#endif
