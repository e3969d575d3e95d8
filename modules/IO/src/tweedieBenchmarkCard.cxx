// SPDX-License-Identifier: Apache-2.0
#include "tweedieBenchmarkCard.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

[[noreturn]] void
Refuse(const std::string & what)
{
  throw DataError("closed-form table: given " + what +
                  "; required {\"command\": text, \"table\": [{key: number or text, "
                  "...}, ...]}");
}

std::string
TextOf(const Json & json, const char * key)
{
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<TableColumn>
GivenColumns(const Json & columns)
{
  std::vector<TableColumn> result;
  for (const Json & column : columns)
  {
    if (!column.is_object() || TextOf(column, "key").empty())
    {
      Refuse("a column without a key");
    }
    const auto decimals = column.find("decimals");
    const bool hasDecimals = decimals != column.end() && decimals->is_number_integer();
    constexpr int most = 15; // digits of a double
    result.push_back({TextOf(column, "key"),
                      TextOf(column, "label"),
                      TextOf(column, "unit"),
                      hasDecimals ? std::clamp(decimals->get<int>(), 0, most) : 3,
                      BestValue::None});
  }
  return result;
}

/** Keys in the order of the first row; whole numbers are shown as such. */
std::vector<TableColumn>
ColumnsOfRows(const Json & rows)
{
  std::vector<TableColumn> result;
  for (const auto & item : rows.front().items())
  {
    std::string label = item.key();
    std::replace(label.begin(), label.end(), '-', ' ');
    const auto isWhole = [&](const Json & row)
    {
      const auto found = row.find(item.key());
      return found == row.end() || !found->is_number() || found->get<double>() == std::floor(found->get<double>());
    };
    result.push_back({item.key(), label, "", std::all_of(rows.begin(), rows.end(), isWhole) ? 0 : 3, BestValue::None});
  }
  return result;
}

TableCell
CellOf(const Json & row, const std::string & key)
{
  const auto found = row.find(key);
  if (found == row.end() || found->is_null())
  {
    return {};
  }
  if (!found->is_number() && !found->is_string())
  {
    Refuse("a cell that is neither number nor text");
  }
  return found->is_number() ? TableCell(found->get<double>()) : TableCell(found->get<std::string>());
}
} // namespace

std::string
BenchmarkJson(const BenchmarkCard & card)
{
  Json columns = Json::array();
  for (const TableColumn & column : card.table.columns)
  {
    columns.push_back(
        {{"key", column.key}, {"label", column.label}, {"unit", column.unit}, {"decimals", column.decimals}});
  }
  const Json json{{"command", card.command},
                  {"caption", card.caption},
                  {"columns", std::move(columns)},
                  {"table", Json::parse(TableJson(card.table))}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

BenchmarkCard
ReadBenchmark(const std::string & text)
{
  BenchmarkCard card;
  if (text.empty())
  {
    return card;
  }
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || TextOf(json, "command").empty())
  {
    Refuse("no object with a command");
  }
  const auto rows = json.find("table");
  const bool hasRows = rows != json.end() && rows->is_array() && !rows->empty();
  if (!hasRows || !std::all_of(rows->begin(), rows->end(), [](const Json & row) { return row.is_object(); }))
  {
    Refuse("no rows");
  }
  card.command = TextOf(json, "command");
  card.caption = TextOf(json, "caption");
  const auto columns = json.find("columns");
  card.table.columns = columns != json.end() && columns->is_array() ? GivenColumns(*columns) : ColumnsOfRows(*rows);
  for (const Json & row : *rows)
  {
    std::vector<TableCell> cells;
    for (const TableColumn & column : card.table.columns)
    {
      cells.push_back(CellOf(row, column.key));
    }
    card.table.rows.push_back(std::move(cells));
  }
  return card;
}

void
AddBenchmark(const BenchmarkCard & card, ReportDocument & page)
{
  if (card.IsEmpty())
  {
    page.AddParagraph("This build was made without a closed-form table.");
    return;
  }
  page.AddTable(card.table, card.caption);
  page.AddFacts("Made by", {{"command", card.command}});
}
} // namespace tweedie
