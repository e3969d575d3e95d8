// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomPut_h
#define tweedieDicomPut_h

#include "tweedieDicomWriter.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcitem.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace tweedie
{
/** A number as DICOM's decimal string of at most 16 characters: the nearest that fits, in the C locale. */
std::string DecimalText(double value);

/** Printable ASCII, at most that many characters, no backslash: fits every character set and type of text. */
std::string PlainText(const std::string & text, std::size_t longest);

/** Attributes of an item, those that are there replaced. All throw DataError where DCMTK refuses. */
void PutText(DcmItem & item, const DcmTagKey & tag, const std::string & text);
void PutInteger(DcmItem & item, const DcmTagKey & tag, std::int64_t value);                      ///< US, UL or IS
void PutDecimals(DcmItem & item, const DcmTagKey & tag, const std::vector<double> & values);     ///< DS or FD
void PutIndex(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint32_t> & values); ///< several UL
void PutTag(DcmItem & item, const DcmTagKey & tag, const DcmTagKey & value);                     ///< AT
void PutWords(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint16_t> & words);  ///< OW
void PutBytes(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint8_t> & bytes);   ///< OB
void PutFloats(DcmItem & item, const DcmTagKey & tag, const float * values, std::size_t count);  ///< OF

/** A new item at the end of a sequence, which is made where it is not there. */
DcmItem & AddItem(DcmItem & item, const DcmTagKey & sequence);
/** A sequence without items. */
void PutEmptySequence(DcmItem & item, const DcmTagKey & sequence);
void AddCode(DcmItem & item, const DcmTagKey & sequence, const DicomCode & code);

/** Copies of the attributes that source has. */
void CopyAttributes(DcmItem & source, DcmItem & item, std::initializer_list<DcmTagKey> tags);
/** The same, empty where source has none (type 2). */
void CopyOrEmpty(DcmItem & source, DcmItem & item, std::initializer_list<DcmTagKey> tags);

/** Spaces at the ends removed; several values with backslashes between; empty where missing. */
std::string TextOf(DcmItem & item, const DcmTagKey & tag);
} // namespace tweedie

#endif
