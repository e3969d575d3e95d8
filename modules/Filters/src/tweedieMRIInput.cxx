// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIInput.h"

#include "tweedieFilterSupport.h"
#include "tweedieSampledLines.h"

namespace tweedie
{
MRIScan
MRIScanOfInputs(const Volume & kspace, const Volume & mask, const Volume & sensitivities)
{
  MRIScan scan;
  scan.kspace = kspace;
  scan.sensitivities = sensitivities;
  if (mask.IsEmpty())
  {
    scan.mask = FindSampledLines(kspace).mask;
  }
  else
  {
    scan.mask = mask;
    MakeBinary(scan.mask);
  }
  return scan;
}
} // namespace tweedie
