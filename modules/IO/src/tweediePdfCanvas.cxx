// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfCanvas.h"

#include "tweedieError.h"
#include "tweediePdfText.h"

#include <hpdf.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>

namespace tweedie
{
namespace
{
HPDF_REAL
Real(double value)
{
  return static_cast<HPDF_REAL>(value);
}

HPDF_Date
ParseDate(const std::string & text)
{
  const bool isDate =
      text.size() == 14 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!isDate)
  {
    throw UsageError("PDF report: given the date '" + text.substr(0, 40) + "'; required YYYYMMDDhhmmss");
  }
  const auto number = [&](std::size_t at, std::size_t count) { return std::stoi(text.substr(at, count)); };
  HPDF_Date date{};
  date.year = number(0, 4);
  date.month = number(4, 2);
  date.day = number(6, 2);
  date.hour = number(8, 2);
  date.minutes = number(10, 2);
  date.seconds = number(12, 2);
  date.ind = 'Z';
  return date;
}
} // namespace

struct PdfCanvas::Content
{
  HPDF_Doc document = HPDF_New(nullptr, nullptr);
  std::vector<HPDF_Page> pages;
  HPDF_Page page = nullptr;
  std::map<long, HPDF_ExtGState> opacities; ///< by percent
  HPDF_Font plain = nullptr, bold = nullptr, fixed = nullptr, symbol = nullptr;

  Content()
  {
    if (document == nullptr)
    {
      throw NumericalError("PDF report: no memory for a document");
    }
  }
  Content(const Content &) = delete;
  Content & operator=(const Content &) = delete;
  ~Content()
  {
    HPDF_Free(document);
  }

  void
  Require() const
  {
    const HPDF_STATUS status = HPDF_GetError(document);
    if (status != HPDF_OK)
    {
      throw DataError("PDF report: given what the PDF writer refuses, status " + std::to_string(status) +
                      "; required another text or picture");
    }
  }
  HPDF_Font
  Font(const PdfStyle & style, bool isSymbol) const
  {
    return isSymbol ? symbol : style.isFixed ? fixed : style.isBold ? bold : plain;
  }
  void
  Fill(Color color) const
  {
    HPDF_Page_SetRGBFill(page, Real(color.red / 255.0), Real(color.green / 255.0), Real(color.blue / 255.0));
  }
  /** One object for each opacity in use. */
  HPDF_ExtGState
  Opacity(double opacity)
  {
    HPDF_ExtGState & state = opacities[std::lround(100.0 * opacity)];
    if (state == nullptr)
    {
      state = HPDF_CreateExtGState(document);
      HPDF_ExtGState_SetAlphaFill(state, Real(opacity));
    }
    return state;
  }
  void
  Stroke(Color color, double width) const
  {
    HPDF_Page_SetRGBStroke(page, Real(color.red / 255.0), Real(color.green / 255.0), Real(color.blue / 255.0));
    HPDF_Page_SetLineWidth(page, Real(width));
  }
  void
  Trace(const std::vector<PdfPoint> & points) const
  {
    for (std::size_t i = 0; i < points.size(); ++i)
    {
      (i == 0 ? HPDF_Page_MoveTo : HPDF_Page_LineTo)(page, Real(points[i].x), Real(pageHeight - points[i].y));
    }
  }
  void
  Show(const std::string & text, const PdfStyle & style) const
  {
    for (const PdfRun & run : PdfRuns(text))
    {
      HPDF_Page_SetFontAndSize(page, Font(style, run.isSymbol), Real(style.size));
      HPDF_Page_ShowText(page, run.bytes.c_str());
    }
  }
};

PdfCanvas::PdfCanvas(const std::string & title, const std::string & date) : m_Content(std::make_unique<Content>())
{
  HPDF_Doc document = m_Content->document;
  HPDF_SetCompressionMode(document, HPDF_COMP_ALL);
  m_Content->plain = HPDF_GetFont(document, "Helvetica", "WinAnsiEncoding");
  m_Content->bold = HPDF_GetFont(document, "Helvetica-Bold", "WinAnsiEncoding");
  m_Content->fixed = HPDF_GetFont(document, "Courier", "WinAnsiEncoding");
  m_Content->symbol = HPDF_GetFont(document, "Symbol", nullptr);
  std::string plainTitle;
  for (const PdfRun & run : PdfRuns(title))
  {
    plainTitle += run.isSymbol ? "?" : run.bytes;
  }
  HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, plainTitle.c_str());
  HPDF_SetInfoAttr(document, HPDF_INFO_CREATOR, "Tweedie");
  if (!date.empty())
  {
    HPDF_SetInfoDateAttr(document, HPDF_INFO_CREATION_DATE, ParseDate(date));
  }
  m_Content->Require();
  AddPage();
}

PdfCanvas::~PdfCanvas() = default;

