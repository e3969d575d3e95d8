// SPDX-License-Identifier: Apache-2.0
#include "tweedieConfidentiality.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
constexpr const char * curves = "50xxxxxx";
constexpr const char * overlays = "60xxxxxx";

std::vector<std::string>
Words(const std::string & text)
{
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
  {
    words.push_back(word);
  }
  return words;
}

std::vector<ConfidentialityRow>
ParseRows()
{
  std::istringstream lines(ConfidentialityText());
  std::vector<ConfidentialityRow> rows;
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line);) // without the line of the names of columns
  {
    std::istringstream columns(line);
    ConfidentialityRow row;
    std::string keptBy;
    std::getline(columns, row.tag, ',');
    std::getline(columns, row.action, ',');
    std::getline(columns, keptBy, ',');
    std::getline(columns, row.name);
    row.keptBy = Words(keptBy);
    rows.push_back(std::move(row));
  }
  rows.push_back({"private", "X", {}, "groups of odd numbers"});
  return rows;
}

bool
Contains(const std::string & text, char c)
{
  return text.find(c) != std::string::npos;
}

const char *
NameOf(CleanAction action)
{
  switch (action)
  {
  case CleanAction::Remove:
    return "removed";
  case CleanAction::Empty:
    return "emptied";
  case CleanAction::Replace:
    return "replaced";
  case CleanAction::NewUid:
    return "new UID";
  case CleanAction::Keep:
    return "kept";
  case CleanAction::Shift:
    return "shifted";
  case CleanAction::Contents:
    return "items cleaned";
  }
  return "";
}
} // namespace

const std::vector<ConfidentialityRow> &
ConfidentialityRows()
{
  static const std::vector<ConfidentialityRow> rows = ParseRows();
  return rows;
}

bool
IsKept(const std::vector<std::string> & keep, const char * option)
{
  return std::find(keep.begin(), keep.end(), option) != keep.end();
}

CleanAction
ActionOf(const ConfidentialityRow & row, const std::vector<std::string> & keep, bool isSequence)
{
  const CleanAction kept = isSequence ? CleanAction::Contents : CleanAction::Keep;
  for (const std::string & option : row.keptBy)
  {
    if (IsKept(keep, option.c_str()))
    {
      return kept;
    }
    if (option == "dates" && IsKept(keep, "modified-dates"))
    {
      return CleanAction::Shift;
    }
  }
  const std::string & action = row.action;
  if (action == "K" || (isSequence && Contains(action, 'U')))
  {
    return kept;
  }
  if (action == "U")
  {
    return CleanAction::NewUid;
  }
  // A sequence that may be missing is not replaced by items that say nothing.
  if (Contains(action, 'D') && !(isSequence && action != "D"))
  {
    return CleanAction::Replace;
  }
  return Contains(action, 'Z') && !Contains(action, 'D') ? CleanAction::Empty : CleanAction::Remove;
}

std::string
ConfidentialityOutcome(const ConfidentialityRow & row, const DeidentifyOptions & options)
{
  if (row.tag == "00100010" || row.tag == "00100020")
  {
    return "pseudonym";
  }
  constexpr const char * ending = "Sequence";
  const std::size_t length = std::char_traits<char>::length(ending);
  const bool isSequence = row.name.size() >= length && row.name.compare(row.name.size() - length, length, ending) == 0;
  return NameOf(ActionOf(row, options.keep, isSequence));
}

Confidentiality::Confidentiality(std::vector<std::string> keep) : m_Keep(std::move(keep))
{
  for (const ConfidentialityRow & row : ConfidentialityRows())
  {
    if (row.tag == curves || row.tag == overlays)
    {
      m_Rows[row.tag == curves ? 0x50000000U : 0x60000000U] = &row;
    }
    else if (row.tag != "private")
    {
      m_Rows[static_cast<std::uint32_t>(std::stoul(row.tag, nullptr, 16))] = &row;
    }
  }
}

const ConfidentialityRow *
Confidentiality::Find(std::uint16_t group, std::uint16_t element) const
{
  const bool isRepeated = (group & 0xFF00U) == 0x5000U || (group & 0xFF00U) == 0x6000U;
  const std::uint32_t tag = isRepeated ? (group & 0xFF00U) << 16U : std::uint32_t(group) << 16U | element;
  const auto found = m_Rows.find(tag);
  return found == m_Rows.end() ? nullptr : found->second;
}
} // namespace tweedie
