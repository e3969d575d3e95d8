// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfTable.h"

#include "tweedieReportMarkup.h"

#include <algorithm>
#include <numeric>
#include <variant>

namespace tweedie
{
namespace
{
constexpr double smallest = 5.0; // points; below nobody reads
constexpr double padding = 3.0;
constexpr double lineHeight = 1.25; // of the letters' size
constexpr Color ink{27, 31, 36};
constexpr Color soft{90, 99, 110};
constexpr Color light{217, 222, 227};
constexpr Color best{227, 241, 230};
constexpr Color bestInk{21, 87, 36};

double
WidestWord(const PdfCanvas & canvas, const std::string & text, const PdfStyle & style)
{
  double widest = 0.0;
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    widest = std::max(widest, canvas.TextWidth(text.substr(begin, end - begin), style));
    begin = end + 1;
  }
  return widest;
}
} // namespace

PdfTable::PdfTable(const PdfCanvas & canvas, const ReportTable & table, double width)
{
  Fill(table);
  while (!Arrange(canvas, width) && m_Size > smallest)
  {
    m_Size -= 0.25;
  }
  Break(canvas);
}

void
PdfTable::Fill(const ReportTable & table)
{
  m_Rows.resize(table.rows.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    const TableColumn & from = table.columns[c];
    if (from.detail || table.IsEmptyColumn(c))
    {
      continue;
    }
    Column column;
    column.label = from.label;
    const std::string goal = GoalOf(from);
    column.unit = from.unit + (from.unit.empty() || goal.empty() ? "" : " ") + goal;
    for (std::size_t r = 0; r < table.rows.size(); ++r)
    {
      column.isText = column.isText || std::holds_alternative<std::string>(table.rows[r].at(c));
      m_Rows[r].push_back({table.CellText(r, c), table.IsBest(r, c), table.IsSecondBest(r, c), {}});
      m_HasMarks = m_HasMarks || m_Rows[r].back().isBest;
    }
    m_Columns.push_back(column);
  }
}

PdfStyle
PdfTable::Style(bool isBold) const
{
  return {m_Size, isBold, false, ink};
}

double
PdfTable::Narrowest(const PdfCanvas & canvas, std::size_t column) const
{
  const Column & c = m_Columns[column];
  double width = std::max(WidestWord(canvas, c.label, Style(true)), WidestWord(canvas, c.unit, Style(false)));
  for (const std::vector<Cell> & row : m_Rows)
  {
    const std::string & text = row[column].text;
    width = std::max(width, c.isText ? WidestWord(canvas, text, Style(true)) : canvas.TextWidth(text, Style(true)));
  }
  return width + 2.0 * padding;
}

double
PdfTable::Widest(const PdfCanvas & canvas, std::size_t column) const
{
  double width = 0.0;
  for (const std::vector<Cell> & row : m_Rows)
  {
    width = std::max(width, canvas.TextWidth(row[column].text, Style(true)));
  }
  return std::max(width + 2.0 * padding, Narrowest(canvas, column));
}

bool
PdfTable::Arrange(const PdfCanvas & canvas, double width)
{
  std::vector<double> narrow, wide;
  for (std::size_t c = 0; c < m_Columns.size(); ++c)
  {
    narrow.push_back(Narrowest(canvas, c));
    wide.push_back(Widest(canvas, c));
  }
  const double needed = std::accumulate(narrow.begin(), narrow.end(), 0.0);
  const double wanted = std::accumulate(wide.begin(), wide.end(), 0.0);
  // Room beyond what is needed goes to those that want it, and what is left to all.
  const double share = wanted > needed ? std::clamp((width - needed) / (wanted - needed), 0.0, 1.0) : 0.0;
  const double rest = std::max(width - needed - share * (wanted - needed), 0.0) / static_cast<double>(narrow.size());
  for (std::size_t c = 0; c < m_Columns.size(); ++c)
  {
    m_Columns[c].width =
        (needed > width ? narrow[c] * width / needed : narrow[c] + share * (wide[c] - narrow[c])) + rest;
  }
  return needed <= width;
}