void
PdfCanvas::AddPage()
{
  m_Content->page = HPDF_AddPage(m_Content->document);
  HPDF_Page_SetSize(m_Content->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
  m_Content->pages.push_back(m_Content->page);
  m_Content->Require();
}

int
PdfCanvas::CountPages() const
{
  return static_cast<int>(m_Content->pages.size());
}

void
PdfCanvas::SelectPage(int page)
{
  m_Content->page = m_Content->pages.at(static_cast<std::size_t>(page));
}

double
PdfCanvas::TextWidth(const std::string & text, const PdfStyle & style) const
{
  double width = 0.0;
  for (const PdfRun & run : PdfRuns(text))
  {
    const auto * bytes = reinterpret_cast<const HPDF_BYTE *>(run.bytes.data());
    const auto count = static_cast<HPDF_UINT>(run.bytes.size());
    width += style.size / 1000.0 * HPDF_Font_TextWidth(m_Content->Font(style, run.isSymbol), bytes, count).width;
  }
  return width;
}

void
PdfCanvas::DrawText(PdfPoint at, const std::string & text, const PdfStyle & style)
{
  m_Content->Fill(style.color);
  HPDF_Page_BeginText(m_Content->page);
  HPDF_Page_MoveTextPos(m_Content->page, Real(at.x), Real(pageHeight - at.y));
  m_Content->Show(text, style);
  HPDF_Page_EndText(m_Content->page);
}

void
PdfCanvas::DrawUpwards(PdfPoint middle, const std::string & text, const PdfStyle & style)
{
  const double low = pageHeight - middle.y - 0.5 * TextWidth(text, style);
  m_Content->Fill(style.color);
  HPDF_Page_BeginText(m_Content->page);
  HPDF_Page_SetTextMatrix(m_Content->page, 0.0F, 1.0F, -1.0F, 0.0F, Real(middle.x), Real(low));
  m_Content->Show(text, style);
  HPDF_Page_EndText(m_Content->page);
}

void
PdfCanvas::FillRectangle(PdfPoint corner, double width, double height, Color color)
{
  m_Content->Fill(color);
  HPDF_Page_Rectangle(m_Content->page, Real(corner.x), Real(pageHeight - corner.y - height), Real(width), Real(height));
  HPDF_Page_Fill(m_Content->page);
}

void
PdfCanvas::DrawRectangle(PdfPoint corner, double width, double height, double lineWidth, Color color)
{
  m_Content->Stroke(color, lineWidth);
  HPDF_Page_Rectangle(m_Content->page, Real(corner.x), Real(pageHeight - corner.y - height), Real(width), Real(height));
  HPDF_Page_Stroke(m_Content->page);
}

void
PdfCanvas::DrawLine(const std::vector<PdfPoint> & points,
                    double lineWidth,
                    Color color,
                    const std::vector<double> & dashes)
{
  if (points.size() < 2)
  {
    return;
  }
  std::vector<HPDF_UINT16> lengths; // whole points
  std::transform(dashes.begin(),
                 dashes.end(),
                 std::back_inserter(lengths),
                 [](double length) { return static_cast<HPDF_UINT16>(std::max(std::lround(length), 1L)); });
  const auto count = static_cast<HPDF_UINT>(lengths.size());
  m_Content->Stroke(color, lineWidth);
  HPDF_Page_SetDash(m_Content->page, count > 0 ? lengths.data() : nullptr, count, 0);
  m_Content->Trace(points);
  HPDF_Page_Stroke(m_Content->page);
  HPDF_Page_SetDash(m_Content->page, nullptr, 0, 0);
}

void
PdfCanvas::FillPolygons(const std::vector<std::vector<PdfPoint>> & polygons, Color color, double opacity)
{
  if (polygons.empty())
  {
    return;
  }
  HPDF_Page_GSave(m_Content->page);
  if (opacity < 1.0)
  {
    HPDF_Page_SetExtGState(m_Content->page, m_Content->Opacity(opacity));
  }
  m_Content->Fill(color);
  std::for_each(polygons.begin(), polygons.end(), [this](const auto & polygon) { m_Content->Trace(polygon); });
  HPDF_Page_Fill(m_Content->page);
  HPDF_Page_GRestore(m_Content->page);
}

void
PdfCanvas::FillCircle(PdfPoint middle, double radius, Color color)
{
  m_Content->Fill(color);
  HPDF_Page_Circle(m_Content->page, Real(middle.x), Real(pageHeight - middle.y), Real(radius));
  HPDF_Page_Fill(m_Content->page);
}

void
PdfCanvas::DrawPng(PdfPoint corner, double width, double height, const std::string & png)
{
  HPDF_Image image = HPDF_LoadPngImageFromMem(
      m_Content->document, reinterpret_cast<const HPDF_BYTE *>(png.data()), static_cast<HPDF_UINT>(png.size()));
  m_Content->Require();
  HPDF_Page_DrawImage(
      m_Content->page, image, Real(corner.x), Real(pageHeight - corner.y - height), Real(width), Real(height));
}

std::vector<std::string>
PdfCanvas::Wrap(const std::string & text, double width, const PdfStyle & style) const
{
  std::vector<std::string> lines{""};
  const auto fits = [&](const std::string & line) { return TextWidth(line, style) <= width; };
  for (std::size_t begin = 0; begin < text.size();)
  {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    begin = end + 1;
    const std::string longer = lines.back().empty() ? word : lines.back() + ' ' + word;
    if (fits(longer))
    {
      lines.back() = longer;
      continue;
    }
    if (!lines.back().empty())
    {
      lines.emplace_back();
    }
    for (std::size_t at = 0; at < word.size();)
    {
      const std::string letter = word.substr(at, LetterLength(word, at));
      if (!lines.back().empty() && !fits(lines.back() + letter))
      {
        lines.emplace_back();
      }
      lines.back() += letter;
      at += letter.size();
    }
  }
  return lines;
}

std::string
PdfCanvas::Bytes()
{
  m_Content->Require();
  HPDF_SaveToStream(m_Content->document);
  m_Content->Require();
  std::string bytes(HPDF_GetStreamSize(m_Content->document), '\0');
  HPDF_ResetStream(m_Content->document);
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(m_Content->document, reinterpret_cast<HPDF_BYTE *>(bytes.data()), &size);
  bytes.resize(size);
  return bytes;
}
} // namespace tweedie
