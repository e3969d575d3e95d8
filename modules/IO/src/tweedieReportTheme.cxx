// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportTheme.h"

#include <algorithm>
#include <cstdio>

namespace tweedie
{
namespace
{
Color
Rgb(std::uint32_t code)
{
  const auto part = [code](unsigned shift) { return static_cast<std::uint8_t>(code >> shift & 0xFFU); };
  return {part(16), part(8), part(0)};
}

std::string
Hex(Color color)
{
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", color.red, color.green, color.blue);
  return text;
}
} // namespace

const std::vector<ThemeColor> &
ReportTheme()
{
  // Green and red of the lights differ in lightness and lean to blue and orange, for those who see no red.
  static const std::vector<ThemeColor> colors{
      {"ink", Rgb(0x1b1f24), Rgb(0xe6e9ec)},      {"soft", Rgb(0x5a636e), Rgb(0xa3acb6)},
      {"faint", Rgb(0x7c858f), Rgb(0x7c8691)},    {"line", Rgb(0xd9dee3), Rgb(0x343b43)},
      {"paper", Rgb(0xffffff), Rgb(0x14171a)},    {"panel", Rgb(0xf6f7f9), Rgb(0x1c2025)},
      {"accent", Rgb(0x0b5cad), Rgb(0x7ab8f5)},   {"best", Rgb(0xe3f1e6), Rgb(0x17341f)},
      {"bestink", Rgb(0x155724), Rgb(0xa6e0b4)},  {"warn", Rgb(0xfff4d6), Rgb(0x3a2f0b)},
      {"warnline", Rgb(0xd9a400), Rgb(0xb38b1d)}, {"passed", Rgb(0x00715a), Rgb(0x45c8a8)},
      {"warned", Rgb(0x8a6100), Rgb(0xe3b341)},   {"failed", Rgb(0xbf3000), Rgb(0xff8f66)},
      {"untested", Rgb(0x5a636e), Rgb(0xa3acb6)}, {"s0", Rgb(0x0b5cad), Rgb(0x7ab8f5)},
      {"s1", Rgb(0xc2410c), Rgb(0xff9a62)},       {"s2", Rgb(0x2f7d32), Rgb(0x7fd083)},
      {"s3", Rgb(0x8b2f8f), Rgb(0xd993dc)},       {"s4", Rgb(0x7a5c00), Rgb(0xe2c04f)},
      {"s5", Rgb(0x00797a), Rgb(0x55d0d1)},       {"s6", Rgb(0xb0234f), Rgb(0xff86a8)},
      {"s7", Rgb(0x555f6b), Rgb(0xb4bec9)}};
  return colors;
}

Color
PaperColor(const std::string & variable)
{
  const std::vector<ThemeColor> & colors = ReportTheme();
  const auto found = std::find_if(
      colors.begin(), colors.end(), [&](const ThemeColor & color) { return variable == "var(--" + color.name + ")"; });
  return (found == colors.end() ? colors.front() : *found).light;
}

std::string
ThemeVariables(bool isDark)
{
  std::string text;
  for (const ThemeColor & color : ReportTheme())
  {
    text += "--" + color.name + ':' + Hex(isDark ? color.dark : color.light) + ';';
  }
  return text;
}
} // namespace tweedie
