// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneCommand.h"

#include "tweedieAtomicFile.h"
#include "tweedieDevice.h"
#include "tweedieEstimator.h"
#include "tweedieProgressDisplay.h"
#include "tweedieTerminal.h"
#include "tweedieTuneSearch.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
std::vector<std::string>
TuneCommand::Hidden()
{
  return {
      "method", "noise", "threads", "device", "seed", "keep-samples", "null-space", "checkpoint", "checkpoint-seconds"};
}

void
TuneCommand::Finish(CommandLine & line, PosteriorOptions & posterior)
{
  std::vector<std::string> unused;
  if (method.IsClassical() && search.limitCalls)
  {
    unused.emplace_back("limit-calls");
  }
  CheckMethodFlags(line, method, posterior, unused);
  DeviceFromName(method.device);
  for (const char * heading : {ClassicalHeading, PosteriorHeading})
  {
    const std::vector<std::string> flags = line.GivenUnder(heading);
    given.insert(given.end(), flags.begin(), flags.end());
  }
  posterior.method = method.method;
  posterior.device = method.device;
  posterior.seed = search.MeasurementSeed();
  posterior.keepSamples = true;
}

Outputs
TuneCommand::Begin(const std::string & prior) const
{
  UseThreads(run.threads);
  return CheckedTuneOutputs(files, prior, run.overwrite);
}

void
TuneCommand::Run(const TuneTarget & target,
                 const std::string & prior,
                 const std::vector<std::string> & measurement,
                 const Outputs & outputs) const
{
  nlohmann::json options = nlohmann::json::object();
  for (const std::string & part : measurement)
  {
    options.update(nlohmann::json::parse(part));
  }
  const TuneProvenance provenance = ProvenanceOf(files, method.IsClassical() ? "" : prior, options.dump());
  ProgressDisplay display(run.progress);
  const std::vector<TuneTrial> trials =
      SearchSettings(target, search, provenance, TuneLogPath(files), display.Callback());
  display.Clear();
  const std::string preset = PresetText(target, search, provenance, trials);
  outputs.Write([&] { WriteTextAtomically(files.output, preset); });
  Print(files.output + ": " + SearchReport(target, search, trials) + "\n");
}
} // namespace tweedie
