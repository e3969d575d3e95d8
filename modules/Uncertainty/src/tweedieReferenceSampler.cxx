// SPDX-License-Identifier: Apache-2.0
#include "tweedieReferenceSampler.h"

#include "tweedieDrawRecorder.h"
#include "tweedieError.h"
#include "tweedieReferenceSamplers.h"

#include <ATen/ATen.h>

#include <numeric>

namespace tweedie
{
namespace
{
const ReferenceSamplerRow &
FindRow(const std::string & name)
{
  std::string names;
  for (const ReferenceSamplerRow & row : ReferenceSamplerTable())
  {
    if (row.name == name)
    {
      return row;
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("reference sampler: given " + name + "; required one of " + names);
}
} // namespace

const std::vector<ReferenceSamplerRow> &
ReferenceSamplerTable()
{
  static const std::vector<ReferenceSamplerRow> rows{
      {"pcn", "preconditioned Crank-Nicolson: steps that keep a Gaussian prior", true, &MakeCrankNicolsonSampler},
      {"mala", "Langevin steps with an accept step", false, &MakeLangevinSampler},
      {"nuts", "Hamiltonian paths that end where they turn back", false, &MakeNoUTurnSampler},
      {"tempered",
       "Hamiltonian paths on a ladder of powers of the likelihood, for separate modes",
       false,
       &MakeTemperedSampler}};
  return rows;
}

void
RequireValid(const ReferenceSamplerOptions & options)
{
  if (options.chains < 1 || options.burnIn < 0 || options.iterations < 4 || options.thinning < 1 ||
      options.maximumDepth < 1 || options.leaps < 1 || options.temperatures < 1)
  {
    throw UsageError("reference sampler: given counts below one or fewer than four iterations; required more");
  }
  if (!(options.hottest > 0.0 && options.hottest < options.coldest))
  {
    throw UsageError("reference sampler: given a hottest power that is not below the coldest; required 0 < hottest < "
                     "coldest");
  }
}

RandomStreams
ChainStreams(std::uint64_t seed, std::int64_t chains)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(chains));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  return RandomStreams(seed, streams);
}

DrawRecorder::DrawRecorder(std::string task, const ReferenceSamplerOptions & options, const ProgressCallback & progress)
    : m_Task(std::move(task)), m_Options(options), m_Progress(progress),
      m_Steps(options.burnIn + options.iterations * options.thinning)
{
}

void
DrawRecorder::Add(const at::Tensor & images)
{
  if (!at::isfinite(images).all().item<bool>())
  {
    throw NumericalError(m_Task + ": given a chain that left the finite numbers; required a proper posterior");
  }
  ++m_Step;
  const std::int64_t kept = m_Step - m_Options.burnIn;
  if (kept > 0 && kept % m_Options.thinning == 0)
  {
    m_Draws.push_back(images);
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - m_Begin;
  if (m_Progress && !m_Progress({m_Task, m_Step, m_Steps, 0.0, elapsed.count(), ""}))
  {
    throw Aborted(m_Task + ": stopped");
  }
}

ReferenceDraws
DrawRecorder::Result() const
{
  ReferenceDraws result;
  result.draws = at::stack(m_Draws);
  result.report = DiagnoseChains(result.draws);
  return result;
}

ReferenceDraws
SampleReference(TargetDensityPointer target, const ReferenceSamplerOptions & options, const ProgressCallback & progress)
{
  RequireValid(options);
  const ReferenceSamplerRow & row = FindRow(options.method);
  if (row.needsWhite && !target->IsWhite())
  {
    throw UsageError("reference sampler " + options.method +
                     ": given a prior that is not Gaussian; required a Gaussian one, or mala, nuts or tempered");
  }
  const auto sampler = row.make(target, options);
  DrawRecorder recorder(options.method, options, progress);
  while (recorder.Wants())
  {
    sampler->Step(recorder.Tunes());
    recorder.Add(target->Image(sampler->State()));
  }
  ReferenceDraws result = recorder.Result();
  result.acceptance = sampler->Acceptance();
  result.exchanges = sampler->Exchanges();
  return result;
}
} // namespace tweedie
