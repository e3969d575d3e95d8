// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomFile.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcxfer.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>

namespace tweedie
{
namespace
{
constexpr std::uint32_t largestHeaderValue = 4096; // bytes; what is longer stays in the file until it is asked for

std::string
Printable(const std::string & text)
{
  constexpr std::size_t longest = 40;
  std::string result = text.substr(0, longest);
  for (char & c : result)
  {
    c = c >= ' ' && c <= '~' ? c : '?';
  }
  return result;
}

/** Without the spaces and zeros that make lengths even. */
std::string
Trimmed(const std::string & text)
{
  const std::string padding(" \0", 2);
  const std::size_t first = text.find_first_not_of(padding);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(padding) - first + 1);
}

/** Numbers with backslashes between; false where one is none. */
bool
Parse(const std::string & text, std::vector<double> & numbers)
{
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find('\\', begin), text.size());
    const std::string word = Trimmed(text.substr(begin, end - begin));
    const std::size_t sign = !word.empty() && word[0] == '+' ? 1 : 0;
    double number = 0.0;
    const char * last = word.data() + word.size();
    const auto result = std::from_chars(word.data() + sign, last, number);
    if (result.ec != std::errc() || result.ptr != last)
    {
      return false;
    }
    numbers.push_back(number);
    begin = end + 1;
  }
  return true;
}

std::uint32_t
LittleEndian(const char * bytes, std::size_t count)
{
  std::uint32_t value = 0;
  for (std::size_t i = count; i > 0; --i)
  {
    value = value << 8U | static_cast<std::uint8_t>(bytes[i - 1]);
  }
  return value;
}

/** Of a value whose type the file does not tell. */
bool
Decode(const std::string & bytes, DicomType type, std::vector<double> & numbers)
{
  if (type == DicomType::Text)
  {
    return Parse(bytes, numbers);
  }
  const std::size_t width = type == DicomType::Float ? 4 : 2;
  for (std::size_t at = 0; at + width <= bytes.size(); at += width)
  {
    const std::uint32_t bits = LittleEndian(bytes.data() + at, width);
    float value = 0.0F;
    std::memcpy(&value, &bits, sizeof(value));
    numbers.push_back(type == DicomType::Float ? static_cast<double>(value) : static_cast<double>(bits));
  }
  return bytes.size() % width == 0;
}

template <typename T>
bool
Copy(DcmElement & element, OFCondition (DcmElement::*get)(T *&), std::vector<double> & numbers)
{
  T * values = nullptr;
  if ((element.*get)(values).bad())
  {
    return false;
  }
  const std::size_t count = values == nullptr ? 0 : element.getLength() / sizeof(T);
  for (std::size_t i = 0; i < count; ++i)
  {
    numbers.push_back(static_cast<double>(values[i]));
  }
  return true;
}

/** A text, or the bytes of a value whose type the file does not tell. */
bool
ReadBytes(DcmElement & element, std::string & bytes)
{
  if (element.isaString())
  {
    OFString text;
    const bool isRead = element.getOFStringArray(text).good();
    bytes.assign(text.c_str(), text.size());
    return isRead;
  }
  Uint8 * values = nullptr;
  const bool isRead = element.getUint8Array(values).good() && values != nullptr;
  bytes = isRead ? std::string(reinterpret_cast<const char *>(values), element.getLength()) : "";
  return isRead;
}

bool
ReadNumbers(DcmElement & element, DicomType type, std::vector<double> & numbers)
{
  switch (element.getTag().getEVR())
  {
  case EVR_FL:
    return Copy<Float32>(element, &DcmElement::getFloat32Array, numbers);
  case EVR_FD:
    return Copy<Float64>(element, &DcmElement::getFloat64Array, numbers);
  case EVR_US:
    return Copy<Uint16>(element, &DcmElement::getUint16Array, numbers);
  case EVR_SS:
    return Copy<Sint16>(element, &DcmElement::getSint16Array, numbers);
  case EVR_UL:
    return Copy<Uint32>(element, &DcmElement::getUint32Array, numbers);
  case EVR_SL:
    return Copy<Sint32>(element, &DcmElement::getSint32Array, numbers);
  default:
    std::string bytes;
    return ReadBytes(element, bytes) && (element.isaString() ? Parse(bytes, numbers) : Decode(bytes, type, numbers));
  }
}
} // namespace

struct DicomFile::Content
{
  QuietDcmtk quiet;
  DcmFileFormat file;

