// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfText_h
#define tweediePdfText_h

#include <string>
#include <vector>

namespace tweedie
{
/** A piece of a text in one font's own codes. */
struct PdfRun
{
  bool isSymbol = false; ///< of the Symbol font, else of one with WinAnsi codes (ISO 32000-1 annex D)
  std::string bytes;
};

/** UTF-8 in the codes of the fonts; "?" for what they do not have and for bytes that are no UTF-8. */
std::vector<PdfRun> PdfRuns(const std::string & text);

/** Length in bytes of the letter that begins there, at least 1. */
std::size_t LetterLength(const std::string & text, std::size_t at);
} // namespace tweedie

#endif
