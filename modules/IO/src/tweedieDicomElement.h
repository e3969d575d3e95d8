// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomElement_h
#define tweedieDicomElement_h

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcitem.h>

#include <functional>
#include <string>

namespace tweedie
{
/** What kinds of value the types of DICOM (PS3.5 6.2) hold. */
enum class ElementKind
{
  Unknown,
  Sequence,
  Uid,
  Date, ///< with or without time
  Time,
  Code,
  Decimal, ///< a number as text
  Number,
  Text,
  Bytes
};

ElementKind KindOf(DcmEVR type);

/** Of a tag in DCMTK's dictionary; EVR_UNKNOWN where it is not in it. */
DcmEVR DictionaryType(const DcmTagKey & tag);

/** Whether an element is of the kind that the dictionary says, and dates, codes and decimals are written as such. */
bool IsSuch(DcmElement & element, DcmEVR type);

/** The values of a date some days earlier, of a time as they are; empty where one is none. */
std::string ShiftedText(DcmElement & element, int days);

/** In the place of what an item has: nothing, a value that says nothing, other UIDs. What cannot be replaced is
 * removed. */
void PutEmpty(DcmItem & item, const DcmTagKey & tag, DcmEVR type);
void PutDummy(DcmItem & item, const DcmTagKey & tag, DcmEVR type);
void PutUids(DcmItem & item, DcmElement & element, const std::function<std::string(const std::string &)> & other);
} // namespace tweedie

#endif
