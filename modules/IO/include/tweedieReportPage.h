// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportPage_h
#define tweedieReportPage_h

#include "tweedieReportTable.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** One curve of a plot. */
struct PlotSeries
{
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  std::size_t style = 0; ///< colour and marker, so that a method looks the same in every plot
};

/** A line plot with markers, drawn as inline SVG. */
struct Plot
{
  std::string title;
  std::string xLabel;
  std::string yLabel;
  std::vector<PlotSeries> series;
  bool isIdealDiagonal = false;  ///< both axes share one range that starts at zero, and y = x is drawn
  bool isLogarithmic = false;    ///< both axes; what is not positive is left out
  std::optional<double> markedX; ///< a vertical line
  std::string markedLabel;
};

/** A picture in the page. */
struct ReportImage
{
  std::string png;               ///< the bytes of a PNG file; empty: a place without a picture
  std::string description;       ///< alternative text, or what is said in place of the picture
  double aspect = 1.0;           ///< width over height in millimetres
  double scaleBarFraction = 0.0; ///< of the width; 0: none
  std::string scaleBarLabel;
  std::string left, right, top, bottom; ///< orientation letters; empty: none
};

/** A row of pictures with its name and some lines under it. */
struct ImageRow
{
  std::string name;
  std::vector<std::string> lines;
  std::vector<ReportImage> images;
};

/** The legend of a column of pictures. */
struct ColorBar
{
  std::string png; ///< one row of pixels, low to high
  std::string low;
  std::string high;
  std::string label;
};

struct ImageGrid
{
  std::vector<std::string> columns;
  std::vector<ImageRow> rows;
  std::vector<std::optional<ColorBar>> bars; ///< one per column
  std::string caption;
};

/** What a report is made of, whatever it looks like in the end. Texts are UTF-8. */
class ReportDocument
{
public:
  using Facts = std::vector<std::pair<std::string, std::string>>;

  virtual ~ReportDocument() = default;

  virtual void AddSection(const std::string & title, const std::string & lead) = 0;
  virtual void AddParagraph(const std::string & text) = 0;
  /** Nothing for an empty list. */
  virtual void AddList(const std::vector<std::string> & items) = 0;
  /** A conspicuous box; nothing for an empty list. */
  virtual void AddWarnings(const std::vector<std::string> & warnings) = 0;
  /** Best and second best values of a column are marked, with a legend where any is. */
  virtual void AddTable(const ReportTable & table, const std::string & caption) = 0;
  /** One picture across the page. png: the bytes of a file; description: alternative text. */
  virtual void AddFigure(const std::string & png, const std::string & description, const std::string & caption) = 0;
  virtual void AddImages(const ImageGrid & grid) = 0;
  virtual void AddPlots(const std::vector<Plot> & plots, const std::string & caption) = 0;
  /** Names and values, side by side; code: values in fixed width. */
  virtual void AddFacts(const std::string & title, const Facts & facts) = 0;
};

/** A web page in one file: no script, no network, light and dark theme, printable. Texts are escaped. */
class ReportPage final : public ReportDocument
{
public:
  /** statement: what the data are; shown under the title. */
  ReportPage(std::string title, std::string statement);

  void AddSection(const std::string & title, const std::string & lead = "") override;
  void AddParagraph(const std::string & text) override;
  void AddList(const std::vector<std::string> & items) override;
  void AddWarnings(const std::vector<std::string> & warnings) override;
  void AddTable(const ReportTable & table, const std::string & caption) override;
  void AddFigure(const std::string & png, const std::string & description, const std::string & caption) override;
  void AddImages(const ImageGrid & grid) override;
  void AddPlots(const std::vector<Plot> & plots, const std::string & caption) override;
  void AddFacts(const std::string & title, const Facts & facts) override;

  /** The whole page; footer: program, version, date. */
  std::string Html(const std::string & footer) const;

private:
  std::string m_Title;
  std::string m_Statement;
  std::string m_Body;
};
} // namespace tweedie

#endif
