// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseText.h"

#include <sstream>

namespace tweedie
{
std::string
PhaseText(const PhaseScan & scan)
{
  const Axes<std::int64_t> pattern = scan.patterns.GetGrid().size;
  const Axes<std::int64_t> object = scan.object.size;
  const auto pitch = ObjectPitch(scan);
  const auto oversampling = OversamplingOf(scan);
  std::ostringstream text;
  text.precision(3);
  text << ToString(scan.experiment) << ", " << scan.patterns.Channels() << " pattern(s) of " << pattern.x << " x "
       << pattern.y << (scan.isCounts ? " counts" : " amplitudes") << " for each of " << object.z << " object(s) of "
       << object.x << " x " << object.y << " pixels of " << pitch[0] << " x " << pitch[1] << " m; oversampling "
       << oversampling[0] << " x " << oversampling[1] << ", Fresnel number " << FresnelNumberOf(scan);
  return text.str();
}
} // namespace tweedie
