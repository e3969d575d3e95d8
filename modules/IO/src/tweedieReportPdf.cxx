// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportPdf.h"

#include "tweediePdfFlow.h"
#include "tweediePdfImages.h"
#include "tweediePdfPlot.h"
#include "tweediePdfTable.h"
#include "tweedieReportContents.h"
#include "tweedieReportMarkup.h"
#include "tweedieReportTheme.h"
#include "tweedieReportVerdict.h"
#include "tweedieVersion.h"

#include <algorithm>

namespace tweedie
{
namespace
{
const PdfStyle plain{9.0, false, false, PdfPalette::ink};
const PdfStyle captionStyle{8.0, false, false, PdfPalette::soft};
const PdfStyle code{7.5, false, true, PdfPalette::ink};
const PdfStyle heading{13.0, true, false, PdfPalette::ink};
const PdfStyle smallHeading{10.0, true, false, PdfPalette::ink};
const PdfStyle label{9.0, true, false, PdfPalette::ink};
constexpr double bullet = 10.0;
} // namespace

struct ReportPdf::Content
{
  PdfFlow flow;
  std::string section; ///< a title that waits for what stands below it
  std::string lead;

  Content(const std::string & title, const std::string & date) : flow(title, date) {}

  /** Goes to a new page unless there is so much room, below the title that waits. */
  void
  Begin(double height)
  {
    constexpr double titleHeight = 34.0;
    const PdfStyle leadStyle{9.0, false, false, PdfPalette::soft};
    const double leadHeight = lead.empty() ? 0.0 : flow.TextHeight(lead, leadStyle) + 3.0;
    flow.Require(std::min(height + (section.empty() ? 0.0 : titleHeight + leadHeight), PdfFlow::bottom - PdfFlow::top));
    if (section.empty())
    {
      return;
    }
    flow.Skip(10.0);
    flow.Text(section, heading);
    flow.Skip(1.0);
    flow.Rule(0.6, PdfPalette::light);
    flow.Skip(5.0);
    if (!lead.empty())
    {
      flow.Text(lead, leadStyle);
      flow.Skip(3.0);
    }
    section.clear();
  }
  void
  BeginTitle()
  {
    if (!section.empty())
    {
      Begin(0.0);
    }
  }
  void
  Caption(const std::string & text)
  {
    if (!text.empty())
    {
      flow.Skip(4.0);
      flow.Text(text, captionStyle);
    }
    flow.Skip(6.0);
  }
  /** A row: the light, its label and word, and what was measured. */
  void Light(const Verdict & verdict);
  void
  Item(const std::string & text, double indent)
  {
    flow.Require(1.5 * plain.size);
    flow.Canvas().FillCircle({PdfFlow::left + indent + 2.5, flow.Y() + 0.68 * plain.size}, 1.3, PdfPalette::soft);
    flow.Text(text, plain, indent + bullet);
    flow.Skip(1.5);
  }
};

ReportPdf::ReportPdf(const std::string & title, const std::string & statement, const std::string & date)
    : m_Content(std::make_unique<Content>(title, date))
{
  PdfFlow & flow = m_Content->flow;
  flow.Text(title, {19.0, true, false, PdfPalette::ink});
  flow.Skip(3.0);
  flow.Text(statement, {9.5, false, false, PdfPalette::soft});
  flow.Skip(6.0);
  flow.Rule(1.5, PdfPalette::ink);
  flow.Skip(8.0);
}

ReportPdf::~ReportPdf() = default;

void
ReportPdf::AddSection(const std::string & title, const std::string & lead)
{
  m_Content->BeginTitle(); // one without anything below
  m_Content->section = title;
  m_Content->lead = lead;
}

void
ReportPdf::AddParagraph(const std::string & text)
{
  m_Content->Begin(2.0 * plain.size);
  m_Content->flow.Text(text, plain);
  m_Content->flow.Skip(5.0);
}

void
ReportPdf::AddList(const std::vector<std::string> & items)
{
  for (const std::string & item : items)
  {
    m_Content->Begin(2.0 * plain.size);
    m_Content->Item(item, 0.0);
  }
  m_Content->flow.Skip(4.0);
}

void
ReportPdf::AddWarnings(const std::vector<std::string> & warnings)
{
  if (warnings.empty())
  {
    return;
  }
  PdfFlow & flow = m_Content->flow;
  constexpr double margin = 10.0;
  for (std::size_t i = 0; i < warnings.size(); ++i)
  {
    const double title = i == 0 ? 1.35 * smallHeading.size : 0.0;
    const double height = title + flow.TextHeight(warnings[i], plain, margin + bullet) + 8.0;
    m_Content->Begin(height);
    flow.Canvas().FillRectangle({PdfFlow::left, flow.Y()}, PdfFlow::width, height, PdfPalette::warning);
    flow.Canvas().FillRectangle({PdfFlow::left, flow.Y()}, 3.0, height, PdfPalette::warningLine);
    const double end = flow.Y() + height;
    flow.Skip(4.0);
    if (i == 0)
    {
      flow.Text(warnings.size() == 1 ? "Warning" : "Warnings", smallHeading, margin);
    }
    m_Content->Item(warnings[i], margin);
    flow.Skip(end - flow.Y());
  }
  flow.Skip(8.0);
}

void
ReportPdf::Content::Light(const Verdict & verdict)
{
  constexpr double light = 14.0, name = 22.0, text = 160.0, lineHeight = 1.35 * 9.0;
  const std::vector<std::string> names = flow.Canvas().Wrap(verdict.label, text - name - 8.0, label);
  const std::string numbers = VerdictNumbers(verdict);
  const double right = (numbers.empty() ? 0.0 : flow.TextHeight(numbers, label, text)) +
                       flow.TextHeight(verdict.statement, captionStyle, text);
  const double left = lineHeight * static_cast<double>(names.size() + 1);
  const double height = std::max(left, right) + 7.0;
  Begin(height);
  const double top = flow.Y(), end = top + height;
  flow.Skip(3.0);
  DrawPlot(flow.Canvas(), {PdfFlow::left, flow.Y()}, light / 20.0, LightSvg(verdict.state));
  double y = flow.Y() + label.size;
  for (const std::string & line : names)
  {
    flow.Canvas().DrawText({PdfFlow::left + name, y}, line, label);
    y += lineHeight;
  }
  const PdfStyle word{8.5, true, false, PaperColor(LightVariable(verdict.state))};
  flow.Canvas().DrawText({PdfFlow::left + name, y}, ToString(verdict.state), word);
  if (!numbers.empty())
  {
    flow.Text(numbers, label, text);
  }
  flow.Text(verdict.statement, captionStyle, text);
  flow.Skip(end - flow.Y());
  flow.Rule(0.5, PdfPalette::light);
}

void
ReportPdf::AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption)
{
  if (verdicts.empty())
  {
    return;
  }
  m_Content->Begin(5.0 * smallHeading.size);
  m_Content->flow.Text(VerdictCounts(verdicts), smallHeading);
  m_Content->flow.Skip(4.0);
  for (const Verdict & verdict : verdicts)
  {
    m_Content->Light(verdict);
  }
  m_Content->Caption(caption);
}

