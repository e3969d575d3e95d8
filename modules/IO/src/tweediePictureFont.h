// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePictureFont_h
#define tweediePictureFont_h

#include <string>
#include <vector>

namespace tweedie
{
constexpr int glyphColumns = 5;
constexpr int glyphRows = 9; ///< the last two below the base line
constexpr int glyphAdvance = glyphColumns + 1;

/** The characters of UTF-8 text; a damaged byte is one character. */
std::vector<char32_t> Characters(const std::string & text);

/** Nine numbers 0..31, one per row from the top, most significant bit on the left; '?' for what the font has not. */
std::vector<int> GlyphRows(char32_t character);
} // namespace tweedie

#endif
