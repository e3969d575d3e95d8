// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionScans_h
#define tweedieLesionScans_h

#include "tweedieLesionScan.h"

namespace tweedie
{
class CTStudy;
class MRIStudy;

std::unique_ptr<LesionScan> MakeLesionMRI(const MRIStudy & study, const std::string & classical);
std::unique_ptr<LesionScan> MakeLesionCT(const CTStudy & study, const std::string & classical);
} // namespace tweedie

#endif
