// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportPage_h
#define tweedieReportPage_h

#include "tweedieReportPlot.h"
#include "tweedieReportTable.h"
#include "tweedieVerdict.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
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
  /** A light for each check, with value, allowed range and sentence; nothing for an empty list. */
  virtual void AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption) = 0;
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
  void AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption) override;
  void AddTable(const ReportTable & table, const std::string & caption) override;
  void AddFigure(const std::string & png, const std::string & description, const std::string & caption) override;
  void AddImages(const ImageGrid & grid) override;
  void AddPlots(const std::vector<Plot> & plots, const std::string & caption) override;
  void AddFacts(const std::string & title, const Facts & facts) override;

  /** The whole page; footer: program, version, date. */
  std::string Html(const std::string & footer) const;

private:
  std::string SmallHeading(const std::string & text) const;
  /** The title of the section at hand. */
  std::string Here() const;
  /** Links to the sections, where there are many. */
  std::string Contents() const;

  std::string m_Title;
  std::string m_Statement;
  std::string m_Body;
  std::vector<std::string> m_Sections; ///< their titles
};
} // namespace tweedie

#endif
