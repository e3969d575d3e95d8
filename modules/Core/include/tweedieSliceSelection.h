// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSliceSelection_h
#define tweedieSliceSelection_h

#include "tweedieVolume.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Slices first, first + step, ... <= last. */
struct SliceRange
{
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t step = 1;

  std::int64_t
  Count() const
  {
    return (last - first) / step + 1;
  }
};

/** "first:last[:step]" or "first", 0-based, both ends included; empty: all. Throws UsageError for another text, and for
 * a range that leaves 0 .. available - 1. */
SliceRange ParseSliceRange(const std::string & text, std::int64_t available);

/** The index axis (0 = x, 1 = y, 2 = z) that slices are counted along: the one that runs head to foot ("axial"), front
 * to back ("coronal") or side to side ("sagittal"), where every index axis gets the patient axis it is nearest to.
 * Throws UsageError for another name. */
int SliceAxis(const Grid & grid, const std::string & axis);

/** Slices of a volume along an anatomical axis, as a volume whose z is that axis; y and x are the other two index axes
 * in their order. The voxels keep their place in space: nothing is flipped or interpolated, so that slice numbers are
 * those of the file, and the index axes may form a left-handed system. Throws UsageError for a wrong axis or range. */
Volume SelectSlices(const Volume & volume, const std::string & axis, const std::string & range);

/** Slices of a volume along z, as it is stored. Throws UsageError for a wrong range. */
Volume SelectStoredSlices(const Volume & volume, const std::string & range);
} // namespace tweedie

#endif
