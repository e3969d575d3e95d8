// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePicture_h
#define tweediePicture_h

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
struct Color
{
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  bool
  operator==(const Color & other) const
  {
    return red == other.red && green == other.green && blue == other.blue;
  }
};

/** Colours of a value in 0..1. Lightness rises evenly in Gray, Cool and Warm; Signed is blue - white - red, white at
 * 0.5; Cyclic has the same colour at both ends. */
enum class ColorMap
{
  Gray,
  Cool,   ///< violet - green - yellow
  Warm,   ///< black - red - yellow: errors and standard deviations
  Signed, ///< differences
  Cyclic  ///< phases
};

/** Values outside 0..1 take the end colours; not-a-number is magenta. */
Color MapColor(ColorMap map, double value);

/** A raster of RGB pixels, row by row from the top. */
class Picture
{
public:
  Picture() = default;
  /** Throws DataError unless both extents are in 1..30000. */
  Picture(int width, int height, Color fill);

  int
  Width() const
  {
    return m_Width;
  }
  int
  Height() const
  {
    return m_Height;
  }
  Color At(int x, int y) const;
  /** Ignored outside the picture. */
  void Set(int x, int y, Color color);
  void FillRectangle(int x, int y, int width, int height, Color color);
  /** Copies another picture in, its corner at (x, y); clipped. */
  void Paste(const Picture & other, int x, int y);
  /** Text (printable ASCII, the signs for plus-minus, times, degree, sigma, dash; others as '?') in a fixed built-in
   * font of TextWidth x TextHeight, (x, y) its upper left corner. */
  void DrawText(int x, int y, const std::string & text, Color color, int scale = 1);

  /** The bytes of the pixels: 3 * width * height. */
  const std::vector<std::uint8_t> &
  Bytes() const
  {
    return m_Bytes;
  }

private:
  int m_Width = 0;
  int m_Height = 0;
  std::vector<std::uint8_t> m_Bytes;
};

/** Size of a text on one line, in screen pixels. UTF-8: counted in characters. */
int TextWidth(const std::string & text, int scale = 1);
int TextHeight(int scale = 1);

/** The picture as a PNG file in memory (8-bit RGB), for embedding. */
std::string EncodePng(const Picture & picture);

/** Writes a PNG whole or not at all. Throws UsageError unless the path ends in .png and can be written. */
void WritePng(const std::string & path, const Picture & picture);
} // namespace tweedie

#endif
