// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneLog.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieReportTable.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
constexpr std::size_t columnsBefore = 3; // search, trial, noise-levels
constexpr std::size_t columnsBehind = 8; // psnr to failure

using Row = std::vector<std::string>;

/** The records of a CSV text (RFC 4180). A quote that is never closed ends with
 * the text. */
std::vector<Row>
ParseCsv(const std::string & text)
{
  std::vector<Row> rows;
  Row row;
  std::string cell;
  bool isQuoted = false;
  for (std::size_t i = 0; i < text.size(); ++i)
  {
    const char c = text[i];
    if (c == '"')
    {
      const bool isDoubled = isQuoted && i + 1 < text.size() && text[i + 1] == '"';
      isQuoted = isDoubled || !isQuoted;
      cell += isDoubled ? "\"" : "";
      i += isDoubled ? 1 : 0;
    }
    else if (isQuoted || (c != ',' && c != '\n' && c != '\r'))
    {
      cell += c;
    }
    else if (c != '\r')
    {
      row.push_back(std::move(cell));
      cell.clear();
      if (c == '\n')
      {
        rows.push_back(std::move(row));
        row.clear();
      }
    }
  }
  if (!row.empty() || !cell.empty())
  {
    row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  return rows;
}

/** Throws std::invalid_argument for a text that is not a number as a whole. */
double
Number(const std::string & text)
{
  double value = 0.0;
  const char * end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end)
  {
    throw std::invalid_argument(text);
  }
  return value;
}

double
NumberOrNone(const std::string & text)
{
  return text.empty() ? TuneTrial::none : Number(text);
}

TuneTrial
TrialOf(const Row & row, std::size_t settings)
{
  TuneTrial trial;
  trial.trial = static_cast<std::int64_t>(Number(row[1]));
  trial.levels = static_cast<std::int64_t>(Number(row[2]));
  auto cell = row.begin() + columnsBefore;
  for (std::size_t i = 0; i < settings; ++i, ++cell)
  {
    trial.values.push_back(cell->empty() ? std::optional<double>() : Number(*cell));
  }
  for (double * value : {&trial.psnr, &trial.ssim, &trial.crps, &trial.deviationRatio, &trial.coverage})
  {
    *value = NumberOrNone(*cell++);
  }
  trial.networkEvaluations = static_cast<std::int64_t>(Number(*cell++));
  trial.seconds = NumberOrNone(*cell++);
  trial.failure = *cell;
  return trial;
}

ReportTable
EmptyTable(const std::vector<std::string> & settings)
{
  ReportTable table;
  std::vector<std::string> keys{"search", "trial", "noise-levels"};
  keys.insert(keys.end(), settings.begin(), settings.end());
  for (const char * key :
       {"psnr", "ssim", "crps", "deviation-over-error", "coverage-90", "network-evaluations", "seconds", "failure"})
  {
    keys.emplace_back(key);
  }
  for (const std::string & key : keys)
  {
    table.columns.push_back({key, key, "", 0, BestValue::None});
  }
  return table;
}
} // namespace

TuneLog::TuneLog(std::string path, std::string key, std::vector<std::string> settings)
    : m_Path(std::move(path)), m_Key(std::move(key)), m_Settings(std::move(settings))
{
  Read();
}

const TuneTrial *
TuneLog::Find(std::int64_t trial) const
{
  const auto found = std::find_if(
      m_Trials.begin(), m_Trials.end(), [trial](const TuneTrial & finished) { return finished.trial == trial; });
  return found == m_Trials.end() ? nullptr : &*found;
}

void
TuneLog::Keep(const TuneTrial & trial)
{
  const auto place = std::find_if(
      m_Trials.begin(), m_Trials.end(), [&](const TuneTrial & finished) { return finished.trial > trial.trial; });
  m_Trials.insert(place, trial);
  WriteTextAtomically(m_Path, Text());
}

std::string
TuneLog::Text() const
{
  ReportTable table = EmptyTable(m_Settings);
  for (const TuneTrial & trial : m_Trials)
  {
    std::vector<TableCell> row{m_Key, static_cast<double>(trial.trial), static_cast<double>(trial.levels)};
    for (const std::optional<double> & value : trial.values)
    {
      row.emplace_back(value.value_or(TuneTrial::none));
    }
    for (const double value : {trial.psnr, trial.ssim, trial.crps, trial.deviationRatio, trial.coverage})
    {
      row.emplace_back(value);
    }
    row.emplace_back(static_cast<double>(trial.networkEvaluations));
    row.emplace_back(trial.seconds);
    row.emplace_back(trial.failure);
    table.rows.push_back(std::move(row));
  }
  return TableCsv(table);
}

void
TuneLog::Read()
{
  std::ifstream stream(m_Path, std::ios::binary);
  if (!stream)
  {
    return; // a new search
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const std::vector<Row> rows = ParseCsv(text);
  if (rows.empty() || rows[0].front() != "search")
  {
    throw DataError("--log: " + m_Path + " is no log of tweedie tune; required one, or none there");
  }
  const std::size_t columns = columnsBefore + m_Settings.size() + columnsBehind;
  for (std::size_t i = 1; i < rows.size(); ++i)
  {
    if (rows[i].front() != m_Key)
    {
      throw UsageError("--log: " + m_Path + " is the log of another search; required another name, or none there");
    }
    try
    {
      if (rows[i].size() != columns)
      {
        throw std::invalid_argument("number of columns");
      }
      m_Trials.push_back(TrialOf(rows[i], m_Settings.size()));
    }
    catch (const std::invalid_argument &)
    {
      throw DataError("--log: " + m_Path + ", line " + std::to_string(i + 1) + " cannot be read; required a log of " +
                      "tweedie tune");
    }
  }
}
} // namespace tweedie
