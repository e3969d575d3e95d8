// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportTable_h
#define tweedieReportTable_h

#include <string>
#include <variant>
#include <vector>

namespace tweedie
{
/** Which value of a column is the best one. */
enum class BestValue
{
  None,
  Highest,
  Lowest,
  NearestToTarget
};

struct TableColumn
{
  std::string key;   ///< lower-case-hyphen: the name in CSV and JSON
  std::string label; ///< for people
  std::string unit;
  int decimals = 2;
  BestValue best = BestValue::None;
  double target = 1.0; ///< of NearestToTarget; also shown to the reader
  bool detail = false; ///< left out of tables for people, kept in files
};

/** Nothing, a number or a text. Not-a-number counts as nothing. */
using TableCell = std::variant<std::monostate, double, std::string>;

/** A table that is written as CSV, JSON, Markdown and HTML. */
struct ReportTable
{
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;

  /** Whether this is the best number of its column; false where fewer than two rows have one. */
  bool IsBest(std::size_t row, std::size_t column) const;

  /** Whether this is the best number among those that are not; false where fewer than three rows have one. */
  bool IsSecondBest(std::size_t row, std::size_t column) const;

  /** Whether no row has a value. */
  bool IsEmptyColumn(std::size_t column) const;

  /** The cell with its column's decimals; "–" for nothing. */
  std::string CellText(std::size_t row, std::size_t column) const;
};

/** Header = keys, fields quoted as in RFC 4180, numbers with full precision, empty cells for nothing. */
std::string TableCsv(const ReportTable & table);

/** An array of one object per row, key: value, null for nothing and for infinity. */
std::string TableJson(const ReportTable & table);

/** Without detail columns and columns without any value; best values bold, second best in italics; aligned, so that it
 * also reads as text. */
std::string TableMarkdown(const ReportTable & table);

/** A number with that many decimals, whatever the locale. */
std::string FormatNumber(double value, int decimals);

/** A number for people: enough decimals to show about that many significant digits, no trailing exponent for sizes
 * from 1e-4 to 1e6. */
std::string FormatSignificant(double value, int digits);
} // namespace tweedie

#endif
