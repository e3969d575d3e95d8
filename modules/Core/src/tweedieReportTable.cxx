// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportTable.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

namespace tweedie
{
namespace
{
/** The number of a cell, or none. Equal images have an infinite PSNR: that is a value. */
const double *
Number(const TableCell & cell)
{
  const double * value = std::get_if<double>(&cell);
  return value && !std::isnan(*value) ? value : nullptr;
}

/** Smaller is better. */
double
Distance(const TableColumn & column, double value)
{
  switch (column.best)
  {
  case BestValue::Highest:
    return -value;
  case BestValue::NearestToTarget:
    return std::abs(value - column.target);
  default:
    return value;
  }
}

/** Where a number stands among those of its column. */
struct Rank
{
  std::set<double> better; ///< distances of better numbers, equal ones once
  int others = 0;          ///< numbers in other rows
};

/** None where there is nothing to rank. */
std::optional<Rank>
RankOf(const ReportTable & table, std::size_t row, std::size_t column)
{
  const TableColumn & description = table.columns.at(column);
  const double * own = Number(table.rows.at(row).at(column));
  if (description.best == BestValue::None || !own)
  {
    return {};
  }
  Rank rank;
  for (std::size_t i = 0; i < table.rows.size(); ++i)
  {
    const double * other = i == row ? nullptr : Number(table.rows[i].at(column));
    rank.others += other ? 1 : 0;
    if (other && Distance(description, *other) < Distance(description, *own))
    {
      rank.better.insert(Distance(description, *other));
    }
  }
  return rank;
}

std::string
CsvField(const std::string & text)
{
  if (text.find_first_of(",\"\r\n") == std::string::npos)
  {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text)
  {
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return quoted + "\"";
}

/** The shortest text that reads back as the same number. */
std::string
ShortestText(double value)
{
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

std::string
MarkdownText(const std::string & text)
{
  std::string escaped;
  for (const char c : text)
  {
    escaped += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
  }
  return escaped;
}

/** Characters, not bytes: continuation bytes of UTF-8 do not count. */
std::size_t
CharacterCount(const std::string & text)
{
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0u) != 0x80u; }));
}

/** Adds header, rule and cells to the lines, padded to one width so that the table can be read as plain text. */
void
AppendColumn(const std::vector<std::string> & cells, bool isText, std::vector<std::string> & lines)
{
  std::size_t width = 3;
  for (const std::string & cell : cells)
  {
    width = std::max(width, CharacterCount(cell));
  }
  for (std::size_t i = 0; i < cells.size(); ++i)
  {
    const std::string padding(width - CharacterCount(cells[i]), ' ');
    lines[i == 0 ? 0 : i + 1] += ' ' + (isText ? cells[i] + padding : padding + cells[i]) + " |";
  }
  lines[1] += ' ' + std::string(width - 1, '-') + (isText ? "- |" : ": |");
}
} // namespace

bool
ReportTable::IsBest(std::size_t row, std::size_t column) const
{
  const std::optional<Rank> rank = RankOf(*this, row, column);
  return rank && rank->better.empty() && rank->others > 0;
}

bool
ReportTable::IsSecondBest(std::size_t row, std::size_t column) const
{
  const std::optional<Rank> rank = RankOf(*this, row, column);
  return rank && rank->better.size() == 1 && rank->others > 1;
}

bool
ReportTable::IsEmptyColumn(std::size_t column) const
{
  return std::all_of(rows.begin(),
                     rows.end(),
                     [column](const std::vector<TableCell> & row)
                     {
                       const std::string * text = std::get_if<std::string>(&row.at(column));
                       return !Number(row.at(column)) && (!text || text->empty());
                     });
}

std::string
ReportTable::CellText(std::size_t row, std::size_t column) const
{
  const TableCell & cell = rows.at(row).at(column);
  if (const double * value = Number(cell))
  {
    return FormatNumber(*value, columns.at(column).decimals);
  }
  const std::string * text = std::get_if<std::string>(&cell);
  return text && !text->empty() ? *text : "–";
}

std::string
TableCsv(const ReportTable & table)
{
  std::string csv;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    csv += (c ? "," : "") + CsvField(table.columns[c].key);
  }
  csv += '\n';
  for (const std::vector<TableCell> & row : table.rows)
  {
    for (std::size_t c = 0; c < row.size(); ++c)
    {
      const std::string * text = std::get_if<std::string>(&row[c]);
      const double * value = Number(row[c]);
      csv += (c ? "," : "") + (value ? ShortestText(*value) : text ? CsvField(*text) : std::string());
    }
    csv += '\n';
  }
  return csv;
}

std::string
TableJson(const ReportTable & table)
{
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const std::vector<TableCell> & row : table.rows)
  {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < row.size(); ++c)
    {
      const std::string * text = std::get_if<std::string>(&row[c]);
      const double * value = Number(row[c]);
      nlohmann::ordered_json & member = object[table.columns[c].key];
      if (value && std::isfinite(*value))
      {
        member = *value;
      }
      else if (text)
      {
        member = *text;
      }
    }
    rows.push_back(std::move(object));
  }
  return rows.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string
TableMarkdown(const ReportTable & table)
{
  std::vector<std::string> lines(table.rows.size() + 2, "|");
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    const TableColumn & column = table.columns[c];
    if (column.detail || table.IsEmptyColumn(c))
    {
      continue;
    }
    bool isText = false;
    std::vector<std::string> cells{MarkdownText(column.label + (column.unit.empty() ? "" : " [" + column.unit + ']'))};
    for (std::size_t r = 0; r < table.rows.size(); ++r)
    {
      const char * mark = table.IsBest(r, c) ? "**" : table.IsSecondBest(r, c) ? "_" : "";
      cells.push_back(mark + MarkdownText(table.CellText(r, c)) + mark);
      isText = isText || std::holds_alternative<std::string>(table.rows[r].at(c));
    }
    AppendColumn(cells, isText, lines);
  }
  std::string text;
  for (const std::string & line : lines)
  {
    text += line + '\n';
  }
  return text;
}

std::string
FormatNumber(double value, int decimals)
{
  if (!std::isfinite(value))
  {
    return std::isnan(value) ? "–" : value > 0.0 ? "∞" : "−∞";
  }
  std::array<char, 512> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  std::string text(buffer.data(), end.ptr);
  // "-0.00" says less than "0.00".
  const bool isZero = text.find_first_not_of("-0.") == std::string::npos;
  return isZero && text[0] == '-' ? text.substr(1) : text;
}

std::string
FormatSignificant(double value, int digits)
{
  if (!std::isfinite(value) || value == 0.0)
  {
    return FormatNumber(value, 0);
  }
  const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value))));
  if (exponent < -4 || exponent > 6)
  {
    std::array<char, 64> buffer;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific, digits - 1);
    return {buffer.data(), end.ptr};
  }
  return FormatNumber(value, std::max(digits - 1 - exponent, 0));
}
} // namespace tweedie
