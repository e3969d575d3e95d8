// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomCleaner.h"

#include "tweedieDicomElement.h"
#include "tweedieDicomPut.h"
#include "tweedieDicomUid.h"

#include <dcmtk/dcmdata/dcsequen.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <vector>

namespace tweedie
{
namespace
{
constexpr const char * dicomRoot = "1.2.840.10008.";

struct OptionCode
{
  const char * option;
  DicomCode code;
};

/** PS3.16 CID 7050. */
const std::vector<OptionCode> &
OptionCodes()
{
  static const std::vector<OptionCode> codes{
      {"dates", {"113106", "DCM", "Retain Longitudinal Temporal Information Full Dates Option"}},
      {"modified-dates", {"113107", "DCM", "Retain Longitudinal Temporal Information Modified Dates Option"}},
      {"patient-characteristics", {"113108", "DCM", "Retain Patient Characteristics Option"}},
      {"device", {"113109", "DCM", "Retain Device Identity Option"}},
      {"uids", {"113110", "DCM", "Retain UIDs Option"}},
      {"institution", {"113112", "DCM", "Retain Institution Identity Option"}}};
  return codes;
}

/** Of SOP classes, transfer syntaxes and frames of reference that DICOM itself defines. */
bool
IsWellKnown(const std::string & uid, bool isInTable)
{
  const bool isNamed = dcmFindNameOfUID(uid.c_str()) != nullptr;
  return isNamed || (!isInTable && uid.rfind(dicomRoot, 0) == 0 && IsUid(uid));
}

void
Drop(DcmItem & item, const DcmTagKey & tag)
{
  delete item.remove(tag);
}
} // namespace

std::string
DicomCleaner::Identity(DcmDataset & set)
{
  const std::string id = TextOf(set, DCM_PatientID);
  return id.empty() ? "\n" + TextOf(set, DCM_PatientName) + "\n" + TextOf(set, DCM_PatientBirthDate) : id;
}

void
DicomCleaner::Clean(DcmDataset & set, const std::string & name) const
{
  const int days = m_Pseudonyms.Days(Identity(set));
  CleanItem(set, days);
  PutText(set, DCM_PatientName, name);
  PutText(set, DCM_PatientID, name);
  PutMethod(set);
}

void
DicomCleaner::PutMethod(DcmDataset & set) const
{
  PutText(set, DCM_PatientIdentityRemoved, "YES");
  PutText(set, DCM_DeidentificationMethod, "PS3.15 Annex E, table of 2026c");
  Drop(set, DCM_DeidentificationMethodCodeSequence);
  AddCode(set, DCM_DeidentificationMethodCodeSequence, {"113100", "DCM", "Basic Application Confidentiality Profile"});
  for (const OptionCode & row : OptionCodes())
  {
    if (IsKept(m_Profile.Keep(), row.option))
    {
      AddCode(set, DCM_DeidentificationMethodCodeSequence, row.code);
    }
  }
  PutText(set,
          DCM_LongitudinalTemporalInformationModified,
          IsKept(m_Profile.Keep(), "dates")            ? "UNMODIFIED"
          : IsKept(m_Profile.Keep(), "modified-dates") ? "MODIFIED"
                                                       : "REMOVED");
}

void
DicomCleaner::CleanItem(DcmItem & item, int days) const
{
  std::vector<DcmTagKey> tags;
  for (DcmObject * object = nullptr; (object = item.nextInContainer(object)) != nullptr;)
  {
    tags.push_back(object->getTag());
  }
  for (const DcmTagKey & tag : tags)
  {
    DcmElement * element = nullptr;
    if (item.findAndGetElement(tag, element).good() && element != nullptr)
    {
      CleanElement(item, *element, days);
    }
  }
}

CleanAction
DicomCleaner::ActionOf(const DcmElement & element, DcmEVR type) const
{
  const DcmTagKey tag = element.getTag();
  const ConfidentialityRow * row = m_Profile.Find(tag.getGroup(), tag.getElement());
  const bool isForeign = tag.getGroup() < 8 || tag.getGroup() % 2 == 1 || tag.getElement() == 0;
  const ElementKind kind = KindOf(type);
  if (isForeign || (row == nullptr && kind == ElementKind::Unknown))
  {
    return CleanAction::Remove;
  }
  if (row != nullptr)
  {
    return tweedie::ActionOf(*row, m_Profile.Keep(), kind == ElementKind::Sequence);
  }
  static const ConfidentialityRow date{"", "X", {"dates"}, ""};
  static const ConfidentialityRow uid{"", "U", {"uids"}, ""};
  switch (kind)
  {
  case ElementKind::Sequence:
    return CleanAction::Contents;
  case ElementKind::Uid:
    return tweedie::ActionOf(uid, m_Profile.Keep(), false);
  case ElementKind::Date:
  case ElementKind::Time:
    return tweedie::ActionOf(date, m_Profile.Keep(), false);
  case ElementKind::Code:
  case ElementKind::Decimal:
  case ElementKind::Number:
    return CleanAction::Keep;
  default:
    return CleanAction::Remove;
  }
}

void
DicomCleaner::CleanElement(DcmItem & item, DcmElement & element, int days) const
{
  const DcmTagKey tag = element.getTag();
  const DcmEVR type = DictionaryType(tag);
  const ConfidentialityRow * row = m_Profile.Find(tag.getGroup(), tag.getElement());
  CleanAction action = ActionOf(element, type);
  const bool isKept = action == CleanAction::Keep || action == CleanAction::Shift || action == CleanAction::Contents;
  const std::string shifted = action == CleanAction::Shift ? ShiftedText(element, days) : "";
  if (isKept && (!IsSuch(element, type) || (action == CleanAction::Shift && shifted.empty())))
  {
    action = row == nullptr ? CleanAction::Remove : tweedie::ActionOf(*row, {}, false);
    action = action == CleanAction::Keep ? CleanAction::Remove : action;
  }
  switch (action)
  {
  case CleanAction::Keep:
    return;
  case CleanAction::Shift:
    return PutText(item, tag, shifted);
  case CleanAction::Empty:
    return PutEmpty(item, tag, type);
  case CleanAction::Replace:
    return PutDummy(item, tag, type);
  case CleanAction::NewUid:
    return PutUids(item,
                   element,
                   [&](const std::string & uid)
                   { return IsWellKnown(uid, row != nullptr) ? uid : m_Pseudonyms.Uid(uid); });
  case CleanAction::Contents:
    for (unsigned long i = 0; i < dynamic_cast<DcmSequenceOfItems &>(element).card(); ++i)
    {
      CleanItem(*dynamic_cast<DcmSequenceOfItems &>(element).getItem(i), days);
    }
    return;
  case CleanAction::Remove:
    return Drop(item, tag);
  }
}
} // namespace tweedie
