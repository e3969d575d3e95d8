// SPDX-License-Identifier: Apache-2.0
#include "tweedieSettingsSearch.h"

#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace tweedie
{
namespace
{
constexpr int digitsAfterTheFirst = 3; // no method can tell more apart, and a preset stays readable

double
Rounded(double value)
{
  char text[40];
  const char * end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, digitsAfterTheFirst).ptr;
  double rounded = value;
  std::from_chars(text, end, rounded);
  return rounded;
}

double
Value(const SearchedSetting & setting, double u)
{
  const double top = setting.high + (setting.isInteger ? 1.0 : 0.0);
  const double value = setting.low > 0.0 ? setting.low * std::pow(top / setting.low, u) : top * u;
  return std::clamp(setting.isInteger ? std::floor(value) : Rounded(value), setting.low, setting.high);
}

void
Append(const Field & field, bool isInteger, std::vector<SearchedSetting> & settings)
{
  if (field.isSearched)
  {
    settings.push_back({field.name, field.searchLow, field.searchHigh, isInteger});
  }
}
} // namespace

void
SearchCollector::Visit(const Field &, bool &)
{
}

void
SearchCollector::Visit(const Field & field, std::int64_t &)
{
  Append(field, true, settings);
}

void
SearchCollector::Visit(const Field & field, double &)
{
  Append(field, false, settings);
}

void
SearchCollector::Visit(const Field &, std::string &)
{
}

void
SearchCollector::Visit(const Field & field, std::optional<double> &)
{
  Append(field, false, settings);
}

void
SearchCollector::Visit(const Field & field, std::optional<std::int64_t> &)
{
  Append(field, true, settings);
}

void
SearchCollector::Visit(const Field &, std::vector<double> &)
{
}

void
SearchCollector::Visit(const Field &, std::vector<std::string> &)
{
}

std::vector<double>
DrawSettings(const std::vector<SearchedSetting> & settings, std::uint64_t seed, std::uint64_t trial)
{
  std::vector<double> values;
  if (settings.empty())
  {
    return values;
  }
  RandomStreams random(seed, {trial});
  const at::Tensor uniform = random.Uniform({static_cast<std::int64_t>(settings.size())}, at::kDouble);
  const double * u = uniform.data_ptr<double>();
  for (const SearchedSetting & setting : settings)
  {
    if (!(setting.low >= 0.0 && setting.low < setting.high))
    {
      throw std::logic_error("setting " + setting.name + ": no range to search");
    }
    values.push_back(Value(setting, *u++));
  }
  return values;
}
} // namespace tweedie
