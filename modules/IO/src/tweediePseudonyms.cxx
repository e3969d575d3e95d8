// SPDX-License-Identifier: Apache-2.0
#include "tweediePseudonyms.h"

#include "tweedieDicomUid.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

namespace tweedie
{
namespace
{
constexpr std::size_t shortestKey = 16;
constexpr int mostDays = 3652; // ten years

std::string
RandomKey()
{
  std::random_device device;
  std::string key;
  for (int i = 0; i < 8; ++i)
  {
    key += std::to_string(device()) + " ";
  }
  return key;
}

std::string
KeyOf(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  const std::string key{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || key.size() < shortestKey)
  {
    throw UsageError("--key: given " + path + " of " + std::to_string(key.size()) + " bytes; required a file of " +
                     std::to_string(shortestKey) + " random bytes or more, such as openssl rand -hex 32 makes");
  }
  return key;
}

/** Days since 1970-01-01 of the proleptic Gregorian calendar, years beginning in March. */
int
DayNumber(int year, int month, int day)
{
  const int y = year - (month <= 2 ? 1 : 0);
  const int m = (month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719469;
}

bool
IsNumber(const std::string & text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string
DateOf(int dayNumber)
{
  int year = 1970 + dayNumber / 365 + 1;
  while (DayNumber(year, 1, 1) > dayNumber)
  {
    --year;
  }
  int month = 12;
  while (DayNumber(year, month, 1) > dayNumber)
  {
    --month;
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d%02d%02d", year, month, dayNumber - DayNumber(year, month, 1) + 1);
  return text.data();
}
} // namespace

Pseudonyms::Pseudonyms(const std::string & keyFile)
{
  const std::string key = keyFile.empty() ? RandomKey() : KeyOf(keyFile);
  m_Key = Sha256(key.data(), key.size()); // of one length, so that what follows it cannot be taken for a part of it
}

std::string
Pseudonyms::Hash(const char * purpose, const std::string & text) const
{
  const std::string inner = m_Key + purpose + "\n" + text;
  const std::string outer = m_Key + Sha256(inner.data(), inner.size());
  return Sha256(outer.data(), outer.size());
}

std::string
Pseudonyms::Uid(const std::string & uid) const
{
  return MakeUid(Hash("uid", uid));
}

std::string
Pseudonyms::Patient(const std::string & identity) const
{
  return Hash("patient", identity).substr(0, 12);
}

int
Pseudonyms::Days(const std::string & identity) const
{
  const std::string digits = Hash("days", identity).substr(0, 8);
  return 1 + static_cast<int>(std::stoul(digits, nullptr, 16) % static_cast<unsigned long>(mostDays));
}

std::string
ShiftedDate(const std::string & value, int days)
{
  constexpr std::size_t length = 8;
  const std::string date = value.substr(0, length);
  const std::string rest = value.size() > length ? value.substr(length) : "";
  if (date.size() < length || !IsNumber(date))
  {
    return "";
  }
  const int year = std::stoi(date.substr(0, 4));
  const int month = std::stoi(date.substr(4, 2));
  const int day = std::stoi(date.substr(6, 2));
  const bool isDate = year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDate ? DateOf(DayNumber(year, month, day) - days) + rest : "";
}
} // namespace tweedie
