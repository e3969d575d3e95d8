// SPDX-License-Identifier: Apache-2.0
#include "tweediePictureShapes.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** Pixels left..right, top..bottom, ends included, within a picture. */
struct Box
{
  int left, top, right, bottom;

  Box(const Picture & picture, PicturePoint a, PicturePoint b, double margin)
  {
    const auto pixel = [](double place, int extent)
    { return static_cast<int>(std::floor(std::clamp(place, -1.0, static_cast<double>(extent)))); };
    left = std::max(0, pixel(std::min(a.x, b.x) - margin, picture.Width()));
    top = std::max(0, pixel(std::min(a.y, b.y) - margin, picture.Height()));
    right = std::min(picture.Width() - 1, pixel(std::max(a.x, b.x) + margin, picture.Width()));
    bottom = std::min(picture.Height() - 1, pixel(std::max(a.y, b.y) + margin, picture.Height()));
  }
};

bool
IsFinite(PicturePoint point)
{
  return std::isfinite(point.x) && std::isfinite(point.y);
}

double
Distance(PicturePoint point, PicturePoint a, PicturePoint b)
{
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double square = dx * dx + dy * dy;
  const double along =
      square > 0.0 ? std::clamp(((point.x - a.x) * dx + (point.y - a.y) * dy) / square, 0.0, 1.0) : 0.0;
  return std::hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

/** Share of a pixel inside an edge at a signed distance from its centre, negative inside. */
double
Coverage(double distance)
{
  return std::clamp(0.5 - distance, 0.0, 1.0);
}

void
Blend(Picture & picture, int x, int y, Color color, double share)
{
  if (share > 0.0)
  {
    picture.Set(x, y, MixColors(picture.At(x, y), color, share));
  }
}

/** Blends where distance(centre of the pixel) says. */
template <typename TDistance>
void
Fill(Picture & picture, const Box & box, Color color, double opacity, const TDistance & distance)
{
  for (int y = box.top; y <= box.bottom; ++y)
  {
    for (int x = box.left; x <= box.right; ++x)
    {
      Blend(picture, x, y, color, opacity * Coverage(distance(PicturePoint{x + 0.5, y + 0.5})));
    }
  }
}
} // namespace

Color
MixColors(Color a, Color b, double share)
{
  const auto mix = [share](std::uint8_t from, std::uint8_t to)
  { return static_cast<std::uint8_t>(std::lround(from + std::clamp(share, 0.0, 1.0) * (to - from))); };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

void
DrawPolyline(Picture & picture, const std::vector<PicturePoint> & points, double width, Color color, double opacity)
{
  const auto columns = static_cast<std::size_t>(picture.Width());
  std::vector<float> covered(columns * static_cast<std::size_t>(picture.Height()), 0.0F);
  for (std::size_t i = 0; i + 1 < points.size(); ++i)
  {
    if (!IsFinite(points[i]) || !IsFinite(points[i + 1]))
    {
      continue;
    }
    const Box box(picture, points[i], points[i + 1], 0.5 * width + 1.0);
    for (int y = box.top; y <= box.bottom; ++y)
    {
      for (int x = box.left; x <= box.right; ++x)
      {
        const double distance = Distance({x + 0.5, y + 0.5}, points[i], points[i + 1]) - 0.5 * width;
        float & share = covered[static_cast<std::size_t>(y) * columns + static_cast<std::size_t>(x)];
        share = std::max(share, static_cast<float>(Coverage(distance)));
      }
    }
  }
  for (std::size_t i = 0; i < covered.size(); ++i)
  {
    Blend(picture, static_cast<int>(i % columns), static_cast<int>(i / columns), color, opacity * covered[i]);
  }
}

void
DrawDisc(Picture & picture, PicturePoint centre, double radius, Color color, double opacity)
{
  if (IsFinite(centre))
  {
    Fill(picture,
         Box(picture, centre, centre, radius + 1.0),
         color,
         opacity,
         [&](PicturePoint p) { return std::hypot(p.x - centre.x, p.y - centre.y) - radius; });
  }
}

void
DrawRing(Picture & picture, PicturePoint centre, double radius, double width, Color color, double opacity)
{
  if (IsFinite(centre))
  {
    Fill(picture,
         Box(picture, centre, centre, radius + width + 1.0),
         color,
         opacity,
         [&](PicturePoint p) { return std::abs(std::hypot(p.x - centre.x, p.y - centre.y) - radius) - 0.5 * width; });
  }
}
} // namespace tweedie