void
ReportPdf::AddTable(const ReportTable & table, const std::string & caption)
{
  PdfFlow & flow = m_Content->flow;
  const PdfTable layout(flow.Canvas(), table, PdfFlow::width);
  double whole = layout.HeaderHeight();
  for (std::size_t row = 0; row < layout.Rows(); ++row)
  {
    whole += layout.RowHeight(row);
  }
  constexpr double longTable = 0.4 * (PdfFlow::bottom - PdfFlow::top); // worth a break within it
  m_Content->Begin(whole < longTable ? whole : 0.5 * longTable);
  for (std::size_t row = 0; row < layout.Rows(); ++row)
  {
    const bool isFirst = row == 0;
    const double height = layout.RowHeight(row) + (isFirst ? layout.HeaderHeight() : 0.0);
    const bool isBroken = !isFirst && flow.Y() + height > PdfFlow::bottom;
    flow.Require(height);
    if (isFirst || isBroken)
    {
      layout.DrawHeader(flow.Canvas(), {PdfFlow::left, flow.Y()});
      flow.Skip(layout.HeaderHeight());
    }
    layout.DrawRow(flow.Canvas(), {PdfFlow::left, flow.Y()}, row);
    flow.Skip(layout.RowHeight(row));
  }
  const std::string legend = "Best value of each column on green, second best underlined; ↑ higher is better, ↓ lower, "
                             "→ nearer to that value.";
  m_Content->Caption(layout.HasMarks() ? legend : "");
  m_Content->Caption(caption);
}

