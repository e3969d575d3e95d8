// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIInput.h"

#include "tweedieError.h"
#include "tweedieFilterSupport.h"
#include "tweedieSampledLines.h"

namespace tweedie
{
namespace
{
void
RequireTrajectory(const MRIScanInputs & inputs)
{
  const auto & samples = inputs.kspace.GetGrid().size;
  const auto & places = inputs.trajectory.GetGrid().size;
  const std::int64_t channels = inputs.trajectory.Channels();
  if (channels != 2 && channels != 3)
  {
    throw DataError("trajectory: given " + std::to_string(channels) +
                    " numbers per sample; required k_x and k_y, or k_x, k_y and k_z, along axis 3");
  }
  if (places.x != samples.x || places.y != samples.y || places.z != 1)
  {
    throw DataError("trajectory: given " + std::to_string(places.x) + " x " + std::to_string(places.y) + " x " +
                    std::to_string(places.z) + " places; required those of k-space, " + std::to_string(samples.x) +
                    " samples x " + std::to_string(samples.y) + " readouts x 1");
  }
}
} // namespace

MRIScan
MRIScanOfInputs(const MRIScanInputs & inputs)
{
  MRIScan scan;
  scan.kspace = inputs.kspace;
  scan.sensitivities = inputs.sensitivities;
  scan.mapSets = inputs.sensitivities.IsEmpty() ? 1 : inputs.mapSets;
  if (!inputs.trajectory.IsEmpty())
  {
    RequireTrajectory(inputs);
    scan.trajectory = inputs.trajectory;
    scan.imageGrid = inputs.imageGrid;
  }
  else if (inputs.mask.IsEmpty())
  {
    scan.mask = FindSampledLines(inputs.kspace).mask;
  }
  else
  {
    scan.mask = inputs.mask;
    MakeBinary(scan.mask);
  }
  return scan;
}
} // namespace tweedie
