// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfFlow.h"

namespace tweedie
{
namespace
{
constexpr double lineHeight = 1.35; // of the letters' size
} // namespace

void
PdfFlow::Require(double height)
{
  if (m_Y + height > bottom && m_Y > top)
  {
    NextPage();
  }
}

void
PdfFlow::NextPage()
{
  m_Canvas.AddPage();
  m_Y = top;
}

double
PdfFlow::TextHeight(const std::string & text, const PdfStyle & style, double indent) const
{
  const auto lines = static_cast<double>(m_Canvas.Wrap(text, width - indent, style).size());
  return lines * lineHeight * style.size;
}

void
PdfFlow::Text(const std::string & text, const PdfStyle & style, double indent)
{
  for (const std::string & line : m_Canvas.Wrap(text, width - indent, style))
  {
    Require(lineHeight * style.size);
    m_Canvas.DrawText({left + indent, m_Y + style.size}, line, style);
    m_Y += lineHeight * style.size;
  }
}

void
PdfFlow::Rule(double lineWidth, Color color)
{
  m_Canvas.DrawLine({{left, m_Y}, {left + width, m_Y}}, lineWidth, color);
}

void
PdfFlow::Finish(const std::string & footer)
{
  const PdfStyle mark{8.5, true, false, PdfPalette::accent};
  const PdfStyle small{7.5, false, false, PdfPalette::soft};
  const std::string use = "RESEARCH USE ONLY - NOT FOR DIAGNOSIS";
  const int pages = m_Canvas.CountPages();
  for (int page = 0; page < pages; ++page)
  {
    m_Canvas.SelectPage(page);
    m_Canvas.DrawText({left, 36.0}, "Tweedie", mark);
    m_Canvas.DrawText({left + width - m_Canvas.TextWidth(use, small), 36.0}, use, small);
    m_Canvas.DrawLine({{left, 43.0}, {left + width, 43.0}}, 0.6, PdfPalette::light);
    const double y = PdfCanvas::pageHeight - 30.0;
    const std::string number = "Page " + std::to_string(page + 1) + " of " + std::to_string(pages);
    m_Canvas.DrawLine({{left, y - 12.0}, {left + width, y - 12.0}}, 0.6, PdfPalette::light);
    m_Canvas.DrawText({left, y}, footer, small);
    m_Canvas.DrawText({left + width - m_Canvas.TextWidth(number, small), y}, number, small);
  }
}
} // namespace tweedie
