// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainRun.h"
#include "tweedieTensorArchive.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

#include <limits>

namespace tweedie
{
namespace
{
const std::string openPrefix = "open-";
const std::string resultPrefix = "result-";
const std::string extraPrefix = "extra-";
} // namespace

void
ChainProgress::Save(TensorArchive & archive) const
{
  archive.PutNumber("batch", static_cast<double>(batch));
  archive.PutNumber("level", static_cast<double>(level));
  archive.PutNumber("draws", static_cast<double>(draws));
  archive.PutNumber("calls", static_cast<double>(calls));
  archive.PutNumber("calls-per-chain", static_cast<double>(callsPerChain));
  archive.PutNumber("operator-calls", static_cast<double>(operatorCalls));
  archive.PutNumber("operator-calls-per-chain", static_cast<double>(operatorCallsPerChain));
  archive.PutNumber("network-seconds", networkSeconds);
  archive.PutNumber("operator-seconds", operatorSeconds);
  archive.PutNumber("seconds", seconds);
  archive.Put("state", state.x);
  archive.Put("warm-start", state.warmStart);
  for (const auto & [name, tensor] : state.extra)
  {
    archive.Put(extraPrefix + name, tensor);
  }
  archive.PutNumber("spread-samples", static_cast<double>(spread.samples));
  archive.PutNumber("spread-trace", spread.trace);
  // JSON has no NaN; a negative number stands for "not known".
  archive.PutNumber("spread-square", spread.traceOfSquare >= 0.0 ? spread.traceOfSquare : -1.0);
  archive.PutNumber("open", static_cast<double>(open.size()));
  std::size_t number = 0;
  for (const auto & [image, statistics] : open)
  {
    const std::string prefix = openPrefix + std::to_string(number++) + "-";
    archive.PutNumber(prefix + "image", static_cast<double>(image));
    statistics.Save(archive, prefix);
  }
  for (const auto & [name, tensor] : results)
  {
    archive.Put(resultPrefix + name, tensor);
  }
}

ChainProgress
ChainProgress::Load(const TensorArchive & archive)
{
  ChainProgress progress;
  progress.batch = archive.Integer("batch");
  progress.level = static_cast<std::size_t>(archive.Integer("level"));
  progress.draws = static_cast<std::uint64_t>(archive.Integer("draws"));
  progress.calls = archive.Integer("calls");
  progress.callsPerChain = archive.Integer("calls-per-chain");
  progress.operatorCalls = archive.Integer("operator-calls");
  progress.operatorCallsPerChain = archive.Integer("operator-calls-per-chain");
  progress.networkSeconds = archive.Number("network-seconds");
  progress.operatorSeconds = archive.Number("operator-seconds");
  progress.seconds = archive.Number("seconds");
  progress.state = {archive.Get("state"), archive.Get("warm-start"), {}};
  for (const std::string & name : archive.Names(extraPrefix))
  {
    progress.state.extra.emplace(name.substr(extraPrefix.size()), archive.Get(name).clone());
  }
  progress.spread.samples = archive.Integer("spread-samples");
  progress.spread.trace = archive.Number("spread-trace");
  const double square = archive.Number("spread-square");
  progress.spread.traceOfSquare = square >= 0.0 ? square : std::numeric_limits<double>::quiet_NaN();
  for (std::int64_t number = 0; number < archive.Integer("open"); ++number)
  {
    const std::string prefix = openPrefix + std::to_string(number) + "-";
    progress.open.emplace(archive.Integer(prefix + "image"), SampleStatistics::Load(archive, prefix));
  }
  for (const std::string & name : archive.Names(resultPrefix))
  {
    progress.results.emplace(name.substr(resultPrefix.size()), archive.Get(name).clone());
  }
  return progress;
}

void
ChainProgress::Add(const WorkMeter & meter)
{
  operatorCalls += meter.Of(WorkKind::Operator).calls;
  operatorSeconds += meter.Of(WorkKind::Operator).seconds;
  networkSeconds += meter.Of(WorkKind::Network).seconds;
}
} // namespace tweedie
