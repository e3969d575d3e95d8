// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneTarget_h
#define tweedieTuneTarget_h

#include "tweedieCallBudget.h"
#include "tweedieDenoiser.h"
#include "tweedieOptionsJson.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieSettingsSearch.h"
#include "tweedieVolume.h"
#include "tweedieVolumeEstimate.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** A method on a simulated measurement, to be tuned. */
struct TuneTarget
{
  std::string method;
  std::string task;                      ///< "sr": for people
  std::vector<SearchedSetting> settings; ///< what is varied
  std::string first;                     ///< the options of the first trial
  std::string plain;                     ///< the options that a method has when nothing is said
  bool hasSamples = false;               ///< more than one for each image
  Volume truth;
  /** The number of noise levels that makes a trial with these options as expensive as the first; null: there are none.
   * Throws UsageError where not even one level is. */
  std::function<std::int64_t(const std::string & options)> levels;
  std::function<VolumeEstimate(const std::string & options, const ProgressCallback & progress)> reconstruct;
};

/** Whether an option is one that another method has to itself. */
bool IsOfAnotherMethod(const std::string & option, const std::string & method);

/** Those of the settings that this method has to itself or shares with all, but not the ones whose flags are given. */
std::vector<SearchedSetting> SettingsOfMethod(const std::vector<SearchedSetting> & settings,
                                              const std::string & method,
                                              const std::vector<std::string> & given);

/** Turns options as they were parsed into those of the first trial: with a limit, samples and levels as the suite
 * papers spends so many calls, but for the flags that are given. Returns the calls that the chains of a trial may use,
 * without those of samples beside a mean. Throws UsageError where the limit is too small or --steps is given too. */
std::int64_t SpendLimit(const std::optional<std::int64_t> & limit,
                        const DenoiserPointer & prior,
                        const std::vector<std::string> & given,
                        PosteriorOptions & options);

/** Whether a run with these options keeps more than one sample of each image. */
bool HasSamples(const PosteriorOptions & options);

/** A target without reconstruct: a classical method, whose trials cost what they cost. */
template <typename TOptions>
TuneTarget
TargetOf(const TOptions & first, const std::vector<std::string> & given)
{
  TuneTarget target;
  target.method = first.method;
  target.first = OptionsText(first);
  target.plain = OptionsText(TOptions());
  target.settings = SettingsOfMethod(SearchedSettings(first), first.method, given);
  return target;
}

/** The same for a method under a prior, whose trials share a limit of network calls. */
template <typename TOptions>
TuneTarget
TargetOf(TOptions first,
         const std::vector<std::string> & given,
         const std::optional<std::int64_t> & limit,
         const DenoiserPointer & prior)
{
  const std::int64_t calls = SpendLimit(limit, prior, given, first);
  TuneTarget target = TargetOf(first, given);
  target.hasSamples = HasSamples(first);
  target.levels = [prior, calls](const std::string & text)
  { return LevelsWithin(calls, prior, OptionsFromText<TOptions>(text)); };
  return target;
}
} // namespace tweedie

#endif
