// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRITrajectory.h"

#include "tweedieMRIModel.h"
#include "tweedieScanFile.h"
#include "tweedieTrajectoryFile.h"

namespace tweedie
{
void
TrajectoryFlags::Visit(OptionVisitor & v)
{
  v.Visit(Field("trajectory", "where the samples lie in k-space, as BART has it: 3 x samples x readouts")
              .Reads(PathKind::File),
          file);
  v.Visit(Field("trajectory-unit", "of the trajectory; auto: by its largest number, or refused")
              .Choices({"auto", "cycles-per-fov", "cycles-per-sample", "radians"}),
          unit);
  v.Visit(Field("field-map", "off-resonance in Hz on the image's grid, corrected for along a trajectory")
              .Reads(PathKind::Image),
          fieldMap);
  v.Visit(Field("dwell-time", "with a field map: time from one sample of a readout to the next; 0: what raw data say")
              .Unit("us")
              .Range(0),
          dwellTime);
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

MRIFieldMap
FieldMapFor(const TrajectoryFlags & flags)
{
  MRIFieldMap map;
  if (!flags.fieldMap.empty())
  {
    map.frequency = ReadFieldMap(flags.fieldMap);
    map.dwellTime = 1e-6 * flags.dwellTime;
  }
  return map;
}
} // namespace tweedie
