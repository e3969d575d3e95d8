// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainRun.h"

#include "tweedieCountingDenoiser.h"
#include "tweedieError.h"
#include "tweedieOptionsJson.h"
#include "tweedieTensorArchive.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr const char * checkpointKind = "tweedie checkpoint";
constexpr const char * figurePrefix = "figure-";

/** Chains that estimate a mean get streams of their own, apart from those of the samples beside them. */
constexpr std::uint64_t meanStream = std::uint64_t{1} << 62;

std::vector<std::uint64_t>
Streams(std::int64_t first, std::int64_t count, bool samples)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
  {
    streams[static_cast<std::size_t>(i)] = static_cast<std::uint64_t>(first + i) + (samples ? 0 : meanStream);
  }
  return streams;
}
} // namespace

ChainRun::ChainRun(PosteriorProblem problem, EstimatorOptions options)
    : m_Problem(std::move(problem)), m_Options(std::move(options)), m_Estimator(MakeEstimator(m_Options.method)),
      m_Calls(std::make_shared<std::int64_t>(0))
{
  m_Begin = std::chrono::steady_clock::now();
  const WorkMeter meter;
  CompleteProblem(m_Problem, m_Options, *m_Estimator);
  m_Schedule = m_Estimator->Schedule(m_Problem, m_Options, m_Warnings);
  m_Images = m_Problem.likelihood ? m_Problem.likelihood->BatchSize() : 1;
  m_ChainsPerImage = m_Estimator->DrawsSamples() ? m_Options.samples : 1;
  if (m_Estimator->CouplesChains())
  {
    m_Options.batch = std::max<std::int64_t>(m_Options.batch / m_ChainsPerImage, 1) * m_ChainsPerImage;
  }
  m_Variance = m_Options.variance > 0.0 ? m_Options.variance : m_Problem.prior->PriorVariance();
  m_Prior = std::make_shared<CountingDenoiser>(m_Problem.prior, m_Calls, m_Options.variance);
  if (m_Problem.conditioned)
  {
    m_Conditioned = std::make_shared<CountingDenoiser>(m_Problem.conditioned, m_Calls);
  }
  m_SetupSeconds = Seconds();
  m_SetupOperatorSeconds = meter.Of(WorkKind::Operator).seconds;
}

std::int64_t
ChainRun::Batches() const
{
  return (m_Images * m_ChainsPerImage + m_Options.batch - 1) / m_Options.batch;
}

std::int64_t
ChainRun::Calls() const
{
  return m_Images * m_ChainsPerImage * m_Estimator->CallsPerChain(m_Problem, m_Options);
}

double
ChainRun::Seconds() const
{
  return m_SetupSeconds + m_Progress.seconds +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - m_Begin).count();
}

void
ChainRun::Resume()
{
  if (m_Options.checkpoint.empty())
  {
    return;
  }
  m_Fingerprint = Fingerprint(m_Problem, m_Options);
  if (std::filesystem::exists(m_Options.checkpoint))
  {
    m_Progress = ChainProgress::Load(TensorArchive::Read(m_Options.checkpoint, checkpointKind, m_Fingerprint));
    const auto toDevice = [this](at::Tensor & x) { x = x.defined() ? x.to(m_Problem.device) : x; };
    toDevice(m_Progress.state.x);
    toDevice(m_Progress.state.warmStart);
    for (auto & [name, value] : m_Progress.state.extra)
    {
      toDevice(value);
    }
  }
}

void
ChainRun::WriteCheckpoint()
{
  TensorArchive archive;
  ChainProgress now = m_Progress;
  now.seconds = Seconds() - m_SetupSeconds;
  now.Save(archive);
  archive.Write(m_Options.checkpoint, checkpointKind, m_Fingerprint);
  m_LastCheckpoint = std::chrono::steady_clock::now();
}

ChainContext
ChainRun::MakeContext(std::int64_t first, std::int64_t count, RandomStreams & random) const
{
  const at::Tensor images =
      at::arange(first, first + count, at::kLong).div(m_ChainsPerImage, "floor").to(m_Problem.device);
  LikelihoodPointer likelihood = m_Problem.likelihood;
  if (m_Images > 1)
  {
    likelihood = likelihood->Select(images);
  }
  GuidancePointer guidance;
  if (m_Estimator->UsesGuidance())
  {
    guidance = MakeGuidance(m_Options.guidance, {m_Prior, likelihood, m_Conditioned, m_Options});
  }
  at::Tensor start = m_Problem.start;
  if (start.defined() && start.size(0) > 1)
  {
    start = start.to(m_Problem.device).index_select(0, images);
  }
  return {m_Problem, m_Options, m_Schedule, m_Variance, m_Prior, guidance, likelihood, start, count, random};
}

