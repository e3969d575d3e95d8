// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportPage.h"

#include "tweedieReportMarkup.h"

#include <algorithm>

namespace tweedie
{
namespace
{
bool
IsTextColumn(const ReportTable & table, std::size_t column)
{
  return std::any_of(table.rows.begin(),
                     table.rows.end(),
                     [column](const std::vector<TableCell> & row)
                     { return std::holds_alternative<std::string>(row.at(column)); });
}

std::string
HeaderCell(const TableColumn & column, bool isText)
{
  const std::string goal = GoalOf(column);
  const std::string second = column.unit + (column.unit.empty() || goal.empty() ? "" : " ") + goal;
  return "<th" + std::string(isText ? " class=\"text\"" : "") + '>' + EscapeHtml(column.label) +
         (second.empty() ? "" : "<small>" + EscapeHtml(second) + "</small>") + "</th>";
}

/** The class of a cell that is marked; empty: not marked. */
std::string
Mark(const ReportTable & table, std::size_t row, std::size_t column)
{
  return table.IsBest(row, column) ? "best" : table.IsSecondBest(row, column) ? "second" : "";
}

std::string
Marked(const std::string & text, const std::string & mark)
{
  return mark.empty() ? EscapeHtml(text) : "<span class=\"" + mark + "\">" + EscapeHtml(text) + "</span>";
}

std::string
Letter(const char * place, const std::string & letter)
{
  return letter.empty() ? "" : "<i class=\"" + std::string(place) + "\">" + EscapeHtml(letter) + "</i>";
}

std::string
Picture(const ReportImage & image)
{
  const std::string shape = "style=\"aspect-ratio:" + FormatNumber(image.aspect, 4) + '"';
  if (image.png.empty() && image.description.empty())
  {
    return "<div></div>";
  }
  if (image.png.empty())
  {
    return "<div class=\"blank\" " + shape + '>' + EscapeHtml(image.description) + "</div>";
  }
  std::string html = "<div class=\"pixels\" " + shape + "><img alt=\"" + EscapeHtml(image.description) +
                     "\" src=\"data:image/png;base64," + Base64(image.png) + "\">" + Letter("l", image.left) +
                     Letter("r", image.right) + Letter("t", image.top) + Letter("b", image.bottom);
  if (image.scaleBarFraction > 0.0)
  {
    html += "<i class=\"bar\" style=\"width:" + FormatNumber(100.0 * image.scaleBarFraction, 2) + "%\">" +
            EscapeHtml(image.scaleBarLabel) + "</i>";
  }
  return html + "</div>";
}

std::string
Key(const ColorBar & bar)
{
  return "<div class=\"key\"><img alt=\"\" src=\"data:image/png;base64," + Base64(bar.png) + "\"><div><span>" +
         EscapeHtml(bar.low) + "</span><span>" + EscapeHtml(bar.label) + "</span><span>" + EscapeHtml(bar.high) +
         "</span></div></div>";
}
} // namespace

ReportPage::ReportPage(std::string title, std::string statement)
    : m_Title(std::move(title)), m_Statement(std::move(statement))
{
}

void
ReportPage::AddSection(const std::string & title, const std::string & lead)
{
  m_Body += "<h2>" + EscapeHtml(title) + "</h2>\n";
  if (!lead.empty())
  {
    m_Body += "<p class=\"lead\">" + EscapeHtml(lead) + "</p>\n";
  }
}

void
ReportPage::AddParagraph(const std::string & text)
{
  m_Body += "<p>" + EscapeHtml(text) + "</p>\n";
}

void
ReportPage::AddList(const std::vector<std::string> & items)
{
  if (items.empty())
  {
    return;
  }
  m_Body += "<ul>\n";
  for (const std::string & item : items)
  {
    m_Body += "<li>" + EscapeHtml(item) + "</li>\n";
  }
  m_Body += "</ul>\n";
}

void
ReportPage::AddWarnings(const std::vector<std::string> & warnings)
{
  if (warnings.empty())
  {
    return;
  }
  m_Body += "<div class=\"warnings\"><h3>" + std::string(warnings.size() == 1 ? "Warning" : "Warnings") + "</h3>\n";
  AddList(warnings);
  m_Body += "</div>\n";
}

void
ReportPage::AddFigure(const std::string & png, const std::string & description, const std::string & caption)
{
  m_Body += "<div class=\"scroll\"><img class=\"figure\" alt=\"" + EscapeHtml(description) +
            "\" src=\"data:image/png;base64," + Base64(png) + "\"></div>\n<p class=\"caption\">" + EscapeHtml(caption) +
            "</p>\n";
}

void
ReportPage::AddTable(const ReportTable & table, const std::string & caption)
{
  std::vector<std::size_t> shown;
  m_Body += "<div class=\"scroll\"><table><thead><tr>";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    if (!table.columns[c].detail && !table.IsEmptyColumn(c))
    {
      shown.push_back(c);
      m_Body += HeaderCell(table.columns[c], IsTextColumn(table, c));
    }
  }
  m_Body += "</tr></thead><tbody>\n";
  bool hasMarks = false;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
  {
    m_Body += "<tr>";
    for (const std::size_t c : shown)
    {
      const std::string mark = Mark(table, r, c);
      hasMarks = hasMarks || !mark.empty();
      m_Body +=
          (IsTextColumn(table, c) ? "<td class=\"text\">" : "<td>") + Marked(table.CellText(r, c), mark) + "</td>";
    }
    m_Body += "</tr>\n";
  }
  m_Body += "</tbody></table></div>\n";
  if (hasMarks)
  {
    m_Body += "<p class=\"caption legend\">" + Marked("best", "best") + " and " + Marked("second best", "second") +
              " of each column; ↑ higher is better, ↓ lower, → nearer to that value.</p>\n";
  }
  if (!caption.empty())
  {
    m_Body += "<p class=\"caption\">" + EscapeHtml(caption) + "</p>\n";
  }
}

