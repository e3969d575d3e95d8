// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRITrajectory.h"

#include "tweedieMRIModel.h"
#include "tweedieTrajectoryFile.h"

namespace tweedie
{
void
TrajectoryFlags::Visit(OptionVisitor & v)
{
  v.Visit(Field("trajectory", "where the samples lie in k-space, as BART has it: 3 x samples x readouts").Unit("FILE"),
          file);
  v.Visit(Field("trajectory-unit", "of the trajectory; auto: by its largest number, or refused")
              .Choices({"auto", "cycles-per-fov", "cycles-per-sample", "radians"}),
          unit);
}

void
ScanTrajectoryFlags::Visit(OptionVisitor & v)
{
  TrajectoryFlags::Visit(v);
  v.Visit(
      Field("image-size",
            "pixels of the square image of a scan with --trajectory; 0: what its description says, or as many as the "
            "trajectory reaches")
          .Range(0, 1 << 20),
      imageSize);
}

Volume
TrajectoryFor(const TrajectoryFlags & flags, const Grid & grid)
{
  if (flags.file.empty())
  {
    return Volume();
  }
  MRIScan scan;
  scan.trajectory = ReadTrajectory(flags.file);
  scan.imageGrid = grid;
  SetTrajectoryUnit(scan, flags.unit);
  return scan.trajectory;
}
} // namespace tweedie
