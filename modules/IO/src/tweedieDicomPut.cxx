// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomPut.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"

#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcsequen.h>
#include <dcmtk/dcmdata/dcvrul.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>

namespace tweedie
{
namespace
{
void
Require(const OFCondition & status, const DcmTagKey & tag)
{
  if (status.bad())
  {
    throw DataError("DICOM attribute " + std::string(tag.toString().c_str()) + ": not written (" + status.text() +
                    "); required a value that its type can hold");
  }
}

/** Of an item: elements whose type the source does not tell are left behind. */
bool
CopyAttribute(DcmItem & source, DcmItem & item, const DcmTagKey & tag)
{
  DcmElement * element = nullptr;
  if (source.findAndGetElement(tag, element, OFFalse, OFTrue).bad() || element == nullptr)
  {
    return false;
  }
  std::unique_ptr<DcmElement> copy(element);
  if (copy->getVR() == EVR_UN)
  {
    return false;
  }
  Require(item.insert(copy.get(), OFTrue), tag);
  copy.release(); // the item's own now
  return true;
}
} // namespace

std::string
DecimalText(double value)
{
  constexpr std::size_t longest = 16;
  std::array<char, 64> text{};
  const std::string shortest = NumberText(value);
  if (shortest.size() <= longest)
  {
    return shortest;
  }
  // Direction cosines below 1e-12 would take their digits for the exponent.
  std::string best;
  for (int digits = 14; digits > 0; --digits)
  {
    for (const auto format : {std::chars_format::fixed, std::chars_format::scientific})
    {
      const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, digits);
      const std::string candidate = end.ec == std::errc() ? std::string(text.data(), end.ptr) : "";
      double read = 0.0, kept = 0.0;
      if (candidate.empty() || candidate.size() > longest)
      {
        continue;
      }
      std::from_chars(candidate.data(), candidate.data() + candidate.size(), read);
      std::from_chars(best.data(), best.data() + best.size(), kept);
      best = best.empty() || std::abs(read - value) < std::abs(kept - value) ? candidate : best;
    }
  }
  return best;
}

std::string
PlainText(const std::string & text, std::size_t longest)
{
  std::string plain;
  for (const char c : text)
  {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U)
    {
      continue; // the rest of a letter in UTF-8, of which one sign is left
    }
    plain += byte < 0x20U || byte > 0x7EU ? '?' : c == '\\' ? '/' : c;
  }
  return plain.substr(0, longest);
}

void
PutText(DcmItem & item, const DcmTagKey & tag, const std::string & text)
{
  Require(item.putAndInsertString(DcmTag(tag), text.c_str()), tag);
}

void
PutInteger(DcmItem & item, const DcmTagKey & tag, std::int64_t value)
{
  const DcmTag full(tag);
  switch (full.getEVR())
  {
  case EVR_UL:
  case EVR_up:
    return Require(item.putAndInsertUint32(full, static_cast<Uint32>(value)), tag);
  case EVR_IS:
    return PutText(item, tag, std::to_string(value));
  default:
    return Require(item.putAndInsertUint16(DcmTag(tag, EVR_US), static_cast<Uint16>(value)), tag);
  }
}

void
PutDecimals(DcmItem & item, const DcmTagKey & tag, const std::vector<double> & values)
{
  if (DcmTag(tag).getEVR() == EVR_FD)
  {
    return Require(item.putAndInsertFloat64Array(DcmTag(tag), values.data(), static_cast<unsigned long>(values.size())),
                   tag);
  }
  std::string text;
  for (const double value : values)
  {
    text += (text.empty() ? "" : "\\") + DecimalText(value);
  }
  PutText(item, tag, text);
}

void
PutWords(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint16_t> & words)
{
  Require(item.putAndInsertUint16Array(DcmTag(tag, EVR_OW), words.data(), static_cast<unsigned long>(words.size())),
          tag);
}

void
PutBytes(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint8_t> & bytes)
{
  Require(item.putAndInsertUint8Array(DcmTag(tag, EVR_OB), bytes.data(), static_cast<unsigned long>(bytes.size())),
          tag);
}

void
PutFloats(DcmItem & item, const DcmTagKey & tag, const float * values, std::size_t count)
{
  Require(item.putAndInsertFloat32Array(DcmTag(tag), values, static_cast<unsigned long>(count)), tag);
}

void
PutTag(DcmItem & item, const DcmTagKey & tag, const DcmTagKey & value)
{
  Require(item.putAndInsertTagKey(DcmTag(tag), value), tag);
}

void
PutIndex(DcmItem & item, const DcmTagKey & tag, const std::vector<std::uint32_t> & values)
{
  auto element = std::make_unique<DcmUnsignedLong>(DcmTag(tag));
  Require(element->putUint32Array(values.data(), static_cast<unsigned long>(values.size())), tag);
  Require(item.insert(element.get(), OFTrue), tag);
  element.release(); // the item's own now
}

DcmItem &
AddItem(DcmItem & item, const DcmTagKey & sequence)
{
  DcmItem * added = nullptr;
  Require(item.findOrCreateSequenceItem(DcmTag(sequence), added, -2), sequence);
  return *added;
}

void
PutEmptySequence(DcmItem & item, const DcmTagKey & sequence)
{
  Require(item.insertEmptyElement(DcmTag(sequence), OFTrue), sequence);
}

void
AddCode(DcmItem & item, const DcmTagKey & sequence, const DicomCode & code)
{
  DcmItem & added = AddItem(item, sequence);
  PutText(added, DCM_CodeValue, PlainText(code.value, 16));
  PutText(added, DCM_CodingSchemeDesignator, PlainText(code.scheme, 16));
  PutText(added, DCM_CodeMeaning, PlainText(code.meaning, 64));
}

void
CopyAttributes(DcmItem & source, DcmItem & item, std::initializer_list<DcmTagKey> tags)
{
  for (const DcmTagKey & tag : tags)
  {
    CopyAttribute(source, item, tag);
  }
}

void
CopyOrEmpty(DcmItem & source, DcmItem & item, std::initializer_list<DcmTagKey> tags)
{
  for (const DcmTagKey & tag : tags)
  {
    if (!CopyAttribute(source, item, tag))
    {
      Require(item.insertEmptyElement(DcmTag(tag), OFTrue), tag);
    }
  }
}

std::string
TextOf(DcmItem & item, const DcmTagKey & tag)
{
  OFString text;
  if (item.findAndGetOFStringArray(tag, text).bad())
  {
    return "";
  }
  const std::string found(text.c_str());
  const std::size_t first = found.find_first_not_of(' ');
  return first == std::string::npos ? "" : found.substr(first, found.find_last_not_of(' ') - first + 1);
}
} // namespace tweedie