void
PdfTable::Break(const PdfCanvas & canvas)
{
  for (std::size_t c = 0; c < m_Columns.size(); ++c)
  {
    Column & column = m_Columns[c];
    const double room = column.width - 2.0 * padding + 0.01; // of rounding
    column.lines = canvas.Wrap(column.label, room, Style(true));
    column.unitLines = column.unit.empty() ? std::vector<std::string>{} : canvas.Wrap(column.unit, room, Style(false));
    for (std::vector<Cell> & row : m_Rows)
    {
      row[c].lines = canvas.Wrap(row[c].text, room, Style(c == 0 || row[c].isBest));
    }
  }
}

double
PdfTable::HeaderHeight() const
{
  std::size_t lines = 1;
  for (const Column & column : m_Columns)
  {
    lines = std::max(lines, column.lines.size() + column.unitLines.size());
  }
  return static_cast<double>(lines) * lineHeight * m_Size + 2.0 * padding;
}

double
PdfTable::RowHeight(std::size_t row) const
{
  std::size_t lines = 1;
  for (const Cell & cell : m_Rows[row])
  {
    lines = std::max(lines, cell.lines.size());
  }
  return static_cast<double>(lines) * lineHeight * m_Size + 2.0 * padding;
}

void
PdfTable::DrawHeader(PdfCanvas & canvas, PdfPoint corner) const
{
  const double bottom = corner.y + HeaderHeight();
  double x = corner.x;
  for (const Column & column : m_Columns)
  {
    double y = bottom - padding - 0.25 * m_Size -
               lineHeight * m_Size * (static_cast<double>(column.lines.size() + column.unitLines.size()) - 1.0);
    const auto draw = [&](const std::string & line, PdfStyle style)
    {
      const double left = column.isText ? x + padding : x + column.width - padding - canvas.TextWidth(line, style);
      canvas.DrawText({left, y}, line, style);
      y += lineHeight * m_Size;
    };
    for (const std::string & line : column.lines)
    {
      draw(line, Style(true));
    }
    for (const std::string & line : column.unitLines)
    {
      draw(line, {m_Size, false, false, soft});
    }
    x += column.width;
  }
  canvas.DrawLine({{corner.x, bottom}, {x, bottom}}, 1.0, ink);
}

void
PdfTable::DrawRow(PdfCanvas & canvas, PdfPoint corner, std::size_t row) const
{
  double x = corner.x;
  for (std::size_t c = 0; c < m_Columns.size(); ++c)
  {
    const Column & column = m_Columns[c];
    const Cell & cell = m_Rows[row][c];
    PdfStyle style = Style((c == 0 && column.isText) || cell.isBest);
    style.color = cell.isBest ? bestInk : ink;
    double y = corner.y + padding + 0.95 * m_Size;
    for (const std::string & line : cell.lines)
    {
      const double width = canvas.TextWidth(line, style);
      const double left = column.isText ? x + padding : x + column.width - padding - width;
      if (cell.isBest)
      {
        canvas.FillRectangle({left - 1.5, y - 0.9 * m_Size}, width + 3.0, 1.2 * m_Size, best);
      }
      canvas.DrawText({left, y}, line, style);
      if (cell.isSecond)
      {
        canvas.DrawLine({{left, y + 1.6}, {left + width, y + 1.6}}, 0.6, ink);
      }
      y += lineHeight * m_Size;
    }
    x += column.width;
  }
  const double bottom = corner.y + RowHeight(row);
  const bool isLast = row + 1 == m_Rows.size();
  canvas.DrawLine({{corner.x, bottom}, {x, bottom}}, isLast ? 1.0 : 0.5, isLast ? ink : light);
}
} // namespace tweedie
