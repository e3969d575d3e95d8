// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfCanvas_h
#define tweediePdfCanvas_h

#include "tweediePicture.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How a text looks. */
struct PdfStyle
{
  double size = 9.0; ///< points
  bool isBold = false;
  bool isFixed = false; ///< all letters of one width
  Color color{27, 31, 36};
};

/** A place on a page in points, from its upper left corner. */
struct PdfPoint
{
  double x = 0.0;
  double y = 0.0;
};

/** The pages of a PDF file (A4, upright), on which texts, lines and pictures are put. Fonts are those that every reader
 * has; of UTF-8 what they do not have becomes "?". The same calls give the same bytes. */
class PdfCanvas
{
public:
  static constexpr double pageWidth = 595.276;
  static constexpr double pageHeight = 841.89;

  /** date: YYYYMMDDhhmmss in UTC, when the file was made; empty: not told. Throws UsageError for another text. */
  PdfCanvas(const std::string & title, const std::string & date);
  PdfCanvas(const PdfCanvas &) = delete;
  PdfCanvas & operator=(const PdfCanvas &) = delete;
  ~PdfCanvas();

  void AddPage();
  int CountPages() const;
  /** What follows goes to that page, counted from 0. */
  void SelectPage(int page);

  double TextWidth(const std::string & text, const PdfStyle & style) const;
  /** y: of the line on which letters stand. */
  void DrawText(PdfPoint at, const std::string & text, const PdfStyle & style);
  /** Turned by 90 degrees, reading upwards; its middle is at the point. */
  void DrawUpwards(PdfPoint middle, const std::string & text, const PdfStyle & style);
  void FillRectangle(PdfPoint corner, double width, double height, Color color);
  void DrawRectangle(PdfPoint corner, double width, double height, double lineWidth, Color color);
  /** dashes: lengths drawn and left out in turn, in points; none: solid. */
  void DrawLine(const std::vector<PdfPoint> & points,
                double lineWidth,
                Color color,
                const std::vector<double> & dashes = {});
  /** As one shape, so that no seam is between neighbours. opacity: 1 hides what is below. */
  void FillPolygons(const std::vector<std::vector<PdfPoint>> & polygons, Color color, double opacity);
  void FillCircle(PdfPoint middle, double radius, Color color);
  /** The bytes of a PNG file. */
  void DrawPng(PdfPoint corner, double width, double height, const std::string & png);

  /** Lines of at most that width, broken at spaces, and within words only where one is wider by itself. */
  std::vector<std::string> Wrap(const std::string & text, double width, const PdfStyle & style) const;

  /** The file. */
  std::string Bytes();

private:
  struct Content;
  std::unique_ptr<Content> m_Content;
};
} // namespace tweedie

#endif
