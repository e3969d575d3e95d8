// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIModel_h
#define tweedieMRIModel_h

#include "tweedieLinearOperator.h"
#include "tweedieMRIScan.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace tweedie
{
/** Throws DataError "k-space: ...", "mask: ...", "coil maps: ..." unless the scan can be reconstructed: k-space
 * complex, finite and not all zero; mask of zeros and ones with the size of k-space (size.z = 1 or equal), sampling
 * every slice; maps empty for one coil, else complex, finite, one per coil and set, of that size, no more sets than
 * coils; noise, where given, positive.
 * With a trajectory "trajectory: ...", "density: ..." in place of the mask, and maps of the image's size; "field map:
 * ..." where it is not real and finite, of that size, has no dwell time, or the scan has no trajectory. */
void RequireConsistentScan(const MRIScan & scan);

/** The forward model of a scan, a SenseOperator, or along a trajectory a NoncartesianSenseOperator: batch entry = slice
 * (or the volume). Mask and maps are shared where their size.z is 1. Checks the scan. */
LinearOperatorPointer MakeMRIModel(const MRIScan & scan);

/** Throws UsageError "what: ..." for a scan along a trajectory. */
void RequireCartesian(const MRIScan & scan, const char * what);

/** Throws UsageError "what: ..." for a scan with several sets of maps. */
void RequireOneMapSet(const MRIScan & scan, const char * what);

/** The maps of a scan's slices, [1 or slice, coil, 1, y, x], or [1 or slice, set, coil, 1, y, x] for several sets;
 * undefined: none. */
at::Tensor MRIMaps(const MRIScan & scan);

/** Not below any eigenvalue of a pixel's S^H S, [set, set]: max sum_c |S|^2 for one set, and the largest sum of a row
 * of moduli for several, which is the eigenvalue where sets are orthogonal. 1 without maps. */
double MRILargestGain(const MRIScan & scan);

/** Of a scan along a trajectory: [readout, sample, 2 or 3], double. */
at::Tensor MRITrajectory(const MRIScan & scan);

/** Times of a readout's samples as MRIFieldMap has them, [sample], s, double. trajectory: [readout, sample, 2 or 3]. */
at::Tensor ReadoutTimes(const at::Tensor & trajectory, double dwellTime);

/** [readout, sample, 2 or 3] as a scan holds it. */
Volume TrajectoryVolume(const at::Tensor & trajectory);

/** Takes a scan's trajectory from that unit (see TrajectoryInCycles) to cycles per field of view. */
void SetTrajectoryUnit(MRIScan & scan, const std::string & unit);

/** Of a scan along a trajectory: what its density says, or Pipe and Menon's weights, [readout, sample], double. */
at::Tensor MRIDensity(const MRIScan & scan);

/** The data as [slice, coil, 1, y, x], zero where not sampled. */
at::Tensor MRIData(const MRIScan & scan);

/** Where the data were measured, [1 or slice, 1, 1, y, x], float, zeros and ones; ones along a trajectory. */
at::Tensor MRIMask(const MRIScan & scan);
} // namespace tweedie

#endif
