// SPDX-License-Identifier: Apache-2.0
#include "tweedieSimulatedRun.h"

#include "tweedieCaseStore.h"
#include "tweedieComparison.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweedieProgressPart.h"
#include "tweedieSimulatedScore.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <filesystem>
#include <memory>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr std::int64_t seedStride = 10000; ///< cases have masks, coils and noise of their own

class CaseRun
{
public:
  CaseRun(const SimulatedKind & kind,
          const SimulatedOptions & options,
          const SimulatedPlan & plan,
          const ProgressCallback & progress)
      : m_Kind(kind), m_Options(options), m_Plan(plan), m_Progress(progress), m_Store(options.output + "/units"),
        m_Parts(plan.slices.size() * static_cast<std::size_t>(options.seeds) * plan.methods.size())
  {
    for (const SimulatedMethod & method : plan.methods)
    {
      m_Results.emplace_back();
      m_Results.back().method = method;
    }
    fs::create_directories(options.output + "/units");
    fs::create_directories(options.output + "/images");
  }

  std::vector<MethodCases>
  Run()
  {
    for (std::int64_t seed = 1; seed <= m_Options.seeds; ++seed)
    {
      for (std::size_t i = 0; i < m_Plan.slices.size(); ++i)
      {
        RunCase(i, seed);
      }
    }
    for (MethodCases & result : m_Results)
    {
      result.summary = SummarizeCases(result.cases);
      result.seconds = result.summary.mean.seconds;
    }
    return std::move(m_Results);
  }

private:
  std::string Settings(const SimulatedMethod & method) const;
  void RunCase(std::size_t index, std::int64_t seed);
  CaseScore RunMethod(const SimulatedMethod & method,
                      std::size_t index,
                      std::int64_t seed,
                      const ProgressCallback & progress,
                      std::unique_ptr<SimulatedScan> & scan) const;
  void KeepImages(const SimulatedScan & scan, const SimulatedMethod & method, const VolumeEstimate & estimate) const;
  bool HasImages(const SimulatedMethod & method) const;

  const SimulatedKind & m_Kind;
  const SimulatedOptions & m_Options;
  const SimulatedPlan & m_Plan;
  const ProgressCallback & m_Progress;
  CaseStore m_Store;
  std::size_t m_Parts;
  std::size_t m_Part = 0;
  std::vector<MethodCases> m_Results;
};

std::string
CaseRun::Settings(const SimulatedMethod & method) const
{
  const std::string settings = std::string(Version) + ' ' + m_Plan.imageDigest + ' ' + m_Options.axis + ' ' +
                               (m_Options.roi.empty() ? "" : FileSha256(m_Options.roi)) + ' ' + method.name + ' ' +
                               std::to_string(method.samples) + ' ' + std::to_string(method.replicas) + ' ' +
                               (method.isClassical ? "" : m_Plan.priorDigest) + ' ' + m_Kind.Settings();
  return Sha256(settings.data(), settings.size());
}

/** The first case is shown; its images must be there even where its score is. */
bool
CaseRun::HasImages(const SimulatedMethod & method) const
{
  return fs::exists(m_Options.output + "/images/" + method.name + "-mean.nii.gz") &&
         fs::exists(m_Options.output + "/images/truth.nii.gz");
}

void
CaseRun::KeepImages(const SimulatedScan & scan, const SimulatedMethod & method, const VolumeEstimate & estimate) const
{
  const std::string folder = m_Options.output + "/images/";
  WriteImage(folder + "truth.nii.gz", Magnitude(scan.Truth()));
  const Volume deviation = ShownDeviation(estimate);
  if (!deviation.IsEmpty())
  {
    WriteImage(folder + method.name + "-std.nii.gz", deviation);
  }
  WriteImage(folder + method.name + "-mean.nii.gz", Magnitude(estimate.mean));
}

CaseScore
CaseRun::RunMethod(const SimulatedMethod & method,
                   std::size_t index,
                   std::int64_t seed,
                   const ProgressCallback & progress,
                   std::unique_ptr<SimulatedScan> & scan) const
{
  const std::int64_t own = m_Plan.slices[index] * seedStride + seed;
  if (!scan)
  {
    scan = m_Kind.Simulate(m_Plan.image.Slices(static_cast<std::int64_t>(index), 1), own, {});
  }
  const SimulatedEstimate estimate = scan->Reconstruct(method, own, progress);
  if (index == 0 && seed == 1)
  {
    KeepImages(*scan, method, estimate.shown);
  }
  const Volume roi = m_Plan.roi.IsEmpty() ? Volume() : m_Plan.roi.Slices(static_cast<std::int64_t>(index), 1);
  return ScoreSimulated(m_Kind, *scan, estimate, roi, method.samples, static_cast<std::uint64_t>(own));
}

/** All methods on the same scan. */
void
CaseRun::RunCase(std::size_t index, std::int64_t seed)
{
  std::unique_ptr<SimulatedScan> scan;
  for (MethodCases & result : m_Results)
  {
    const std::int64_t slice = m_Plan.slices[index];
    const std::string name = result.method.name + "-slice-" + std::to_string(slice) + "-seed-" + std::to_string(seed);
    const std::string settings = Settings(result.method);
    std::optional<CaseScore> score = m_Store.Find(name, settings);
    const bool isShown = index == 0 && seed == 1;
    if (!score || (isShown && !HasImages(result.method)))
    {
      score = RunMethod(
          result.method,
          index,
          seed,
          ProgressOfPart(m_Progress, static_cast<std::int64_t>(m_Part), static_cast<std::int64_t>(m_Parts), name),
          scan);
      m_Store.Keep(name, settings, *score);
    }
    result.cases.push_back({slice, *score});
    ++m_Part;
  }
}
} // namespace

std::vector<MethodCases>
RunSimulated(const SimulatedKind & kind,
             const SimulatedOptions & options,
             const SimulatedPlan & plan,
             const ProgressCallback & progress)
{
  std::vector<MethodCases> results = CaseRun(kind, options, plan, progress).Run();
  for (MethodCases & result : results)
  {
    if (plan.calibrationSlices.empty() || result.cases.front().score.missed.empty())
    {
      continue;
    }
    std::vector<GroupedCase> fit, test;
    for (const GroupedCase & one : result.cases)
    {
      const auto & slices = plan.calibrationSlices;
      (std::find(slices.begin(), slices.end(), one.group) != slices.end() ? fit : test).push_back(one);
    }
    result.calibration = CalibrateCases(fit, test, plan.levels);
  }
  return results;
}
} // namespace tweedie
