// SPDX-License-Identifier: Apache-2.0
#include "tweedieFieldText.h"
#include "tweedieTuneSearch.h"
#include "tweedieTuneTrial.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

/** Where, how fast and from what a method computes is not a setting of it. */
bool
IsSetting(const std::string & option, const std::string & method)
{
  const std::vector<std::string> others{"method",
                                        "prior",
                                        "noise",
                                        "device",
                                        "threads",
                                        "batch",
                                        "seed",
                                        "keep-samples",
                                        "null-space",
                                        "maximum-memory",
                                        "checkpoint",
                                        "checkpoint-seconds",
                                        "precision",
                                        "probes"};
  return std::find(others.begin(), others.end(), option) == others.end() && !IsOfAnotherMethod(option, method);
}

/** The value of a searched setting, an integer as one. */
Json
Value(const SearchedSetting & setting, double value)
{
  return setting.isInteger ? Json(std::llround(value)) : Json(value);
}

/** What a preset has to say so that the trial can be run again. */
Json
Configuration(const TuneTarget & target, const TuneTrial & best)
{
  const Json first = Json::parse(target.first);
  const Json plain = Json::parse(target.plain);
  Json configuration{{"method", target.method}};
  for (const auto & option : first.items())
  {
    if (IsSetting(option.key(), target.method) && plain.at(option.key()) != option.value())
    {
      configuration[option.key()] = option.value();
    }
  }
  if (target.levels)
  {
    configuration["steps"] = best.levels;
  }
  for (std::size_t i = 0; i < target.settings.size(); ++i)
  {
    const SearchedSetting & setting = target.settings[i];
    configuration.erase(setting.name);
    if (best.values[i])
    {
      configuration[setting.name] = Value(setting, *best.values[i]);
    }
  }
  return configuration;
}

Json
Ranges(const std::vector<SearchedSetting> & settings)
{
  Json ranges = Json::object();
  for (const SearchedSetting & setting : settings)
  {
    ranges[setting.name] = {Value(setting, setting.low), Value(setting, setting.high)};
  }
  return ranges;
}

std::int64_t
Failed(const std::vector<TuneTrial> & trials)
{
  return std::count_if(trials.begin(), trials.end(), [](const TuneTrial & trial) { return !trial.failure.empty(); });
}

Json
NumberOrNull(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
} // namespace

std::string
PresetText(const TuneTarget & target,
           const TuneSearchOptions & options,
           const TuneProvenance & provenance,
           const std::vector<TuneTrial> & trials)
{
  const TuneTrial & best = BestTrial(trials, options.objective);
  const TuneTrial & first = trials.front();
  const bool isPsnr = options.objective == "psnr";
  const std::string description = target.method + " tuned for " + target.task + " on " + provenance.image +
                                  ", slices " + provenance.slices + ", by " + std::to_string(trials.size()) +
                                  " trials of tweedie tune: " + ObjectiveText(best, options.objective) + ", " +
                                  ObjectiveText(first, options.objective) + " with the settings as they stand.";
  Json search{{"objective", options.objective},
              {"best", NumberOrNull(isPsnr ? best.psnr : best.crps)},
              {"first", NumberOrNull(isPsnr ? first.psnr : first.crps)},
              {"best-trial", best.trial},
              {"trials", static_cast<std::int64_t>(trials.size())},
              {"failed", Failed(trials)},
              {"seed", options.seed},
              {"limit-calls", options.limitCalls && target.levels ? Json(*options.limitCalls) : Json(nullptr)},
              {"network-evaluations", best.networkEvaluations},
              {"ranges", Ranges(target.settings)},
              {"image", provenance.image},
              {"image-sha256", provenance.imageSha256},
              {"prior", provenance.prior},
              {"prior-sha256", provenance.priorSha256},
              {"slices", provenance.slices},
              {"measurement", Json::parse(provenance.measurement)},
              {"version", Version}};
  const Json preset{
      {"description", description}, {"configuration", Configuration(target, best)}, {"search", std::move(search)}};
  return preset.dump(1) + "\n";
}

std::string
SearchReport(const TuneTarget & target, const TuneSearchOptions & options, const std::vector<TuneTrial> & trials)
{
  const TuneTrial & best = BestTrial(trials, options.objective);
  std::string settings;
  for (std::size_t i = 0; i < target.settings.size(); ++i)
  {
    const std::string value = best.values[i] ? NumberText(*best.values[i]) : "as the method chooses";
    settings += (settings.empty() ? "" : ", ") + target.settings[i].name + " " + value;
  }
  const std::int64_t failed = Failed(trials);
  return ObjectiveText(best, options.objective) + " (" + ObjectiveText(trials.front(), options.objective) +
         " with the settings as they stand), trial " + std::to_string(best.trial + 1) + " of " +
         std::to_string(trials.size()) + (failed == 0 ? "" : ", " + std::to_string(failed) + " failed") + ": " +
         settings;
}
} // namespace tweedie
