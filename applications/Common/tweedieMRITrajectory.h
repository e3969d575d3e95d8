// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRITrajectory_h
#define tweedieMRITrajectory_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Where the samples of an MRI scan lie, if not on a grid, and how the object turns between them. */
struct TrajectoryFlags
{
  std::string file;
  std::string unit = "auto";
  std::string fieldMap;
  double dwellTime = 0.0; ///< microseconds

  void Visit(OptionVisitor & v);
};

/** The same for a scan that is read. */
struct ScanTrajectoryFlags : TrajectoryFlags
{
  std::int64_t imageSize = 0;

  void Visit(OptionVisitor & v);
};

/** The file's trajectory in cycles per field of view for images on that grid; empty without a file. */
Volume TrajectoryFor(const TrajectoryFlags & flags, const Grid & grid);

/** The file's field map; empty without a file. */
MRIFieldMap FieldMapFor(const TrajectoryFlags & flags);
} // namespace tweedie

#endif
