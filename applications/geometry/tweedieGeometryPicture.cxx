// SPDX-License-Identifier: Apache-2.0
#include "tweedieGeometryPicture.h"

#include "tweedieCTGeometrySummary.h"
#include "tweedieFieldText.h"
#include "tweediePictureShapes.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr int side = 620; // pixels of a panel
constexpr int margin = 30;
constexpr int headHeight = 74;
constexpr int footHeight = 64;
constexpr int textScale = 2;
constexpr double reach = 240.0;        // pixels from a panel's middle to what lies farthest out
constexpr double lastColor = 0.85;     // of the map: what follows is too light for paper
constexpr std::size_t mostDots = 1440; // more hide each other

constexpr Color paper{255, 255, 255};
constexpr Color panelPaper{248, 248, 250};
constexpr Color ink{30, 30, 30};
constexpr Color faint{160, 160, 165};
constexpr Color detectorColor{200, 70, 0};
constexpr Color rayColor{230, 150, 90};
constexpr Color fieldColor{30, 110, 190};

/** What is drawn, in mm; of parallel rays, which come from nowhere, sources and detector stand at a distance. */
struct Scene
{
  std::vector<Vector3> sources;
  std::vector<Vector3> outline; ///< of the first view's detector
  std::vector<std::pair<Vector3, Vector3>> rays;
  double fieldRadius = 0.0;
  double fieldHeight = 0.0;
  bool isParallel = false;
  bool isHelix = false;
  bool isAssumed = false; ///< the detector's size
  double width = 0.0;     ///< of the detector
};

Vector3
DetectorPoint(const CTGeometry & geometry, const CTView & view, double u, double v)
{
  Vector3 point = AddScaled(view.detector, v, view.alongV);
  const double r = geometry.detectorRadius;
  if (r == 0.0)
  {
    return AddScaled(point, u, view.alongU);
  }
  point = AddScaled(point, r * std::sin(u / r), view.alongU);
  return AddScaled(point, r * (1.0 - std::cos(u / r)), Cross(view.alongU, view.alongV));
}

/** A detector as wide as two fifths of the distance from the source; square where the rays are a cone. */
CTDetector
AssumedDetector(const CTGeometry & geometry)
{
  const CTGantry gantry = GantryOfView(geometry.views[0], geometry.beam, geometry.detectorRadius);
  const double width = geometry.beam == CTBeam::Parallel ? 400.0 : 0.4 * std::abs(gantry.sdd);
  return CentredDetector(1, 1, width, geometry.beam == CTBeam::Cone ? width : 1.0);
}

Scene
SceneOf(const CTGeometry & geometry, const std::optional<CTDetector> & given)
{
  const CTDetector detector = given ? *given : AssumedDetector(geometry);
  const double left = detector.originU - 0.5 * detector.pitchU;
  const double low = detector.originV - 0.5 * detector.pitchV;
  Scene scene;
  scene.isParallel = geometry.beam == CTBeam::Parallel;
  scene.isAssumed = !given;
  scene.width = std::abs(static_cast<double>(detector.columns) * detector.pitchU);
  const double right = left + static_cast<double>(detector.columns) * detector.pitchU;
  const double high = low + static_cast<double>(detector.rows) * detector.pitchV;
  const CTFieldOfView field = FieldOfView(geometry, detector);
  scene.fieldRadius = given ? field.radius : 0.0;
  scene.fieldHeight = given ? field.height : 0.0;
  const double away = 0.9 * (scene.width + std::abs(left + right)); // of parallel rays' ends
  for (const auto & view : geometry.views)
  {
    scene.sources.push_back(scene.isParallel ? AddScaled({0.0, 0.0, 0.0}, -away, view.source) : view.source);
  }
  const CTView & first = geometry.views[0];
  const auto point = [&](double u, double v)
  {
    const Vector3 place = DetectorPoint(geometry, first, u, v);
    return scene.isParallel ? AddScaled(place, away - Dot(place, first.source), first.source) : place;
  };
  constexpr int parts = 48; // of an edge that is bent
  for (int i = 0; i <= parts; ++i)
  {
    scene.outline.push_back(point(left + (right - left) * i / parts, low));
  }
  for (int i = parts; i >= 0; --i)
  {
    scene.outline.push_back(point(left + (right - left) * i / parts, high));
  }
  scene.outline.push_back(scene.outline[0]);
  for (const auto & corner : {std::pair(left, low), {right, low}, {right, high}, {left, high}})
  {
    const Vector3 end = point(corner.first, corner.second);
    const CTRay ray = geometry.Ray(0, corner.first, corner.second);
    scene.rays.emplace_back(scene.isParallel ? AddScaled(end, -2.0 * away, first.source) : ray.origin, end);
  }
  return scene;
}

