// SPDX-License-Identifier: Apache-2.0
#include "tweedieSeedRun.h"

#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieReportTable.h"
#include "tweedieRunRecord.h"
#include "tweedieSuiteSupport.h"

#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr std::int64_t shownSeed = 1; ///< whose images are kept
} // namespace

SeedRun::SeedRun(SeedRunSettings settings, SuiteOutcome & outcome, std::int64_t seed)
    : m_Run(std::move(settings)), m_Outcome(outcome), m_Seed(seed),
      m_Folder(m_Run.folder + '/' + outcome.configuration.name)
{
}

std::string
SeedRun::Name(const SuiteMethod & method) const
{
  return m_Outcome.configuration.name + "-seed" + std::to_string(m_Seed) + '-' + method.name;
}

/** Its own, or that of the method it starts from. */
double
SeedRun::Lambda(const SuiteMethod & method) const
{
  return m_Outcome.Lambda(method.start.empty() ? method.name : method.start);
}

std::string
SeedRun::Key(const SuiteMethod & method) const
{
  const double lambda = Lambda(method);
  return (lambda > 0.0 ? "lambda " + FormatSignificant(lambda, 6) : "") +
         m_Run.protocol.Settings(m_Outcome.configuration, method);
}

bool
SeedRun::HasImages(const SuiteMethod & method) const
{
  std::error_code error;
  return fs::exists(m_Folder + '/' + method.name + ".nii.gz", error) && fs::exists(m_Folder + "/truth.nii.gz", error) &&
         (method.samples == 0 || fs::exists(m_Folder + '/' + method.name + "-std.nii.gz", error));
}

/** A result of an earlier run, with its images where those are to be kept. */
std::optional<SuiteScore>
SeedRun::Kept(const SuiteMethod & method) const
{
  const std::optional<SuiteScore> result = m_Run.store.Find(Name(method), Key(method));
  return m_Seed == shownSeed && !HasImages(method) ? std::nullopt : result;
}

const SuiteMeasurement &
SeedRun::Measurement()
{
  if (!m_Measurement)
  {
    m_Measurement = m_Run.protocol.Simulate(m_Outcome.configuration,
                                            m_Run.image,
                                            m_Seed,
                                            Named(m_Run.progress, m_Outcome.configuration.name + " simulation"));
  }
  return *m_Measurement;
}

VolumeEstimate
SeedRun::Reconstruct(const SuiteMethod & method)
{
  const Volume start = method.start.empty() ? Volume() : Mean(method.start);
  return Measurement().Reconstruct(method, Lambda(method), start, Named(m_Run.progress, Name(method)));
}

/** The mean of a method earlier in the list. Where its result is that of an earlier run, so is its image, unless the
 * file holds a magnitude only or was not kept: then it is made again. */
Volume
SeedRun::Mean(const std::string & name)
{
  const auto found = m_Means.find(name);
  if (found != m_Means.end())
  {
    return found->second;
  }
  const SuiteMethod & method = m_Outcome.Method(name);
  const bool isWhole = m_Seed == shownSeed && !Measurement().Truth().IsComplex() && Kept(method);
  const Volume mean = isWhole ? ReadImage(m_Folder + '/' + name + ".nii.gz") : Reconstruct(method).mean;
  m_Means[name] = mean;
  return mean;
}

void
SeedRun::KeepImages(const SuiteMethod & method, const VolumeEstimate & estimate) const
{
  const std::string image = m_Folder + '/' + method.name + ".nii.gz";
  WriteImage(m_Folder + "/truth.nii.gz", ImagePart(m_Measurement->Truth(), "magnitude"));
  for (const auto & [name, volume] : m_Measurement->Data())
  {
    WriteImage(m_Folder + '/' + name + ".nii.gz", volume);
  }
  WriteImage(image, ImagePart(estimate.mean, "magnitude"));
  const Volume deviation = PartDeviation(estimate, "magnitude");
  if (!deviation.IsEmpty())
  {
    WriteImage(m_Folder + '/' + method.name + "-std.nii.gz", deviation);
  }
  WriteRunRecord(image, estimate.summary, m_Run.line);
}

SuiteScore
SeedRun::Make(const SuiteMethod & method)
{
  const VolumeEstimate estimate = Reconstruct(method);
  const Volume beside = method.beside.empty() ? Volume() : Mean(method.beside);
  m_Means[method.name] = estimate.mean;
  if (m_Seed == shownSeed)
  {
    KeepImages(method, estimate);
  }
  SuiteScore result = Measurement().Score(estimate, beside, m_Run.features);
  result.lambda = m_Outcome.Lambda(method.name);
  m_Run.store.Keep(Name(method), Key(method), result);
  return result;
}

void
SeedRun::Run()
{
  for (const SuiteMethod & method : m_Outcome.methods)
  {
    const std::optional<SuiteScore> kept = Kept(method);
    m_Outcome.results[method.name].push_back(kept ? *kept : Make(method));
  }
}
} // namespace tweedie
