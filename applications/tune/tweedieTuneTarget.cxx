// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneTarget.h"

#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieOptionsJson.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tweedie
{
namespace
{
bool
Contains(const std::vector<std::string> & list, const std::string & name)
{
  return std::find(list.begin(), list.end(), name) != list.end();
}
} // namespace

bool
IsOfAnotherMethod(const std::string & option, const std::string & method)
{
  const auto & table = EstimatorTable();
  return std::any_of(table.begin(),
                     table.end(),
                     [&](const EstimatorRow & row)
                     { return row.name != method && option.rfind(std::string(row.name) + '-', 0) == 0; });
}

std::vector<SearchedSetting>
SettingsOfMethod(const std::vector<SearchedSetting> & settings,
                 const std::string & method,
                 const std::vector<std::string> & given)
{
  std::vector<SearchedSetting> own;
  std::copy_if(settings.begin(),
               settings.end(),
               std::back_inserter(own),
               [&](const SearchedSetting & setting)
               { return !IsOfAnotherMethod(setting.name, method) && !Contains(given, setting.name); });
  return own;
}

std::int64_t
SpendLimit(const std::optional<std::int64_t> & limit,
           const DenoiserPointer & prior,
           const std::vector<std::string> & given,
           PosteriorOptions & options)
{
  if (!limit)
  {
    return CallsPerImage(prior, options);
  }
  if (Contains(given, "steps"))
  {
    throw UsageError("--limit-calls: given with --steps; required one of the two");
  }
  const nlohmann::json parsed = nlohmann::json::parse(OptionsText(options));
  nlohmann::json kept = nlohmann::json::object();
  for (const std::string & flag : given)
  {
    if (parsed.contains(flag))
    {
      kept[flag] = parsed[flag];
    }
  }
  if (!MakeEstimator(options.method)->DrawsSamples())
  {
    kept["samples"] = options.samples; // those beside a mean are not tuned
    kept["sample-steps"] = options.sampleSteps;
  }
  SpendCalls(*limit, prior, options);
  const std::int64_t calls = CallsPerImage(prior, options);
  if (calls > *limit)
  {
    throw UsageError("--limit-calls: given " + std::to_string(*limit) + "; method " + options.method +
                     " requires at least " + std::to_string(calls));
  }
  JsonReader reader(kept);
  options.Visit(reader);
  options.steps = LevelsWithin(calls, prior, options);
  return calls;
}

bool
HasSamples(const PosteriorOptions & options)
{
  return options.samples > 1 || (options.samples == 0 && MakeEstimator(options.method)->DrawsSamples());
}
} // namespace tweedie
