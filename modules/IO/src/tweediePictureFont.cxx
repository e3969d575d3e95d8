// SPDX-License-Identifier: Apache-2.0
#include "tweediePictureFont.h"

#include <map>

namespace tweedie
{
namespace
{
// One glyph per word, one base-32 digit (0-9, A-V) per row of five pixels: space to '~', then those of extraGlyphs.
const char * const glyphs[] = {
    "000000000", "444440400", "AAA000000", "AAVAVAA00", "4FKE5U400", "PP248JJ00", "CIICLID00", "440000000", "248884200",
    "842224800", "04LEL4000", "044V44000", "000004480", "000E00000", "000000400", "11248GG00", "EHJLPHE00", "4C4444E00",
    "EH1248V00", "EH161HE00", "26AIV2200", "VGU11HE00", "68GUHHE00", "V12244400", "EHHEHHE00", "EHHF12C00", "004004000",
    "004004480", "248G84200", "00V0V0000", "842124800", "EH1240400", "EHNLNGE00", "EHHVHHH00", "UHHUHHU00", "EHGGGHE00",
    "UHHHHHU00", "VGGUGGV00", "VGGUGGG00", "EHGJHHE00", "HHHVHHH00", "E44444E00", "72222IC00", "HIKOKIH00", "GGGGGGV00",
    "HRLLHHH00", "HPLLJHH00", "EHHHHHE00", "UHHUGGG00", "EHHHLID00", "UHHUKIH00", "FGGE11U00", "V44444400", "HHHHHHE00",
    "HHHHAA400", "HHHLLRH00", "HHA4AHH00", "HHA444400", "V1248GV00", "E88888E00", "GG8421100", "E22222E00", "4AH000000",
    "0000000V0", "840000000", "00E1FHF00", "GGUHHHU00", "00EHGHE00", "11FHHHF00", "00EHVGE00", "698U88800", "00FHHHF1E",
    "GGUHHHH00", "40C444E00", "2062222IC", "GGIKOKI00", "C44444E00", "00QLLLL00", "00UHHHH00", "00EHHHE00", "00UHHHUGG",
    "00FHHHF11", "00MPGGG00", "00FGE1U00", "88U889600", "00HHHHF00", "00HHHA400", "00HLLLA00", "00HA4AH00", "00HHHHF1E",
    "00V248V00", "244844200", "444444400", "844244800", "0009LI000", "44V440V00", "00HA4AH00", "CIIC00000", "00FIHHE00",
    "000V00000",
};
constexpr char32_t firstGlyph = U' ';
constexpr char32_t lastAscii = U'~';

const std::map<char32_t, char32_t> extraGlyphs = {{0xB1, lastAscii + 1},   // plus-minus
                                                  {0xD7, lastAscii + 2},   // times
                                                  {0xB0, lastAscii + 3},   // degree
                                                  {0x3C3, lastAscii + 4},  // small sigma
                                                  {0x2013, lastAscii + 5}, // dashes
                                                  {0x2014, lastAscii + 5},
                                                  {0x2212, U'-'}, // minus
                                                  {0xA0, U' '},   // spaces
                                                  {0x2009, U' '},
                                                  {0x202F, U' '}};
} // namespace

std::vector<char32_t>
Characters(const std::string & text)
{
  std::vector<char32_t> characters;
  for (std::size_t i = 0; i < text.size();)
  {
    const auto lead = static_cast<unsigned char>(text[i++]);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t character = more == 0 ? lead : lead & (0x3F >> more);
    for (int k = 0; k < more && i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; ++k)
    {
      character = (character << 6) | (static_cast<unsigned char>(text[i++]) & 0x3F);
    }
    characters.push_back(character);
  }
  return characters;
}

std::vector<int>
GlyphRows(char32_t character)
{
  const auto extra = extraGlyphs.find(character);
  char32_t place = extra == extraGlyphs.end() ? character : extra->second;
  if (place < firstGlyph || (place > lastAscii && extra == extraGlyphs.end()))
  {
    place = U'?';
  }
  std::vector<int> rows;
  for (const char * digit = glyphs[place - firstGlyph]; *digit != '\0'; ++digit)
  {
    rows.push_back(*digit <= '9' ? *digit - '0' : *digit - 'A' + 10);
  }
  return rows;
}
} // namespace tweedie