void
ChainRun::Report(const ProgressCallback & progress, std::int64_t first, std::int64_t count)
{
  const bool due = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_LastCheckpoint).count() >=
                   m_Options.checkpointSeconds;
  if (!m_Options.checkpoint.empty() && due)
  {
    WriteCheckpoint();
  }
  if (!progress)
  {
    return;
  }
  const auto levels = static_cast<std::int64_t>(m_Schedule.size()) - 1;
  const std::int64_t last = (first + count - 1) / m_ChainsPerImage;
  ProgressReport report;
  report.task = m_Options.method + " images " + std::to_string(first / m_ChainsPerImage) + "-" + std::to_string(last);
  report.step = m_Progress.batch * levels + static_cast<std::int64_t>(m_Progress.level);
  report.steps = Batches() * levels;
  report.noiseLevel = m_Schedule[m_Progress.level];
  report.elapsedSeconds = Seconds();
  if (!progress(report))
  {
    if (!m_Options.checkpoint.empty())
    {
      WriteCheckpoint();
    }
    throw Aborted(report.task + ": stopped at step " + std::to_string(report.step) + " of " +
                  std::to_string(report.steps));
  }
}

void
ChainRun::RunBatch(const ProgressCallback & progress, const ChainObserver & observer)
{
  const std::int64_t first = m_Progress.batch * m_Options.batch;
  const std::int64_t count = std::min(m_Options.batch, m_Images * m_ChainsPerImage - first);
  RandomStreams random(
      static_cast<std::uint64_t>(m_Options.seed), Streams(first, count, m_Estimator->DrawsSamples()), m_Progress.draws);
  const ChainContext context = MakeContext(first, count, random);
  *m_Calls = m_Progress.calls;
  if (!m_Progress.state.x.defined())
  {
    const WorkMeter meter;
    m_Progress.state = m_Estimator->Start(context);
    m_Progress.Add(meter);
    m_Progress.draws = random.DrawCounter();
  }
  const auto show = [&]
  {
    if (observer)
    {
      observer(first, m_Progress.level, m_Progress.state);
    }
  };
  show();
  while (m_Progress.level + 1 < m_Schedule.size())
  {
    const ChainPlace place{m_Options.method, m_Schedule, m_Progress.level, first, m_ChainsPerImage};
    try
    {
      const WorkMeter meter;
      m_Estimator->Step(context, m_Progress.level, m_Progress.state);
      m_Progress.Add(meter);
    }
    catch (const NumericalError & error)
    {
      ThrowFailedStep(error.what(), m_Progress.state.x, place);
    }
    RequireFiniteState(m_Progress.state.x, place);
    ++m_Progress.level;
    m_Progress.draws = random.DrawCounter();
    m_Progress.calls = *m_Calls;
    show();
    Report(progress, first, count);
  }
  Collect(first, m_Progress.state.x);
  CollectFigures(first);
  m_Progress.callsPerChain = m_Progress.calls;
  m_Progress.operatorCallsPerChain = m_Progress.operatorCalls;
  m_Progress.calls = 0;
  m_Progress.operatorCalls = 0;
  m_Progress.draws = 0;
  m_Progress.level = 0;
  m_Progress.state = {};
  ++m_Progress.batch;
}

void
ChainRun::Store(const std::string & name, std::int64_t image, const at::Tensor & value)
{
  at::Tensor & result = m_Progress.results[name];
  if (!result.defined())
  {
    std::vector<std::int64_t> shape{m_Images};
    shape.insert(shape.end(), value.sizes().begin(), value.sizes().end());
    const at::ScalarType real = c10::toRealValueType(m_Problem.type);
    result = at::zeros(shape, value.is_complex() ? m_Problem.type : real);
  }
  result[image].copy_(value);
}

void
ChainRun::FinishImage(std::int64_t image, const SampleStatistics & statistics)
{
  Store("mean", image, statistics.Mean());
  if (statistics.Count() < 2)
  {
    return;
  }
  Store("deviation", image, statistics.StandardDeviation());
  if (at::isComplexType(m_Problem.type))
  {
    Store("magnitude-deviation", image, statistics.MagnitudeStandardDeviation());
    Store("phase-deviation", image, statistics.PhaseStandardDeviation());
  }
  m_Progress.spread.samples = statistics.Count();
  m_Progress.spread.trace += statistics.Trace();
  m_Progress.spread.traceOfSquare += statistics.TraceOfSquare();
}

