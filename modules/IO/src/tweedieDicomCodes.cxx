// SPDX-License-Identifier: Apache-2.0
// Values and meanings are those of DCMTK's copy of PS3.16: dcmsr/codes/dcm.h, cmr/cid7181.h (units of measurement) and
// cmr/cid7464.h (general region of interest measurement modifiers).
#include "tweedieDicomDerived.h"

namespace tweedie
{
DicomCode
StandardDeviationCode()
{
  return {"386136009", "SCT", "Standard Deviation"};
}

DicomCode
HounsfieldCode()
{
  return {"[hnsf'U]", "UCUM", "Hounsfield Unit"};
}

DicomCode
RatioCode()
{
  return {"1", "UCUM", "no units"};
}

const DicomCode &
SourcePurposeCode()
{
  static const DicomCode code{"121322", "DCM", "Source image for image processing operation"};
  return code;
}

DicomCode
UnitsCode(const std::string & units)
{
  const std::string arbitrary = "[arb'U]"; // of magnitudes of MR
  const std::string value = units.empty() ? arbitrary : units;
  return value == "HU"        ? HounsfieldCode()
         : value == "1"       ? RatioCode()
         : value == arbitrary ? DicomCode{value, "UCUM", "arbitrary unit"}
                              : DicomCode{value, "UCUM", value};
}
} // namespace tweedie
