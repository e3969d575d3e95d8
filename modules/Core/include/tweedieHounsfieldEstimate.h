// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHounsfieldEstimate_h
#define tweedieHounsfieldEstimate_h

#include "tweedieVolumeEstimate.h"

namespace tweedie
{
/** An estimate in attenuation (1/mm) in Hounsfield units, 1000 (mu / muWater - 1): mean and samples; standard
 * deviations have no offset, 1000 s / muWater. Volumes that it has not stay empty. muWater: 1/mm. */
VolumeEstimate InHounsfield(VolumeEstimate estimate, double muWater);
} // namespace tweedie

#endif