void
ChainRun::Collect(std::int64_t first, const at::Tensor & ends)
{
  const at::Tensor values = ends.to(at::kCPU);
  for (std::int64_t chain = 0; chain < values.size(0);)
  {
    const std::int64_t image = (first + chain) / m_ChainsPerImage;
    const std::int64_t sample = (first + chain) % m_ChainsPerImage;
    const std::int64_t count = std::min(values.size(0) - chain, m_ChainsPerImage - sample);
    const at::Tensor group = values.slice(0, chain, chain + count);
    if (!m_Estimator->DrawsSamples())
    {
      Store("mean", image, group[0]);
    }
    else
    {
      SampleStatistics & statistics = m_Progress.open[image];
      statistics.Add(group);
      for (std::int64_t i = 0; m_Options.keepSamples && i < count; ++i)
      {
        Store("sample-" + std::to_string(sample + i), image, group[i]);
      }
      if (statistics.Count() == m_ChainsPerImage)
      {
        FinishImage(image, statistics);
        m_Progress.open.erase(image);
      }
    }
    chain += count;
  }
}

void
ChainRun::CollectFigures(std::int64_t first)
{
  for (const auto & [name, value] : m_Progress.state.extra)
  {
    if (name.rfind(figurePrefix, 0) != 0)
    {
      continue;
    }
    at::Tensor & sum = m_Progress.results[name];
    sum = sum.defined() ? sum : at::zeros({m_Images}, at::kDouble);
    const at::Tensor values = value.to(at::kCPU, at::kDouble).reshape({-1});
    for (std::int64_t chain = 0; chain < values.size(0); ++chain)
    {
      sum[(first + chain) / m_ChainsPerImage] += values[chain] / static_cast<double>(m_ChainsPerImage);
    }
  }
}

Summary
ChainRun::MakeSummary(const at::Tensor & mean) const
{
  Summary summary;
  summary.method = m_Options.method;
  summary.guidance = m_Estimator->UsesGuidance() ? m_Options.guidance : "";
  summary.prior = m_Problem.prior->Name();
  summary.steps = m_Options.steps;
  summary.networkEvaluations = m_Progress.callsPerChain * m_ChainsPerImage;
  summary.operatorEvaluations = m_Progress.operatorCallsPerChain * m_ChainsPerImage;
  summary.wallSeconds = Seconds();
  if (m_Problem.device.is_cpu())
  {
    summary.networkSeconds = m_Progress.networkSeconds;
    summary.operatorSeconds = m_SetupOperatorSeconds + m_Progress.operatorSeconds;
  }
  summary.seed = static_cast<std::uint64_t>(m_Options.seed);
  summary.options = OptionsText(m_Options);
  summary.warnings = m_Warnings;
  for (const auto & [name, value] : m_Progress.results)
  {
    if (name.rfind(figurePrefix, 0) == 0)
    {
      summary.figures[name.substr(std::string(figurePrefix).size())] = value.mean().item<double>();
    }
  }
  if (m_Estimator->DrawsSamples())
  {
    summary.samples = m_ChainsPerImage;
    summary.deviationOf = m_ChainsPerImage > 1 ? m_Options.method : "";
    summary.deviationKind = m_ChainsPerImage > 1 ? DeviationKind::Posterior : DeviationKind::None;
  }
  if (m_Problem.likelihood)
  {
    summary.dataFit = m_Problem.likelihood->DataFit(mean.to(m_Problem.device)).to(at::kDouble).mean().item<double>();
  }
  return summary;
}

PosteriorEstimate
ChainRun::Run(const ProgressCallback & progress, const ChainObserver & observer)
{
  const at::NoGradGuard noGradient;
  m_Begin = std::chrono::steady_clock::now();
  m_LastCheckpoint = m_Begin;
  Resume();
  while (m_Progress.batch < Batches())
  {
    RunBatch(progress, observer);
  }
  if (!m_Options.checkpoint.empty())
  {
    WriteCheckpoint();
  }
  const auto result = [this](const std::string & name)
  {
    const auto found = m_Progress.results.find(name);
    return found == m_Progress.results.end() ? at::Tensor() : found->second;
  };
  PosteriorEstimate estimate;
  estimate.mean = result("mean");
  estimate.standardDeviation = result("deviation");
  estimate.magnitudeStandardDeviation = result("magnitude-deviation");
  estimate.phaseStandardDeviation = result("phase-deviation");
  std::vector<at::Tensor> samples;
  for (std::int64_t i = 0; m_Options.keepSamples && m_Estimator->DrawsSamples() && i < m_ChainsPerImage; ++i)
  {
    samples.push_back(result("sample-" + std::to_string(i)));
  }
  if (!samples.empty())
  {
    estimate.samples = at::stack(samples);
  }
  estimate.summary = MakeSummary(estimate.mean);
  return estimate;
}
} // namespace tweedie
