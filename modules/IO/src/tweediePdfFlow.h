// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfFlow_h
#define tweediePdfFlow_h

#include "tweediePdfCanvas.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Colours of the web page on paper. */
struct PdfPalette
{
  static constexpr Color ink{27, 31, 36};
  static constexpr Color soft{90, 99, 110};
  static constexpr Color faint{138, 147, 157};
  static constexpr Color light{217, 222, 227};
  static constexpr Color accent{11, 92, 173};
  static constexpr Color warning{255, 244, 214};
  static constexpr Color warningLine{217, 164, 0};
};

/** A place that moves down the pages of a document. */
class PdfFlow
{
public:
  static constexpr double left = 48.0;
  static constexpr double width = PdfCanvas::pageWidth - 2.0 * left;
  static constexpr double top = 62.0;
  static constexpr double bottom = PdfCanvas::pageHeight - 52.0;

  PdfFlow(const std::string & title, const std::string & date) : m_Canvas(title, date) {}

  PdfCanvas &
  Canvas()
  {
    return m_Canvas;
  }
  double
  Y() const
  {
    return m_Y;
  }
  void
  Skip(double height)
  {
    m_Y += height;
  }
  /** Goes to a new page unless there is so much room, or nothing is on this one. */
  void Require(double height);
  void NextPage();
  /** Lines of text, over pages where they need them. */
  void Text(const std::string & text, const PdfStyle & style, double indent = 0.0);
  /** A line across the page. */
  void Rule(double lineWidth, Color color);
  double TextHeight(const std::string & text, const PdfStyle & style, double indent = 0.0) const;
  /** What stands on every page, once all are there. */
  void Finish(const std::string & footer);

private:
  PdfCanvas m_Canvas;
  double m_Y = top;
};
} // namespace tweedie

#endif
