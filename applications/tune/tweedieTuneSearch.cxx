// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneSearch.h"

#include "tweedieCompareInput.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieTuneTrial.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace tweedie
{
namespace
{
using Clock = std::chrono::steady_clock;

constexpr std::size_t keyLength = 16; // 64 bits: no two searches of one user meet
constexpr std::int64_t progressPerTrial = 1000;

std::string
KeyOf(const TuneTarget & target, const TuneSearchOptions & options, const TuneProvenance & provenance)
{
  nlohmann::json first = nlohmann::json::parse(target.first);
  for (const char * name : {"prior", "device", "threads", "batch"}) // the prior by its content
  {
    first.erase(name);
  }
  nlohmann::json key{Version,
                     provenance.imageSha256,
                     provenance.priorSha256,
                     provenance.slices,
                     provenance.measurement,
                     options.seed,
                     first};
  for (const SearchedSetting & setting : target.settings)
  {
    key.push_back({setting.name, setting.low, setting.high});
  }
  const std::string text = key.dump();
  return Sha256(text.data(), text.size()).substr(0, keyLength);
}

/** The progress of trials as that of their search. */
class SearchProgress
{
public:
  SearchProgress(std::string method, std::int64_t budget, ProgressCallback progress)
      : m_Method(std::move(method)), m_Budget(budget), m_Progress(std::move(progress)), m_Begin(Clock::now())
  {
  }

  ProgressCallback
  Of(std::int64_t trial, const std::string & best) const
  {
    return [this, trial, best](const ProgressReport & inner)
    {
      ProgressReport report;
      report.task = m_Method + ", trial " + std::to_string(trial + 1) + " of " + std::to_string(m_Budget);
      report.steps = m_Budget * progressPerTrial;
      report.step = trial * progressPerTrial;
      report.step += inner.steps > 0 ? progressPerTrial * std::min(inner.step, inner.steps) / inner.steps : 0;
      report.elapsedSeconds = std::chrono::duration<double>(Clock::now() - m_Begin).count();
      report.note = best.empty() ? "" : "best " + best;
      return !m_Progress || m_Progress(report);
    };
  }

private:
  std::string m_Method;
  std::int64_t m_Budget;
  ProgressCallback m_Progress;
  Clock::time_point m_Begin;
};

/** The trial from the log, else a new one. Aborted says how to go on. */
TuneTrial
TrialOf(std::int64_t number,
        const TuneTarget & target,
        const TuneSearchOptions & options,
        const ProgressCallback & progress,
        const std::string & logPath,
        TuneLog & log)
{
  if (const TuneTrial * finished = log.Find(number))
  {
    return *finished; // without a report, so that the time left is that of new trials
  }
  try
  {
    if (!progress({}))
    {
      throw Aborted("tune: stopped before trial " + std::to_string(number + 1));
    }
    const TuneTrial trial = RunTrial(target, options.seed, number, progress);
    log.Keep(trial);
    return trial;
  }
  catch (const Aborted & aborted)
  {
    throw Aborted(std::string(aborted.what()) + "; " + std::to_string(number) + " trials are in " + logPath +
                  ", from which the same command goes on");
  }
}
} // namespace

TuneProvenance
ProvenanceOf(const TuneFiles & files, const std::string & prior, const std::string & measurement)
{
  TuneProvenance provenance;
  provenance.image = std::filesystem::path(files.image).filename().string();
  provenance.imageSha256 = FileSha256(files.image);
  provenance.prior = std::filesystem::path(prior).filename().string();
  provenance.priorSha256 = prior.empty() ? "" : FileSha256(prior);
  provenance.slices = files.axis + " " + (files.slices.empty() ? "all" : files.slices);
  provenance.measurement = measurement;
  return provenance;
}

std::vector<TuneTrial>
SearchSettings(const TuneTarget & target,
               const TuneSearchOptions & options,
               const TuneProvenance & provenance,
               const std::string & logPath,
               const ProgressCallback & progress)
{
  if (target.settings.empty())
  {
    throw UsageError("method " + target.method +
                     ": has no setting to search; required a method with one whose flag is not given");
  }
  if (options.objective == "crps" && !target.hasSamples)
  {
    throw UsageError("--objective: given crps; method " + target.method +
                     " has no samples: required psnr, or a method and number of samples that has");
  }
  std::vector<std::string> names;
  for (const SearchedSetting & setting : target.settings)
  {
    names.push_back(setting.name);
  }
  TuneLog log(logPath, KeyOf(target, options, provenance), names);
  const SearchProgress shown(target.method, options.budget, progress);
  std::vector<TuneTrial> trials;
  std::string best;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::int64_t number = 0; number < options.budget; ++number)
  {
    trials.push_back(TrialOf(number, target, options, shown.Of(number, best), logPath, log));
    if (Loss(trials.back(), options.objective) < lowest)
    {
      lowest = Loss(trials.back(), options.objective);
      best = ObjectiveText(trials.back(), options.objective);
    }
  }
  return trials;
}
} // namespace tweedie