void
DrawCross(Picture & picture, PicturePoint centre)
{
  DrawPolyline(picture, {{centre.x - 9.0, centre.y}, {centre.x + 9.0, centre.y}}, 3.0, ink);
  DrawPolyline(picture, {{centre.x, centre.y - 9.0}, {centre.x, centre.y + 9.0}}, 3.0, ink);
}

/** A view of the scene along one axis of the scanner. */
class Panel
{
public:
  /** across, up: which axes point right and up. */
  Panel(const Scene & scene, std::size_t across, std::size_t up)
      : m_Scene(scene), m_Across(across), m_Up(up), m_Picture(side, side, panelPaper)
  {
    double low[2] = {0.0, 0.0}, high[2] = {0.0, 0.0};
    const auto include = [&](const Vector3 & point)
    {
      const double place[2] = {point[across], point[up]};
      for (int i = 0; i < 2; ++i)
      {
        low[i] = std::min(low[i], place[i]);
        high[i] = std::max(high[i], place[i]);
      }
    };
    std::for_each(scene.sources.begin(), scene.sources.end(), include);
    std::for_each(scene.outline.begin(), scene.outline.end(), include);
    m_MiddleAcross = 0.5 * (low[0] + high[0]);
    m_MiddleUp = 0.5 * (low[1] + high[1]);
    m_Scale = 2.0 * reach / std::max({high[0] - low[0], high[1] - low[1], 1.0});
  }

  Picture
  Draw(const char * right, const char * left, const char * top, const char * bottom)
  {
    DrawAxes();
    DrawField();
    for (const auto & ray : m_Scene.rays)
    {
      DrawPolyline(m_Picture, {Place(ray.first), Place(ray.second)}, 1.4, rayColor, 0.8);
    }
    DrawSources();
    std::vector<PicturePoint> outline;
    for (const auto & point : m_Scene.outline)
    {
      outline.push_back(Place(point));
    }
    DrawPolyline(m_Picture, outline, 5.0, detectorColor);
    const PicturePoint centre = Place({0.0, 0.0, 0.0});
    DrawCross(m_Picture, centre);
    const int across = static_cast<int>(centre.x), down = static_cast<int>(centre.y) - TextHeight(textScale) / 2;
    m_Picture.DrawText(side - 8 - TextWidth(right, textScale), down, right, ink, textScale);
    m_Picture.DrawText(8, down, left, ink, textScale);
    m_Picture.DrawText(across - TextWidth(top, textScale) / 2, 8, top, ink, textScale);
    m_Picture.DrawText(
        across - TextWidth(bottom, textScale) / 2, side - 8 - TextHeight(textScale), bottom, ink, textScale);
    DrawScale();
    return m_Picture;
  }

private:
  PicturePoint
  Place(const Vector3 & point) const
  {
    return {0.5 * side + m_Scale * (point[m_Across] - m_MiddleAcross),
            0.5 * side - m_Scale * (point[m_Up] - m_MiddleUp)};
  }

  /** The scanner's axes through the isocentre. */
  void
  DrawAxes()
  {
    const PicturePoint centre = Place({0.0, 0.0, 0.0});
    DrawPolyline(m_Picture, {{36.0, centre.y}, {side - 66.0, centre.y}}, 1.0, faint, 0.7);
    DrawPolyline(m_Picture, {{centre.x, 36.0}, {centre.x, side - 36.0}}, 1.0, faint, 0.7);
  }

  void
  DrawField()
  {
    const double radius = m_Scene.fieldRadius;
    if (radius <= 0.0 || (m_Across == 1 && m_Scene.isHelix)) // whose views see different heights
    {
      return;
    }
    if (m_Across != 1) // along the axis: a circle
    {
      DrawDisc(m_Picture, Place({0.0, 0.0, 0.0}), m_Scale * radius, fieldColor, 0.10);
      DrawRing(m_Picture, Place({0.0, 0.0, 0.0}), m_Scale * radius, 2.0, fieldColor);
      return;
    }
    const double half = 0.5 * m_Scene.fieldHeight;
    std::vector<PicturePoint> corners;
    for (const auto & sign : {std::pair(-1, -1), {1, -1}, {1, 1}, {-1, 1}, {-1, -1}})
    {
      corners.push_back(Place({0.0, sign.first * half, sign.second * radius}));
    }
    DrawPolyline(m_Picture, corners, 2.0, fieldColor);
  }

  void
  DrawSources()
  {
    const auto & sources = m_Scene.sources;
    const std::size_t stride = (sources.size() + mostDots - 1) / mostDots;
    for (std::size_t k = 0; k < sources.size(); k += stride)
    {
      DrawDisc(m_Picture, Place(sources[k]), 2.6, ColorOf(k));
    }
    const PicturePoint first = Place(sources[0]), last = Place(sources.back());
    DrawDisc(m_Picture, last, 6.0, ColorOf(sources.size() - 1));
    DrawDisc(m_Picture, first, 9.0, ColorOf(0));
    DrawDisc(m_Picture, first, 4.0, paper);
  }

