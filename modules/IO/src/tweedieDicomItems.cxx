// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomItems.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::size_t longestText = 200;

std::string
Printable(const char * bytes, std::size_t count)
{
  std::string text(bytes, std::min(count, longestText));
  for (char & c : text)
  {
    c = c >= ' ' && c <= '~' ? c : c == '\0' ? ' ' : '?';
  }
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}
} // namespace

DcmItem *
SequenceItem(DcmItem * item, const DcmTagKey & sequence, long index)
{
  DcmItem * found = nullptr;
  return item != nullptr && item->findAndGetSequenceItem(sequence, found, index).good() ? found : nullptr;
}

DcmItem *
DicomItems::Group(const DcmTagKey & sequence) const
{
  DcmItem * group = SequenceItem(m_Frame, sequence);
  group = group == nullptr ? SequenceItem(m_Shared, sequence) : group;
  const bool isClassic = m_Frame == nullptr && m_Shared == nullptr;
  return group == nullptr && isClassic ? m_Dataset : group;
}

std::string
DicomItems::Text(DcmItem * item, const DcmTagKey & tag)
{
  OFString text;
  return item != nullptr && item->findAndGetOFStringArray(tag, text).good() ? Printable(text.c_str(), text.size()) : "";
}

std::optional<double>
DicomItems::Number(DcmItem * item, const DcmTagKey & tag, unsigned long index)
{
  if (item == nullptr)
  {
    return std::nullopt;
  }
  DcmElement * element = nullptr;
  if (item->findAndGetElement(tag, element).bad() || element == nullptr || element->getLength() == 0)
  {
    return std::nullopt;
  }
  Float64 real = 0.0;
  Sint32 whole = 0;
  Uint16 word = 0;
  Sint16 shortWord = 0;
  Uint32 longWord = 0;
  Float32 single = 0.0F;
  double value = 0.0;
  if (element->getFloat64(real, index).good())
  {
    value = real;
  }
  else if (element->getFloat32(single, index).good())
  {
    value = static_cast<double>(single);
  }
  else if (element->getUint16(word, index).good())
  {
    value = word;
  }
  else if (element->getSint16(shortWord, index).good())
  {
    value = shortWord;
  }
  else if (element->getUint32(longWord, index).good())
  {
    value = longWord;
  }
  else if (element->getSint32(whole, index).good())
  {
    value = whole;
  }
  else
  {
    return std::nullopt;
  }
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::int64_t
DicomItems::Integer(DcmItem * item, const DcmTagKey & tag, std::int64_t otherwise)
{
  constexpr double largest = 9e15; // whole numbers are exact up to here
  const std::optional<double> value = Number(item, tag);
  return value && std::abs(*value) < largest ? static_cast<std::int64_t>(*value) : otherwise;
}
} // namespace tweedie
