// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfText.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace tweedie
{
namespace
{
struct Code
{
  std::uint32_t letter; ///< Unicode
  unsigned char byte;
};

// ISO 32000-1 table D.2: letters of WinAnsi that are elsewhere in Unicode; a minus is as long as an en dash.
constexpr Code winAnsi[] = {{0x20AC, 0x80},
                            {0x2026, 0x85},
                            {0x2030, 0x89},
                            {0x2018, 0x91},
                            {0x2019, 0x92},
                            {0x201C, 0x93},
                            {0x201D, 0x94},
                            {0x2022, 0x95},
                            {0x2013, 0x96},
                            {0x2014, 0x97},
                            {0x2212, 0x96}};

// ISO 32000-1 table D.5: of the Symbol font, Greek letters and the signs of formulas.
constexpr Code symbols[] = {
    {0x2190, 0xAC}, {0x2191, 0xAD}, {0x2192, 0xAE}, {0x2193, 0xAF}, {0x2264, 0xA3}, {0x2265, 0xB3}, {0x221A, 0xD6},
    {0x221E, 0xA5}, {0x2248, 0xBB}, {0x2260, 0xB9}, {0x2202, 0xB6}, {0x2211, 0xE5}, {0x2207, 0xD1}, {0x0394, 0x44},
    {0x03A3, 0x53}, {0x03A9, 0x57}, {0x03B1, 0x61}, {0x03B2, 0x62}, {0x03B3, 0x67}, {0x03B4, 0x64}, {0x03B5, 0x65},
    {0x03B7, 0x68}, {0x03B8, 0x71}, {0x03BA, 0x6B}, {0x03BB, 0x6C}, {0x03BC, 0x6D}, {0x03BD, 0x6E}, {0x03C0, 0x70},
    {0x03C1, 0x72}, {0x03C3, 0x73}, {0x03C4, 0x74}, {0x03C6, 0x66}, {0x03C7, 0x63}, {0x03C8, 0x79}, {0x03C9, 0x77}};

constexpr std::uint32_t none = 0xFFFFFFFFU;
constexpr std::uint32_t norm = 0x2016; // of a vector; two bars do as well

/** The letter at a byte; none where the bytes are no UTF-8. */
std::uint32_t
Letter(const std::string & text, std::size_t at, std::size_t length)
{
  const auto lead = static_cast<unsigned char>(text[at]);
  if (length == 1)
  {
    return lead < 0x80 ? lead : none;
  }
  std::uint32_t letter = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i)
  {
    letter = letter << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  return letter;
}

template <std::size_t N>
const Code *
Find(const Code (&codes)[N], std::uint32_t letter)
{
  const auto found =
      std::find_if(std::begin(codes), std::end(codes), [letter](const Code & code) { return code.letter == letter; });
  return found == std::end(codes) ? nullptr : found;
}
} // namespace

std::size_t
LetterLength(const std::string & text, std::size_t at)
{
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(at);
  const std::size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 ? 4 : 1;
  for (std::size_t i = 1; i < length; ++i)
  {
    if ((byte(at + i) & 0xC0U) != 0x80U)
    {
      return 1;
    }
  }
  return length;
}

std::vector<PdfRun>
PdfRuns(const std::string & text)
{
  std::vector<PdfRun> runs;
  const auto add = [&runs](bool isSymbol, const std::string & bytes)
  {
    if (runs.empty() || runs.back().isSymbol != isSymbol)
    {
      runs.push_back({isSymbol, ""});
    }
    runs.back().bytes += bytes;
  };
  for (std::size_t at = 0; at < text.size();)
  {
    const std::size_t length = LetterLength(text, at);
    const std::uint32_t letter = Letter(text, at, length);
    at += length;
    if ((letter >= 0x20 && letter < 0x7F) || (letter >= 0xA0 && letter <= 0xFF))
    {
      add(false, std::string(1, static_cast<char>(letter)));
    }
    else if (const Code * code = Find(winAnsi, letter))
    {
      add(false, std::string(1, static_cast<char>(code->byte)));
    }
    else if (const Code * symbol = Find(symbols, letter))
    {
      add(true, std::string(1, static_cast<char>(symbol->byte)));
    }
    else
    {
      add(false, letter == norm ? "||" : letter == '\n' || letter == '\t' ? " " : "?");
    }
  }
  return runs;
}
} // namespace tweedie
