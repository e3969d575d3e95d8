// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIPreparation_h
#define tweedieMRIPreparation_h

#include "tweedieMRIRaw.h"
#include "tweedieMRIScan.h"
#include "tweedieOptions.h"

#include <cstdint>
#include <optional>

namespace tweedie
{
/** Which part of a raw file becomes a scan, and how. */
struct MRIPreparationOptions
{
  std::optional<std::int64_t> encoding;   ///< absent: the only one
  std::optional<std::int64_t> repetition; ///< absent: all of them, averaged where they measure the same
  std::optional<std::int64_t> slice;      ///< absent: all of them
  std::optional<std::int64_t> contrast;   ///< these three absent: the first
  std::optional<std::int64_t> phase;
  std::optional<std::int64_t> set;
  std::optional<std::int64_t> virtualCoils; ///< absent: as many as were measured
  std::string coilCompression = "svd";      ///< or geometric: of each place along the readout
  std::string trajectoryUnit = "auto";      ///< see TrajectoryInCycles; of recon space
  bool whiten = true;
  bool conjugate = false;

  void Visit(OptionVisitor & v);
};

struct MRIPrepared
{
  MRIScan scan;       ///< without coil maps
  Volume calibration; ///< k-space of lines that are for calibration alone, on the scan's grid; empty: there are none
};

/** A scan from raw data. Cartesian:
 *
 *    whitened with the covariance of the noise readouts, so that scan.noise is 1 (not known without them);
 *    line y = step_1 - centre + floor(N_y / 2), sample x = sample - centre sample + floor(N_x / 2);
 *    partitions transformed to slices; fields of view of recon space where that needs no unknown sample;
 *    slices sorted along read x phase; position is that of voxel floor(N / 2) of the transform.
 *
 * Along a trajectory that the readouts carry (radial, golden angle, spiral, other): whitened likewise, a readout per
 * row as it was measured, rows and slices that share their places averaged and stacked; the image's grid is recon
 * space's. Partitions of a stack (places of two numbers) are transformed to slices; three numbers make a volume.
 *
 * Navigators, phase correction, feedback and dummy readouts are left out. Directions of length zero become the
 * identity, with a warning. Throws DataError for echo-planar data, lines outside of the matrix, counts of coils that
 * differ, directions that are not orthogonal; of trajectories for readouts without one, of other lengths or numbers,
 * slices with trajectories of their own, and places that are not finite or beyond the image's frequencies; UsageError
 * for a choice that the data do not have. */
MRIPrepared PrepareMRI(const MRIRaw & raw, const MRIPreparationOptions & options);
} // namespace tweedie

#endif
