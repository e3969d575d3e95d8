// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"

#include <cstdint>

namespace tweedie
{
namespace
{
/** Length of the UTF-8 sequence that starts here; 0 if there is none (also overlong forms and surrogates). */
std::size_t
SequenceLength(const std::string & text, std::size_t i)
{
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned lead = byte(i);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  for (std::size_t k = 1; k < length; ++k)
  {
    if ((byte(i + k) & 0xC0u) != 0x80u)
    {
      return 0;
    }
  }
  const unsigned second = byte(i + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

const char *
Entity(char c)
{
  switch (c)
  {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return nullptr;
  }
}
} // namespace

std::string
EscapeHtml(const std::string & text)
{
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t i = 0; i < text.size();)
  {
    const std::size_t length = SequenceLength(text, i);
    const bool isControl =
        length == 1 && static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n' && text[i] != '\t';
    if (length == 0 || isControl)
    {
      escaped += '?';
      ++i;
      continue;
    }
    if (const char * entity = length == 1 ? Entity(text[i]) : nullptr)
    {
      escaped += entity;
    }
    else
    {
      escaped.append(text, i, length);
    }
    i += length;
  }
  return escaped;
}

std::string
GoalOf(const TableColumn & column)
{
  switch (column.best)
  {
  case BestValue::Highest:
    return "↑";
  case BestValue::Lowest:
    return "↓";
  case BestValue::NearestToTarget:
    return "→\u00A0" + FormatSignificant(column.target, 2);
  default:
    return "";
  }
}

std::string
Base64(const std::string & bytes)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3)
  {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k)
    {
      word = (word << 8) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    text += alphabet[word >> 18];
    text += alphabet[(word >> 12) & 63u];
    text += i + 1 < bytes.size() ? alphabet[(word >> 6) & 63u] : '=';
    text += i + 2 < bytes.size() ? alphabet[word & 63u] : '=';
  }
  return text;
}
} // namespace tweedie
