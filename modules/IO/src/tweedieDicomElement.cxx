// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomElement.h"

#include "tweedieDicomPut.h"
#include "tweediePseudonyms.h"

#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcelem.h>

#include <algorithm>
#include <vector>

namespace tweedie
{
namespace
{
/** With the padding of each value removed. */
std::vector<std::string>
ValuesOf(DcmElement & element)
{
  std::string text;
  if (element.isaString())
  {
    OFString values;
    element.getOFStringArray(values);
    text.assign(values.c_str(), values.size());
  }
  else
  {
    Uint8 * bytes = nullptr;
    const bool isRead = element.getUint8Array(bytes).good() && bytes != nullptr;
    text = isRead ? std::string(reinterpret_cast<const char *>(bytes), element.getLength()) : "";
  }
  const std::string padding(" \0", 2);
  std::vector<std::string> values;
  for (std::size_t begin = 0; begin <= text.size() && !text.empty();)
  {
    const std::size_t end = std::min(text.find('\\', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const std::size_t first = word.find_first_not_of(padding);
    values.push_back(first == std::string::npos ? "" : word.substr(first, word.find_last_not_of(padding) - first + 1));
    begin = end + 1;
  }
  return values;
}

bool
IsOf(const std::string & text, const char * characters, std::size_t longest)
{
  return text.size() <= longest && text.find_first_not_of(characters) == std::string::npos;
}

bool
IsValue(const std::string & value, ElementKind kind)
{
  switch (kind)
  {
  case ElementKind::Code:
    // Small letters and signs are wrong, but not rare.
    return IsOf(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_ -+./", 16);
  case ElementKind::Decimal:
    return IsOf(value, "0123456789+-.eE", 16);
  case ElementKind::Date:
    return IsOf(value, "0123456789+-.", 26);
  case ElementKind::Time:
    return IsOf(value, "0123456789.:", 16);
  default:
    return true;
  }
}

const char *
DummyText(DcmEVR type)
{
  switch (type)
  {
  case EVR_DA:
    return "19000101";
  case EVR_TM:
    return "000000";
  case EVR_DT:
    return "19000101000000";
  case EVR_AS:
    return "000Y";
  case EVR_DS:
  case EVR_IS:
    return "0";
  case EVR_UR:
    return "urn:removed";
  default:
    return "REMOVED";
  }
}
} // namespace

ElementKind
KindOf(DcmEVR type)
{
  switch (type)
  {
  case EVR_SQ:
    return ElementKind::Sequence;
  case EVR_UI:
    return ElementKind::Uid;
  case EVR_DA:
  case EVR_DT:
    return ElementKind::Date;
  case EVR_TM:
    return ElementKind::Time;
  case EVR_CS:
    return ElementKind::Code;
  case EVR_DS:
  case EVR_IS:
    return ElementKind::Decimal;
  case EVR_US:
  case EVR_SS:
  case EVR_xs:
  case EVR_UL:
  case EVR_SL:
  case EVR_up:
  case EVR_UV:
  case EVR_SV:
  case EVR_FL:
  case EVR_FD:
  case EVR_AT:
    return ElementKind::Number;
  case EVR_LO:
  case EVR_SH:
  case EVR_LT:
  case EVR_ST:
  case EVR_UT:
  case EVR_UC:
  case EVR_UR:
  case EVR_PN:
  case EVR_AE:
  case EVR_AS:
    return ElementKind::Text;
  case EVR_OB:
  case EVR_OW:
  case EVR_OF:
  case EVR_OD:
  case EVR_OL:
  case EVR_OV:
  case EVR_ox:
  case EVR_px:
  case EVR_lt:
  case EVR_PixelData:
    return ElementKind::Bytes;
  default:
    return ElementKind::Unknown;
  }
}

DcmEVR
DictionaryType(const DcmTagKey & tag)
{
  const DcmDataDictionary & dictionary = dcmDataDict.rdlock();
  const DcmDictEntry * entry = dictionary.findEntry(tag, nullptr);
  const DcmEVR type = entry == nullptr ? EVR_UNKNOWN : entry->getEVR();
  dcmDataDict.rdunlock();
  return type;
}

bool
IsSuch(DcmElement & element, DcmEVR type)
{
  const ElementKind kind = KindOf(type);
  const ElementKind given = KindOf(element.getTag().getEVR());
  // Tables of numbers come as such or as bytes.
  const bool isTable = type == EVR_lt && given == ElementKind::Number;
  if (given != kind && !isTable)
  {
    return false;
  }
  const bool isChecked = kind == ElementKind::Code || kind == ElementKind::Decimal || kind == ElementKind::Date ||
                         kind == ElementKind::Time;
  const std::vector<std::string> values = isChecked ? ValuesOf(element) : std::vector<std::string>();
  return std::all_of(values.begin(), values.end(), [kind](const std::string & value) { return IsValue(value, kind); });
}

std::string
ShiftedText(DcmElement & element, int days)
{
  const bool isTime = KindOf(element.getTag().getEVR()) == ElementKind::Time;
  std::string text;
  for (const std::string & value : ValuesOf(element))
  {
    const std::string shifted = isTime ? value : ShiftedDate(value, days);
    if (shifted.empty())
    {
      return "";
    }
    text += (text.empty() ? "" : "\\") + shifted;
  }
  return text;
}

void
PutEmpty(DcmItem & item, const DcmTagKey & tag, DcmEVR type)
{
  delete item.remove(tag);
  if (KindOf(type) != ElementKind::Unknown)
  {
    item.insertEmptyElement(DcmTag(tag, type));
  }
}

void
PutDummy(DcmItem & item, const DcmTagKey & tag, DcmEVR type)
{
  delete item.remove(tag);
  switch (KindOf(type))
  {
  case ElementKind::Unknown:
    return;
  case ElementKind::Sequence:
    static_cast<void>(AddItem(item, tag));
    return;
  case ElementKind::Number:
    PutInteger(item, tag, 0);
    return;
  case ElementKind::Bytes:
    PutBytes(item, tag, {0, 0});
    return;
  default:
    PutText(item, tag, DummyText(type));
  }
}

void
PutUids(DcmItem & item, DcmElement & element, const std::function<std::string(const std::string &)> & other)
{
  const DcmTagKey tag = element.getTag();
  std::string text;
  for (const std::string & uid : ValuesOf(element))
  {
    text += (text.empty() ? "" : "\\") + (uid.empty() ? "" : other(uid));
  }
  delete item.remove(tag);
  item.putAndInsertString(DcmTag(tag, EVR_UI), text.c_str());
}
} // namespace tweedie
