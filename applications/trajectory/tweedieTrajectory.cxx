// SPDX-License-Identifier: Apache-2.0
#include "tweedieTrajectory.h"

#include "tweedieCommandLine.h"
#include "tweedieMRIModel.h"
#include "tweedieOutputs.h"
#include "tweedieReportTable.h"
#include "tweedieTerminal.h"
#include "tweedieTrajectoryFile.h"
#include "tweedieVerbTable.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
struct TrajectoryOutput
{
  std::string output;
  bool overwrite = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("output", "trajectory to write, as BART has it: 3 x samples x readouts, cycles per field of view")
                .Writes(PathKind::File),
            output);
    v.Visit(Field("overwrite", "replace outputs that exist"), overwrite);
  }
};

std::string
Report(const TrajectoryOptions & options, const at::Tensor & trajectory, const std::string & output)
{
  const Shape image{trajectory.size(2) == 3 ? options.size : 1, options.size, options.size};
  // The spiral has no closed form of its density.
  const at::Tensor density =
      options.kind == "spiral" ? DensityCompensation(trajectory, image) : RadialDensity(trajectory);
  return output + ": " + std::to_string(trajectory.size(0)) + " readouts of " + std::to_string(trajectory.size(1)) +
         " samples for " + std::to_string(options.size) + " pixels, effective acceleration " +
         FormatNumber(EffectiveAcceleration(trajectory, density), 2) + "\n";
}
} // namespace

void
RunTrajectory(CommandLine & line)
{
  TrajectoryOptions options;
  TrajectoryOutput output;
  line.Add("Trajectory", options);
  line.Add("Output", output);
  line.Require({"output"});
  line.AddExample("tweedie trajectory --kind golden-angle --size 256 --readouts 40 --output k.cfl");
  if (!line.Parse())
  {
    return;
  }
  Outputs outputs(output.overwrite);
  outputs.AddImage("--output", output.output);
  const at::Tensor trajectory = MakeTrajectory(options);
  outputs.Write([&] { WriteTrajectory(output.output, TrajectoryVolume(trajectory)); });
  Print(Report(options, trajectory, output.output));
}
} // namespace tweedie
