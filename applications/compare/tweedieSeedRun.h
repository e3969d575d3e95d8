// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSeedRun_h
#define tweedieSeedRun_h

#include "tweedieSuiteProtocol.h"
#include "tweedieSuiteStore.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tweedie
{
/** What the runs of all seeds of all configurations have in common. */
struct SeedRunSettings
{
  const SuiteProtocol & protocol;
  const Volume & image; ///< the judged slices
  const SuiteStore & store;
  const FeatureMaker * features;
  const CommandLine & line;
  ProgressCallback progress;
  std::string folder;
};

/** All methods on one simulated measurement, which is only made where a result is missing. */
class SeedRun
{
public:
  /** Results go into outcome, whose configuration, methods and weight of TV are known. */
  SeedRun(SeedRunSettings settings, SuiteOutcome & outcome, std::int64_t seed);

  void Run();

private:
  std::string Name(const SuiteMethod & method) const;
  double Lambda(const SuiteMethod & method) const;
  std::string Key(const SuiteMethod & method) const;
  std::optional<SuiteScore> Kept(const SuiteMethod & method) const;
  const SuiteMeasurement & Measurement();
  VolumeEstimate Reconstruct(const SuiteMethod & method);
  Volume Mean(const std::string & name);
  SuiteScore Make(const SuiteMethod & method);
  bool HasImages(const SuiteMethod & method) const;
  void KeepImages(const SuiteMethod & method, const VolumeEstimate & estimate) const;

  SeedRunSettings m_Run;
  SuiteOutcome & m_Outcome;
  std::int64_t m_Seed;
  std::string m_Folder;
  std::unique_ptr<SuiteMeasurement> m_Measurement;
  std::map<std::string, Volume> m_Means;
};
} // namespace tweedie

#endif
