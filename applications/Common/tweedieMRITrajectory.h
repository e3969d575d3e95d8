// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRITrajectory_h
#define tweedieMRITrajectory_h

#include "tweedieOptions.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Where the samples of an MRI scan lie, if not on a grid. */
struct TrajectoryFlags
{
  std::string file;
  std::string unit = "auto";

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
} // namespace tweedie

#endif
