// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportPage.h"

#include "tweedieReportMarkup.h"
#include "tweedieReportVerdict.h"

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
  if (column.label.empty() && second.empty())
  {
    return "<td></td>"; // a header that says nothing is none
  }
  return "<th scope=\"col\"" + std::string(isText ? " class=\"text\"" : "") + '>' + EscapeHtml(column.label) +
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

/** The first column of texts names its row. */
std::string
BodyCell(const std::string & content, bool isText, bool isFirst)
{
  return isText && isFirst ? "<th scope=\"row\" class=\"text\">" + content + "</th>"
         : isText          ? "<td class=\"text\">" + content + "</td>"
                           : "<td>" + content + "</td>";
}

/** Something wider than a telephone, which arrow keys move too. */
std::string
Scrolled(const std::string & name, const std::string & content)
{
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + EscapeHtml(name) + "\">" + content +
         "</div>\n";
}

std::string
CaptionLine(const std::string & html)
{
  return html.empty() ? "" : "<p class=\"caption\">" + html + "</p>\n";
}

std::string
Light(const Verdict & verdict)
{
  const std::string variable = LightVariable(verdict.state); // var(--name)
  const std::string numbers = EscapeHtml(VerdictNumbers(verdict));
  return "<li class=\"" + variable.substr(6, variable.size() - 7) + "\">" + LightSvg(verdict.state) + "<div><b>" +
         EscapeHtml(verdict.label) + "</b><em>" + ToString(verdict.state) + "</em></div><div>" +
         (numbers.empty() ? "" : "<span class=\"numbers\">" + numbers + "</span>") + "<span class=\"sentence\">" +
         EscapeHtml(verdict.statement) + "</span></div></li>\n";
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
  m_Sections.push_back(title);
  m_Body += "<h2 id=\"section-" + std::to_string(m_Sections.size()) + "\">" + EscapeHtml(title) + "</h2>\n";
  if (!lead.empty())
  {
    m_Body += "<p class=\"lead\">" + EscapeHtml(lead) + "</p>\n";
  }
}

std::string
ReportPage::SmallHeading(const std::string & text) const
{
  const std::string tag = m_Sections.empty() ? "h2" : "h3"; // no level is left out
  return '<' + tag + '>' + EscapeHtml(text) + "</" + tag + ">\n";
}

std::string
ReportPage::Here() const
{
  return m_Sections.empty() ? m_Title : m_Sections.back();
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
  m_Body += "<div class=\"warnings\">" + SmallHeading(warnings.size() == 1 ? "Warning" : "Warnings");
  AddList(warnings);
  m_Body += "</div>\n";
}

void
ReportPage::AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption)
{
  if (verdicts.empty())
  {
    return;
  }
  m_Body += "<p><b>" + EscapeHtml(VerdictCounts(verdicts)) + "</b></p>\n<ul class=\"verdicts\">\n";
  for (const Verdict & verdict : verdicts)
  {
    m_Body += Light(verdict);
  }
  m_Body += "</ul>\n" + CaptionLine(EscapeHtml(caption));
}

void
ReportPage::AddFigure(const std::string & png, const std::string & description, const std::string & caption)
{
  m_Body += "<img class=\"figure\" alt=\"" + EscapeHtml(description) + "\" src=\"data:image/png;base64," + Base64(png) +
            "\">\n" + CaptionLine(EscapeHtml(caption));
}

void
ReportPage::AddTable(const ReportTable & table, const std::string & caption)
{
  std::vector<std::size_t> shown;
  std::string head, body;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    if (!table.columns[c].detail && !table.IsEmptyColumn(c))
    {
      shown.push_back(c);
      head += HeaderCell(table.columns[c], IsTextColumn(table, c));
    }
  }
  bool hasMarks = false;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
  {
    body += "<tr>";
    for (const std::size_t c : shown)
    {
      const std::string mark = Mark(table, r, c);
      hasMarks = hasMarks || !mark.empty();
      body += BodyCell(Marked(table.CellText(r, c), mark), IsTextColumn(table, c), c == shown.front());
    }
    body += "</tr>\n";
  }
  const std::string legend = hasMarks ? "<span class=\"legend\">" + Marked("best", "best") + " and " +
                                            Marked("second best", "second") +
                                            " of each column; ↑ higher is better, ↓ lower, → nearer to that "
                                            "value.</span>"
                                      : "";
  const std::string text = caption.empty()
                               ? legend.empty() ? "<span class=\"hidden\">" + EscapeHtml(Here()) + "</span>" : ""
                               : "<span>" + EscapeHtml(caption) + "</span>";
  m_Body += Scrolled("Table: " + Here(),
                     "<table><caption>" + legend + text + "</caption><thead><tr>" + head + "</tr></thead><tbody>\n" +
                         body + "</tbody></table>");
}

void
ReportPage::AddImages(const ImageGrid & grid)
{
  const std::string columns = std::to_string(grid.columns.size());
  m_Body += "<div class=\"grid\" style=\"--n:" + columns + "\">\n<div></div>";
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
  m_Body += "</div>\n" + CaptionLine(EscapeHtml(grid.caption));
}

void
ReportPage::AddPlots(const std::vector<Plot> & plots, const std::string & caption)
{
  const bool isAlone = plots.size() == 1;
  m_Body += isAlone ? "<div class=\"plots single\">" : "<div class=\"plots\">";
  for (const Plot & plot : plots)
  {
    m_Body += isAlone ? Scrolled("Plot: " + plot.title, PlotSvg(plot))
                      : "<div>" + PlotSvg(plot, PlotPlace::Beside) + "</div>\n";
  }
  m_Body += "</div>\n" + CaptionLine(EscapeHtml(caption));
}

void
ReportPage::AddFacts(const std::string & title, const Facts & facts)
{
  m_Body += SmallHeading(title) + "<dl>\n";
  for (const auto & [name, value] : facts)
  {
    m_Body += "<dt>" + EscapeHtml(name) + "</dt><dd><code>" + EscapeHtml(value) + "</code></dd>\n";
  }
  m_Body += "</dl>\n";
}

std::string
ReportPage::Contents() const
{
  constexpr std::size_t fewSections = 5;
  if (m_Sections.size() < fewSections)
  {
    return "";
  }
  std::string items;
  for (std::size_t i = 0; i < m_Sections.size(); ++i)
  {
    items += "<li><a href=\"#section-" + std::to_string(i + 1) + "\">" + EscapeHtml(m_Sections[i]) + "</a></li>";
  }
  return "<nav aria-label=\"Sections\"><ol>" + items + "</ol></nav>\n";
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
         "</h1><p class=\"statement\">" + EscapeHtml(m_Statement) + "</p>" + Contents() + "</header>\n" + m_Body +
         "<footer>" + EscapeHtml(footer) + "</footer>\n</main></body>\n</html>\n";
}
} // namespace tweedie
