// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfPlot.h"

#include "tweedieReportTheme.h"

#include <charconv>

namespace tweedie
{
namespace
{
const std::vector<double> idealDashes{4.0, 3.0}; ///< of the style sheet, on paper

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

/** "7 3", scaled. */
std::vector<double>
Dashes(const std::string & text, double scale)
{
  std::vector<double> lengths;
  const char * end = text.data() + text.size();
  for (const char * next = text.data(); next < end; next += next < end ? 1 : 0)
  {
    double length = 0.0;
    next = std::from_chars(next, end, length).ptr;
    lengths.push_back(scale * length);
  }
  return lengths;
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
          PaperColor(isIdeal ? "var(--soft)" : "var(--line)"),
          isIdeal ? idealDashes : std::vector<double>());
    }
    else if (element.name == "circle")
    {
      m_Canvas.FillCircle(At(element.Number("cx"), element.Number("cy")),
                          m_Scale * element.Number("r"),
                          PaperColor(element.Attribute("fill")));
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
      m_Canvas.DrawRectangle(corner, width, height, m_Scale, PaperColor("var(--faint)"));
      return;
    }
    m_Canvas.FillRectangle(corner, width, height, PaperColor(element.Attribute("fill")));
  }
  void
  DrawPath(const Element & element)
  {
    std::vector<std::vector<PdfPoint>> lines = Lines(element.Attribute("d"));
    for (std::vector<PdfPoint> & line : lines)
    {
      for (PdfPoint & point : line)
      {
        point = At(point.x, point.y);
      }
    }
    if (element.Attribute("fill") == "none")
    {
      for (const std::vector<PdfPoint> & line : lines)
      {
        DrawStroke(element, line);
      }
      return;
    }
    const bool hasOpacity = !element.Attribute("fill-opacity").empty();
    m_Canvas.FillPolygons(
        lines, PaperColor(element.Attribute("fill")), hasOpacity ? element.Number("fill-opacity") : 1.0);
  }
  void
  DrawStroke(const Element & element, const std::vector<PdfPoint> & line)
  {
    const double width = m_Scale * element.Number("stroke-width");
    const Color color = PaperColor(element.Attribute("stroke"));
    const bool isDot = line.size() == 2 && line[0].x == line[1].x && line[0].y == line[1].y;
    if (isDot && element.Attribute("stroke-linecap") == "round")
    {
      m_Canvas.FillCircle(line[0], 0.5 * width, color);
      return;
    }
    m_Canvas.DrawLine(line, width, color, Dashes(element.Attribute("stroke-dasharray"), m_Scale));
  }
  void
  DrawText(const Element & element)
  {
    const bool isTitle = element.Attribute("class") == "title";
    const PdfStyle style{
        m_Scale * (isTitle ? 13.5 : 12.0), isTitle, false, PaperColor(isTitle ? "var(--ink)" : "var(--soft)")};
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
