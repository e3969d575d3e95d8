// SPDX-License-Identifier: Apache-2.0
#include "tweediePicture.h"

#include "tweedieError.h"
#include "tweediePictureFont.h"

#include <algorithm>

namespace tweedie
{
Picture::Picture(int width, int height, Color fill) : m_Width(width), m_Height(height)
{
  constexpr int longest = 30000;
  if (width < 1 || height < 1 || width > longest || height > longest)
  {
    throw DataError("Picture: " + std::to_string(width) + " x " + std::to_string(height) +
                    " pixels; required 1 to 30000 in each direction");
  }
  m_Bytes.resize(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  FillRectangle(0, 0, width, height, fill);
}

Color
Picture::At(int x, int y) const
{
  if (x < 0 || y < 0 || x >= m_Width || y >= m_Height)
  {
    throw DataError("Picture: pixel (" + std::to_string(x) + ", " + std::to_string(y) + ") is outside");
  }
  const std::uint8_t * const pixel = m_Bytes.data() + 3 * (static_cast<std::size_t>(y) * m_Width + x);
  return {pixel[0], pixel[1], pixel[2]};
}

void
Picture::Set(int x, int y, Color color)
{
  if (x < 0 || y < 0 || x >= m_Width || y >= m_Height)
  {
    return;
  }
  std::uint8_t * const pixel = m_Bytes.data() + 3 * (static_cast<std::size_t>(y) * m_Width + x);
  pixel[0] = color.red;
  pixel[1] = color.green;
  pixel[2] = color.blue;
}

void
Picture::FillRectangle(int x, int y, int width, int height, Color color)
{
  for (int row = std::max(0, y); row < std::min(m_Height, y + height); ++row)
  {
    for (int column = std::max(0, x); column < std::min(m_Width, x + width); ++column)
    {
      Set(column, row, color);
    }
  }
}

void
Picture::Paste(const Picture & other, int x, int y)
{
  for (int row = 0; row < other.m_Height; ++row)
  {
    for (int column = 0; column < other.m_Width; ++column)
    {
      Set(x + column, y + row, other.At(column, row));
    }
  }
}

void
Picture::DrawText(int x, int y, const std::string & text, Color color, int scale)
{
  for (const char32_t character : Characters(text))
  {
    const std::vector<int> rows = GlyphRows(character);
    for (int row = 0; row < glyphRows; ++row)
    {
      for (int column = 0; column < glyphColumns; ++column)
      {
        if ((rows[static_cast<std::size_t>(row)] >> (glyphColumns - 1 - column) & 1) != 0)
        {
          FillRectangle(x + column * scale, y + row * scale, scale, scale, color);
        }
      }
    }
    x += glyphAdvance * scale;
  }
}

int
TextWidth(const std::string & text, int scale)
{
  const int characters = static_cast<int>(Characters(text).size());
  return characters == 0 ? 0 : (characters * glyphAdvance - 1) * scale;
}

int
TextHeight(int scale)
{
  return glyphRows * scale;
}
} // namespace tweedie