void
ReportPdf::AddFigure(const std::string & png, const std::string & description, const std::string & caption)
{
  ImageGrid grid;
  grid.columns = {""};
  ImageRow row;
  const double aspect = PngAspect(png);
  row.images.push_back({png, description, aspect, 0.0, "", "", "", "", ""});
  grid.rows.push_back(row);
  m_Content->Begin(PdfFlow::width / aspect);
  DrawImages(m_Content->flow, grid, 0.0);
  m_Content->Caption(caption);
}

void
ReportPdf::AddImages(const ImageGrid & grid)
{
  constexpr double names = 82.0;
  m_Content->Begin(FirstRowHeight(grid, names));
  DrawImages(m_Content->flow, grid, names);
  m_Content->Caption(grid.caption);
}

void
ReportPdf::AddPlots(const std::vector<Plot> & plots, const std::string & caption)
{
  PdfFlow & flow = m_Content->flow;
  constexpr double gap = 14.0;
  const std::size_t across = plots.size() == 1 ? 1 : 2;
  const double width = (PdfFlow::width - gap * static_cast<double>(across - 1)) / static_cast<double>(across);
  for (std::size_t first = 0; first < plots.size(); first += across)
  {
    std::vector<std::string> drawn;
    double height = 0.0;
    for (std::size_t i = first; i < std::min(first + across, plots.size()); ++i)
    {
      drawn.push_back(PlotSvg(plots[i], across == 1 ? PlotPlace::Alone : PlotPlace::Beside));
      const PlotSize size = SizeOfPlot(drawn.back());
      height = std::max(height, size.height * width / size.width);
    }
    const bool isLast = first + across >= plots.size(); // its caption stands on the same page
    m_Content->Begin(height + (isLast ? flow.TextHeight(caption, captionStyle) + 8.0 : 0.0));
    for (std::size_t i = 0; i < drawn.size(); ++i)
    {
      const double x = PdfFlow::left + static_cast<double>(i) * (width + gap);
      DrawPlot(flow.Canvas(), {x, flow.Y()}, width / SizeOfPlot(drawn[i]).width, drawn[i]);
    }
    flow.Skip(height + 4.0);
  }
  m_Content->Caption(caption);
}

void
ReportPdf::AddFacts(const std::string & title, const Facts & facts)
{
  PdfFlow & flow = m_Content->flow;
  constexpr double indent = 118.0;
  m_Content->Begin(4.0 * smallHeading.size);
  flow.Skip(4.0);
  flow.Text(title, smallHeading);
  flow.Skip(2.0);
  for (const auto & [name, value] : facts)
  {
    const std::vector<std::string> lines = flow.Canvas().Wrap(name, indent - 8.0, captionStyle);
    flow.Require(1.4 * captionStyle.size * static_cast<double>(lines.size()));
    const double y = flow.Y();
    const int page = flow.Canvas().CountPages();
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
      const double line = y + captionStyle.size + 1.2 * captionStyle.size * static_cast<double>(i);
      flow.Canvas().DrawText({PdfFlow::left, line}, lines[i], captionStyle);
    }
    flow.Text(value, code, indent);
    const double end = y + 1.2 * captionStyle.size * static_cast<double>(lines.size());
    flow.Skip(flow.Canvas().CountPages() == page ? std::max(end - flow.Y(), 0.0) + 2.0 : 2.0);
  }
  flow.Skip(6.0);
}

std::string
ReportPdf::Bytes(const std::string & footer)
{
  m_Content->BeginTitle();
  m_Content->flow.Finish(footer);
  return m_Content->flow.Canvas().Bytes();
}

std::string
ComparisonReportPdf(const ComparisonInput & input,
                    const Comparison & comparison,
                    const ComparisonReportOptions & options,
                    const std::string & date)
{
  const ComparisonFigures figures(input, comparison, options.slice);
  ReportPdf report(input.title, input.description, date);
  FillReport(input, comparison, options, figures, report);
  return report.Bytes("Tweedie " + std::string(Version));
}
} // namespace tweedie
