// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationProtocol.h"

#include "tweedieConformal.h"
#include "tweedieError.h"
#include "tweedieReportTable.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double sameLevel = 1e-6;

std::optional<double>
NumberOf(const std::string & text)
{
  double value = 0.0;
  const char * end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

bool
IsSame(const ProtocolFact & recorded, const ProtocolFact & run)
{
  const auto a = NumberOf(recorded.value), b = NumberOf(run.value);
  return recorded.value == run.value || (a && b && std::abs(*a - *b) <= run.tolerance * std::abs(*a));
}

const ProtocolFact *
Find(const ProtocolFacts & facts, const std::string & name)
{
  const auto found =
      std::find_if(facts.begin(), facts.end(), [&](const ProtocolFact & fact) { return fact.name == name; });
  return found == facts.end() ? nullptr : &*found;
}

/** For people: digests by their first digits. */
std::string
Shown(const std::string & value)
{
  constexpr std::size_t digest = 64, digits = 12;
  return value.size() == digest ? value.substr(0, digits) : value;
}

/** Numbers of few digits: of what was found in a scan. */
std::string
Found(const ProtocolFact & fact)
{
  const auto number = fact.tolerance > 0.0 ? NumberOf(fact.value) : std::nullopt;
  return number ? FormatSignificant(*number, 3) : Shown(fact.value);
}
std::string
LevelText(double level)
{
  std::ostringstream text;
  text.precision(3);
  text << level;
  return text.str();
}
} // namespace

std::string
ProtocolText(const ProtocolFacts & facts)
{
  std::string text;
  for (const ProtocolFact & fact : facts)
  {
    text += (text.empty() ? "" : "; ") + fact.name + ' ' + fact.value;
  }
  return text;
}

ProtocolFacts
FactsOfProtocol(const std::string & text)
{
  ProtocolFacts facts;
  for (std::size_t begin = 0; begin < text.size();)
  {
    const std::size_t end = std::min(text.find("; ", begin), text.size());
    const std::size_t space = text.find(' ', begin);
    if (space >= end)
    {
      return {};
    }
    facts.push_back({text.substr(begin, space - begin), text.substr(space + 1, end - space - 1)});
    begin = end + 2;
  }
  return facts;
}

void
RequireProtocol(const CalibrationRecord & record, const ProtocolFacts & run, const std::string & source)
{
  const ProtocolFacts recorded = FactsOfProtocol(record.protocol);
  std::string given, required;
  const auto differ = [&](const std::string & a, const std::string & b)
  {
    given += (given.empty() ? "" : ", ") + a;
    required += (required.empty() ? "" : ", ") + b;
  };
  for (const ProtocolFact & fact : recorded)
  {
    const ProtocolFact * here = Find(run, fact.name);
    if (here == nullptr || !IsSame(fact, *here))
    {
      differ(fact.name + ' ' + Shown(fact.value), here == nullptr ? "no " + fact.name : fact.name + ' ' + Found(*here));
    }
  }
  for (const ProtocolFact & fact : run)
  {
    if (Find(recorded, fact.name) == nullptr)
    {
      differ("no " + fact.name, fact.name + ' ' + Found(fact));
    }
  }
  if (!given.empty())
  {
    throw DataError(source + ": given scales of another protocol (" + given + "); required those of this run (" +
                    required + ")");
  }
}

double
CalibratedScale(const CalibrationRecord & record, const std::string & quantity, double level)
{
  const double largest = LargestConformalLevel(record.cases);
  if (record.method != CalibrationMethod::RiskControlling && level > largest + sameLevel)
  {
    throw UsageError("--interval-level: given " + LevelText(level) + " with " + std::to_string(record.cases) +
                     " calibration cases; required " + LevelText(largest) + " at most (n/(n + 1))");
  }
  std::string levels;
  double scale = std::numeric_limits<double>::quiet_NaN();
  bool isKnown = false;
  for (const CalibrationScale & one : record.scales)
  {
    const bool isLevel = std::abs(one.level - level) < sameLevel;
    const std::string text = LevelText(one.level);
    isKnown = isKnown || isLevel;
    scale = isLevel && one.quantity == quantity ? one.scale : scale;
    levels += levels.find(text) != std::string::npos ? "" : (levels.empty() ? "" : ", ") + text;
  }
  if (!isKnown)
  {
    throw UsageError("--interval-level: given " + LevelText(level) + "; required one that was calibrated: " + levels);
  }
  return scale;
}
} // namespace tweedie