  Color
  ColorOf(std::size_t view) const
  {
    const auto steps = static_cast<double>(std::max<std::size_t>(m_Scene.sources.size() - 1, 1));
    return MapColor(ColorMap::Cool, lastColor * static_cast<double>(view) / steps);
  }

  /** A bar of 1, 2 or 5 times a power of ten. */
  void
  DrawScale()
  {
    const double most = 160.0 / m_Scale;
    const double power = std::pow(10.0, std::floor(std::log10(most)));
    const double length = power * (most >= 5.0 * power ? 5.0 : most >= 2.0 * power ? 2.0 : 1.0);
    const int y = side - 12;
    m_Picture.FillRectangle(12, y, static_cast<int>(std::lround(length * m_Scale)), 3, ink);
    m_Picture.DrawText(12, y - 6 - TextHeight(textScale), NumberText(length) + " mm", ink, textScale);
  }

  const Scene & m_Scene;
  std::size_t m_Across;
  std::size_t m_Up;
  Picture m_Picture;
  double m_MiddleAcross = 0.0;
  double m_MiddleUp = 0.0;
  double m_Scale = 1.0;
};

/** To a thousandth, without zeros at the end. */
std::string
Short(double value)
{
  return NumberText(std::round(value * 1e3) / 1e3);
}

std::string
Title(const CTGeometrySummary & summary, std::size_t views)
{
  std::string text = summary.type + ", " + std::to_string(views) + (views == 1 ? " view" : " views over ");
  text += views == 1 ? "" : Short(summary.arc) + "°";
  if (summary.high.sdd != 0.0)
  {
    text += ", sid " + Short(summary.high.sid) + " mm, sdd " + Short(summary.high.sdd) + " mm";
  }
  if (summary.tableFeed)
  {
    text += ", table feed " + Short(*summary.tableFeed) + " mm per turn";
  }
  return text;
}

/** Discs and lines with what they mean, from left to right. */
void
DrawLegend(Picture & figure, const Scene & scene, int y)
{
  int x = margin;
  const auto middle = y + 0.5 * TextHeight(textScale);
  const auto text = [&](const std::string & words)
  {
    figure.DrawText(x, y, words, ink, textScale);
    x += TextWidth(words, textScale) + 28;
  };
  const auto disc = [&](double radius, double value)
  {
    DrawDisc(figure, {x + 9.0, middle}, radius, MapColor(ColorMap::Cool, value));
    x += 26;
  };
  const auto bar = [&](Color color, double width)
  {
    DrawPolyline(figure, {{x + 0.0, middle}, {x + 24.0, middle}}, width, color);
    x += 32;
  };
  disc(9.0, 0.0);
  DrawDisc(figure, {x - 17.0, middle}, 4.0, paper);
  text(scene.isParallel ? "side of the first view" : "first source");
  disc(6.0, lastColor);
  text(scene.isParallel ? "of the last" : "last source");
  bar(detectorColor, 5.0);
  text("first detector");
  DrawCross(figure, {x + 9.0, middle});
  x += 26;
  text("isocentre");
  if (scene.fieldRadius > 0.0)
  {
    bar(fieldColor, 2.0);
    text("field of view, radius " + Short(scene.fieldRadius) + " mm");
  }
  std::string note;
  if (scene.isAssumed)
  {
    note = "No detector given: drawn " + Short(scene.width) + " mm wide. ";
  }
  if (scene.isParallel)
  {
    note += "Parallel rays: how far away both ends are drawn means nothing.";
  }
  figure.DrawText(margin, y + 28, note, ink, textScale);
}
} // namespace

Picture
DrawCTGeometry(const CTGeometry & geometry, const std::optional<CTDetector> & detector)
{
  const CTGeometrySummary summary = SummarizeCTGeometry(geometry);
  Scene scene = SceneOf(geometry, detector);
  scene.isHelix = summary.tableFeed.has_value();
  Picture figure(2 * side + 3 * margin, side + headHeight + footHeight, paper);
  figure.DrawText(margin, 14, Title(summary, geometry.views.size()), ink, textScale);
  figure.DrawText(margin, 44, "along the axis, from the feet", ink, textScale);
  figure.DrawText(2 * margin + side, 44, "from the patient's left", ink, textScale);
  figure.Paste(Panel(scene, 0, 2).Draw("x  L", "R", "z  A", "P"), margin, headHeight);
  figure.Paste(Panel(scene, 1, 2).Draw("y  S", "I", "z  A", "P"), 2 * margin + side, headHeight);
  DrawLegend(figure, scene, headHeight + side + 10);
  return figure;
}
} // namespace tweedie
