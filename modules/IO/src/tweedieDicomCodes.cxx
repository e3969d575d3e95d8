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

bool
IsUnpaired(const std::string & bodyPart)
{
  // Terms of PS3.16 annex L that the validator takes for no pair.
  static const std::string unpaired =
      " ABDOMEN ABDOMENPELVIS AORTA BLADDER BRAIN CEREBELLUM CERVIX CHEST CHESTABDOMEN CHESTABDPELVIS "
      "CSPINE CTSPINE COCCYX COLON DUODENUM ESOPHAGUS FACE GALLBLADDER HEAD HEADNECK HEART JAW LARYNX "
      "LIVER LSPINE LSSPINE MEDIASTINUM MOUTH NECK NECKCHEST NECKCHESTABDOMEN NECKCHESTABDPELV NOSE "
      "PANCREAS PELVIS PENIS PHARYNX PROSTATE RECTUM SKULL SPINE SPLEEN SSPINE STERNUM STOMACH THYMUS "
      "THYROID TLSPINE TSPINE TONGUE TRACHEA URETHRA UTERUS VAGINA VULVA WHOLEBODY SCALP ";
  return !bodyPart.empty() && unpaired.find(' ' + bodyPart + ' ') != std::string::npos;
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
