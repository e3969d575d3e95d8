// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanGeometry_h
#define tweedieScanGeometry_h

#include "tweedieGrid.h"
#include "tweedieMRIRaw.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Where the slices of a scan are. */
struct ScanPlaces
{
  std::vector<std::int64_t> slicesInOrder; ///< counters, along read x phase
  Vector3 position{};                      ///< of the middle of the first slice, or slab
  Vector3 read{1.0, 0.0, 0.0};
  Vector3 phase{0.0, 1.0, 0.0};
  Vector3 normal{0.0, 0.0, 1.0};
  double step = 0.0;         ///< mm from slice to slice; 0: not known
  bool isLeftHanded = false; ///< partitions run against the normal
};

/** Throws DataError for directions that are not orthogonal and slices at uneven distances. */
ScanPlaces PlacesOf(const std::vector<const MRIReadout *> & readouts, std::vector<std::string> & warnings);

/** The grid whose voxel floor(size / 2) of x and y, and of z where it is a slab, lies at the position. */
Grid ScanGrid(const ScanPlaces & places, const Axes<std::int64_t> & size, const Axes<double> & spacing, bool isSlab);
} // namespace tweedie

#endif
