// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfPlot.h"

#include <charconv>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr Color ink{27, 31, 36};
constexpr Color soft{90, 99, 110};
constexpr Color faint{138, 147, 157};
constexpr Color light{217, 222, 227};
/** --s0 to --s7 of the page's light theme. */
constexpr Color series[] = {{11, 92, 173},
                            {194, 65, 12},
                            {47, 125, 50},
                            {139, 47, 143},
                            {122, 92, 0},
                            {0, 121, 122},
                            {176, 35, 79},
                            {85, 95, 107}};

/** One element as it stands in the text: name, attributes, and what is between its ends. */
struct Element
{
  std::string name;
  std::string attributes;
  std::string content;

  std::string
  Attribute(const std::string & key) const
  {
    const std::size_t at = attributes.find(' ' + key + "=\"");
    const std::size_t begin = at + key.size() + 3;
    return at == std::string::npos ? "" : attributes.substr(begin, attributes.find('"', begin) - begin);
  }
  double
  Number(const std::string & key) const
  {
    const std::string text = Attribute(key);
    double number = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
};

std::string
Unescaped(std::string text)
{
  const char * const entities[][2] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto & entity : entities)
  {
    const std::string name = entity[0];
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
    {
      text.replace(at, name.size(), entity[1]);
    }
  }
  return text;
}

/** Colour of "var(--s3)". */
Color
SeriesColor(const std::string & text)
{
  const std::size_t at = text.find("--s");
  return at == std::string::npos ? ink : series[static_cast<std::size_t>(text[at + 3] - '0') % std::size(series)];
}

/** The numbers and commands of a path; M begins a new line, others go on with it. */
std::vector<std::vector<PdfPoint>>
Lines(const std::string & path)
{
  std::vector<std::vector<PdfPoint>> lines;
  PdfPoint at;
  const char * next = path.data();
  const char * end = next + path.size();
  const auto number = [&]
  {
    double value = 0.0;
    next += next < end && *next == ' ' ? 1 : 0;
    next = std::from_chars(next, end, value).ptr;
    return value;
  };
  while (next < end)
  {
    const char command = *next++;
    if (command == 'z' && !lines.empty())
    {
      lines.back().push_back(lines.back().front());
      continue;
    }
    const bool isRelative = command == 'l' || command == 'h';
    const double x = number(), y = command == 'h' ? 0.0 : number();
    at = isRelative ? PdfPoint{at.x + x, at.y + y} : PdfPoint{x, y};
    if (command == 'M')
    {
      lines.emplace_back();
    }
    lines.back().push_back(at);
  }
  return lines;
}

class Drawing
{
public:
  Drawing(PdfCanvas & canvas, PdfPoint corner, double scale) : m_Canvas(canvas), m_Corner(corner), m_Scale(scale) {}

  void
  Draw(const Element & element)
  {
    if (element.name == "line")
    {
      const bool isIdeal = element.Attribute("class") == "ideal";
      m_Canvas.DrawLine(
          {At(element.Number("x1"), element.Number("y1")), At(element.Number("x2"), element.Number("y2"))},
          m_Scale,
          isIdeal ? soft : light,
          isIdeal);
    }
    else if (element.name == "circle")
    {
      m_Canvas.FillCircle(At(element.Number("cx"), element.Number("cy")),
                          m_Scale * element.Number("r"),
                          SeriesColor(element.Attribute("fill")));
    }
    else if (element.name == "rect")
    {
      DrawRectangle(element);
    }
    else if (element.name == "path")
    {
      DrawPath(element);
    }
    else if (element.name == "text")
    {
      DrawText(element);
    }
  }

private:
  PdfPoint
  At(double x, double y) const
  {
    return {m_Corner.x + m_Scale * x, m_Corner.y + m_Scale * y};
  }
  void
  DrawRectangle(const Element & element)
  {
    const PdfPoint corner = At(element.Number("x"), element.Number("y"));
    const double width = m_Scale * element.Number("width"), height = m_Scale * element.Number("height");
    if (element.Attribute("class") == "frame")
    {
      m_Canvas.DrawRectangle(corner, width, height, m_Scale, faint);
      return;
    }
    m_Canvas.FillRectangle(corner, width, height, SeriesColor(element.Attribute("fill")));
  }
  void
  DrawPath(const Element & element)
  {
    const bool isLine = element.Attribute("fill") == "none";
    for (std::vector<PdfPoint> line : Lines(element.Attribute("d")))
    {
      for (PdfPoint & point : line)
      {
        point = At(point.x, point.y);
      }
      if (isLine)
      {
        m_Canvas.DrawLine(line, m_Scale * element.Number("stroke-width"), SeriesColor(element.Attribute("stroke")));
      }
      else
      {
        m_Canvas.FillPolygon(line, SeriesColor(element.Attribute("fill")));
      }
    }
  }
  void
  DrawText(const Element & element)
  {
    const bool isTitle = element.Attribute("class") == "title";
    const PdfStyle style{m_Scale * (isTitle ? 13.5 : 12.0), isTitle, false, isTitle ? ink : soft};
    const std::string text = Unescaped(element.content);
    PdfPoint at = At(element.Number("x"), element.Number("y"));
    if (element.attributes.find("rotate(-90") != std::string::npos)
    {
      m_Canvas.DrawUpwards(at, text, style);
      return;
    }
    const std::string anchor = element.Attribute("text-anchor");
    at.x -= m_Canvas.TextWidth(text, style) * (anchor == "middle" ? 0.5 : anchor == "end" ? 1.0 : 0.0);
    m_Canvas.DrawText(at, text, style);
  }

  PdfCanvas & m_Canvas;
  PdfPoint m_Corner;
  double m_Scale;
};

/** The element that begins at a place; at is moved behind its start, or its end where it has a content. */
Element
ReadElement(const std::string & svg, std::size_t & at)
{
  const std::size_t end = svg.find('>', at);
  std::string tag = svg.substr(at + 1, end - at - 1);
  Element element;
  element.name = tag.substr(0, tag.find_first_of(" /"));
  element.attributes = tag.substr(element.name.size());
  at = end + 1;
  if (element.name == "text")
  {
    const std::size_t close = svg.find("</text>", at);
    element.content = svg.substr(at, close - at);
    at = close;
  }
  return element;
}
} // namespace

PlotSize
SizeOfPlot(const std::string & svg)
{
  std::size_t at = 0;
  const std::string box = ReadElement(svg, at).Attribute("viewBox"); // "0 0 width height"
  const std::size_t space = box.find(' ', 4);
  PlotSize size;
  std::from_chars(box.data() + 4, box.data() + space, size.width);
  std::from_chars(box.data() + space + 1, box.data() + box.size(), size.height);
  return size;
}

void
DrawPlot(PdfCanvas & canvas, PdfPoint corner, double scale, const std::string & svg)
{
  Drawing drawing(canvas, corner, scale);
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at))
  {
    drawing.Draw(ReadElement(svg, at));
  }
}
} // namespace tweedie