  DcmElement *
  Find(const DcmTagKey & tag)
  {
    DcmElement * element = nullptr;
    const bool isThere = file.getDataset()->findAndGetElement(tag, element, OFFalse).good() && element != nullptr;
    return isThere && element->getLength() > 0 ? element : nullptr;
  }
};

std::string
NameOf(const DicomTag & tag)
{
  const char * digits = "0123456789ABCDEF";
  std::string text = "(";
  for (const std::uint16_t part : {tag.group, tag.element})
  {
    for (const unsigned shift : {12U, 8U, 4U, 0U})
    {
      text += digits[part >> shift & 0xFU];
    }
    text += text.size() < 6 ? "," : ") ";
  }
  return text + tag.name;
}

bool
IsDicom(const std::string & path)
{
  char start[132] = {};
  std::ifstream stream(path, std::ios::binary);
  return stream.read(start, sizeof(start)).good() && std::memcmp(start + 128, "DICM", 4) == 0;
}

DicomFile::DicomFile(const std::string & path) : m_Path(path), m_Content(std::make_unique<Content>())
{
  if (!IsDicom(path))
  {
    Refuse("no DICOM file", "one");
  }
  const OFCondition status =
      m_Content->file.loadFile(path.c_str(), EXS_Unknown, EGL_noChange, largestHeaderValue, ERM_fileOnly);
  if (status.bad())
  {
    Refuse("a DICOM file that cannot be read (" + Printable(status.text()) + ")", "a whole one");
  }
  const DcmXfer syntax(m_Content->file.getDataset()->getOriginalXfer());
  if (syntax.getXfer() != EXS_LittleEndianExplicit && syntax.getXfer() != EXS_LittleEndianImplicit)
  {
    Refuse(std::string("transfer syntax ") + syntax.getXferName(), "little endian without compression");
  }
}

DicomFile::~DicomFile() = default;

void
DicomFile::Refuse(const std::string & given, const std::string & required) const
{
  throw DataError(m_Path + ": given " + given + "; required " + required);
}

bool
DicomFile::Has(const DicomTag & tag) const
{
  return m_Content->Find({tag.group, tag.element}) != nullptr;
}

std::vector<double>
DicomFile::Numbers(const DicomTag & tag, std::size_t count) const
{
  DcmElement * element = m_Content->Find({tag.group, tag.element});
  if (element == nullptr)
  {
    Refuse("no " + NameOf(tag), "it");
  }
  std::vector<double> numbers;
  if (!ReadNumbers(*element, tag.type, numbers) || (count > 0 && numbers.size() != count))
  {
    const std::string several = count == 0 ? "numbers" : count == 1 ? "one number" : std::to_string(count) + " numbers";
    Refuse(NameOf(tag) + " that cannot be read as such", several);
  }
  for (const double number : numbers)
  {
    if (!std::isfinite(number))
    {
      Refuse(NameOf(tag) + " that is not finite", "a finite one");
    }
  }
  return numbers;
}

double
DicomFile::Number(const DicomTag & tag) const
{
  return Numbers(tag, 1)[0];
}

std::optional<double>
DicomFile::NumberIfAny(const DicomTag & tag) const
{
  return Has(tag) ? std::optional<double>(Number(tag)) : std::nullopt;
}

std::int64_t
DicomFile::Integer(const DicomTag & tag, std::int64_t low, std::int64_t high) const
{
  const double number = Number(tag);
  if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high)) || number != std::floor(number))
  {
    Refuse(NameOf(tag) + " of " + NumberText(number),
           "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return static_cast<std::int64_t>(number);
}

std::string
DicomFile::Text(const DicomTag & tag) const
{
  DcmElement * element = m_Content->Find({tag.group, tag.element});
  if (element == nullptr)
  {
    return "";
  }
  std::string text;
  return ReadBytes(*element, text) ? Printable(Trimmed(text)) : "";
}

void
DicomFile::RequirePixels(std::uint64_t count) const
{
  DcmElement * element = m_Content->Find(DCM_PixelData);
  const std::uint64_t length = element == nullptr ? 0 : element->getLength();
  if (length != 2 * count)
  {
    Refuse("pixel data of " + std::to_string(length) + " bytes", std::to_string(2 * count));
  }
}

const std::uint16_t *
DicomFile::Pixels(std::uint64_t count) const
{
  RequirePixels(count);
  Uint16 * words = nullptr;
  if (m_Content->Find(DCM_PixelData)->getUint16Array(words).bad() || words == nullptr)
  {
    Refuse("pixel data that cannot be read", "16-bit words");
  }
  return words;
}
} // namespace tweedie