void
ReportPage::AddImages(const ImageGrid & grid)
{
  const std::string columns = std::to_string(grid.columns.size());
  m_Body += "<div class=\"grid\" style=\"grid-template-columns:minmax(96px,150px) repeat(" + columns +
            ",minmax(0,300px))\">\n<div></div>";
  for (std::size_t i = 0; i < grid.columns.size(); ++i)
  {
    m_Body += "<div class=\"head\">" + EscapeHtml(grid.columns[i]) +
              (i < grid.bars.size() && grid.bars[i] ? Key(*grid.bars[i]) : "") + "</div>";
  }
  for (const ImageRow & row : grid.rows)
  {
    m_Body += "\n<div class=\"label\"><b>" + EscapeHtml(row.name) + "</b>";
    for (const std::string & line : row.lines)
    {
      m_Body += "<span>" + EscapeHtml(line) + "</span>";
    }
    m_Body += "</div>";
    for (const ReportImage & image : row.images)
    {
      m_Body += Picture(image);
    }
  }
  m_Body += "</div>\n<p class=\"caption\">" + EscapeHtml(grid.caption) + "</p>\n";
}

void
ReportPage::AddPlots(const std::vector<Plot> & plots, const std::string & caption)
{
  m_Body += plots.size() == 1 ? "<div class=\"plots single\">" : "<div class=\"plots\">";
  for (const Plot & plot : plots)
  {
    m_Body += "<div>" + PlotSvg(plot) + "</div>\n";
  }
  m_Body += "</div>\n<p class=\"caption\">" + EscapeHtml(caption) + "</p>\n";
}

void
ReportPage::AddFacts(const std::string & title, const Facts & facts)
{
  m_Body += "<h3>" + EscapeHtml(title) + "</h3>\n<dl>\n";
  for (const auto & [name, value] : facts)
  {
    m_Body += "<dt>" + EscapeHtml(name) + "</dt><dd><code>" + EscapeHtml(value) + "</code></dd>\n";
  }
  m_Body += "</dl>\n";
}

std::string
ReportPage::Html(const std::string & footer) const
{
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
         "'unsafe-inline'\">\n<title>" +
         EscapeHtml(m_Title) + "</title>\n<style>" + ReportStyle() + "</style>\n</head>\n<body><main>\n<header>" +
         "<div class=\"mark\"><b>Tweedie</b><span>RESEARCH USE ONLY</span></div><h1>" + EscapeHtml(m_Title) +
         "</h1><p class=\"statement\">" + EscapeHtml(m_Statement) + "</p></header>\n" + m_Body + "<footer>" +
         EscapeHtml(footer) + "</footer>\n</main></body>\n</html>\n";
}
} // namespace tweedie
