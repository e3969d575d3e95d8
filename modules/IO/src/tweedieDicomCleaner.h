// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomCleaner_h
#define tweedieDicomCleaner_h

#include "tweedieConfidentiality.h"
#include "tweediePseudonyms.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdatset.h>

#include <string>

namespace tweedie
{
/** Cleans data sets in place, at every depth. Elements without a row in the table:
 *
 *   not in DCMTK's dictionary, private, groups below 8, group lengths     removed
 *   sequences                                                             items cleaned
 *   UIDs                                                                  replaced, but for those of DICOM itself
 *   dates and times                                                       removed, or as the table's dates are
 *   codes (CS), numbers                                                   kept where they are such
 *   texts, names, bytes                                                   removed */
class DicomCleaner
{
public:
  DicomCleaner(const Confidentiality & profile, const Pseudonyms & pseudonyms)
      : m_Profile(profile), m_Pseudonyms(pseudonyms)
  {
  }

  /** Who the patient is, from PatientID or else name and day of birth. */
  static std::string Identity(DcmDataset & set);

  /** name: of the patient from now on. */
  void Clean(DcmDataset & set, const std::string & name) const;

private:
  void CleanItem(DcmItem & item, int days) const;
  void CleanElement(DcmItem & item, DcmElement & element, int days) const;
  CleanAction ActionOf(const DcmElement & element, DcmEVR type) const;
  void PutMethod(DcmDataset & set) const;

  const Confidentiality & m_Profile;
  const Pseudonyms & m_Pseudonyms;
};
} // namespace tweedie

#endif
