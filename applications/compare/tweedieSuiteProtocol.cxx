// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuiteProtocol.h"

#include "tweedieCompareFeatures.h"
#include "tweedieCompareInput.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweedieProtocolReport.h"
#include "tweedieReport.h"
#include "tweedieRunRecord.h"
#include "tweedieSeedRun.h"
#include "tweedieSliceSelection.h"
#include "tweedieSuiteStore.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr std::int64_t tuningSeed = 1001; ///< other noise (masks, coils) than that of what is judged

class ProtocolRun
{
public:
  ProtocolRun(const SuiteProtocol & protocol, std::string folder, const CommandLine & line, ProgressCallback progress);

  void Run();

private:
  std::string Settings() const;
  std::string Statement() const;
  ProtocolProvenance Provenance() const;
  SuiteOutcome RunConfiguration(const SuiteConfiguration & configuration);
  void ChooseLambdas(SuiteOutcome & outcome);
  void
  ChooseLambda(const SuiteMethod & method, std::unique_ptr<SuiteMeasurement> & measurement, SuiteOutcome & outcome);
  void WriteConfigurationReport(const SuiteOutcome & outcome) const;
  std::unique_ptr<SuiteMeasurement>
  Simulate(const SuiteConfiguration & configuration, const Volume & image, std::int64_t seed) const;

  const SuiteProtocol & m_Protocol;
  const SuiteOptions & m_Options;
  std::string m_Folder;
  const CommandLine & m_Line;
  ProgressCallback m_Progress;
  std::vector<std::int64_t> m_Slices;
  std::size_t m_Available = 0; ///< slices, of which m_Slices are some
  Volume m_Image;
  Volume m_TuningImage;
  SuiteStore m_Store{"", ""};
  std::shared_ptr<const FeatureMaker> m_Features;
};

ProtocolRun::ProtocolRun(const SuiteProtocol & protocol,
                         std::string folder,
                         const CommandLine & line,
                         ProgressCallback progress)
    : m_Protocol(protocol), m_Options(protocol.Options()), m_Folder(std::move(folder)), m_Line(line),
      m_Progress(std::move(progress))
{
  const Volume image = SelectSlices(ReadImage(m_Options.image), m_Options.axis, "");
  const std::int64_t available = image.GetGrid().size.z;
  const std::vector<std::int64_t> judged = SliceList(m_Options.slices, available);
  const std::vector<std::int64_t> tuning = SliceList(m_Options.tuningSlices, available);
  for (const std::int64_t slice : tuning)
  {
    if (std::find(judged.begin(), judged.end(), slice) != judged.end())
    {
      throw UsageError("--tuning-slices: slice " + std::to_string(slice) + " is one of --slices; required others");
    }
  }
  m_Slices = Limited(judged, m_Options.limit);
  m_Available = judged.size();
  m_Image = TakeSlices(image, m_Slices);
  m_TuningImage = TakeSlices(image, Limited(tuning, m_Options.limit));
  m_Features = LoadFeatureMaker(m_Options.featureNetwork, m_Options.isFidUnbiased, m_Options.device);
  m_Store = SuiteStore(m_Folder + "/units", Settings());
}

std::string
ProtocolRun::Settings() const
{
  std::ostringstream text;
  const std::string own = m_Protocol.Settings();
  text << own << (own.empty() ? "" : " ") << Version << ' ' << FileSha256(m_Options.image) << ' '
       << FileSha256(m_Options.prior) << ' ' << m_Options.axis << ' ' << m_Options.slices << ' '
       << m_Options.tuningSlices << ' ' << m_Options.limit;
  for (const double lambda : m_Options.lambdas)
  {
    text << ' ' << FormatSignificant(lambda, 6);
  }
  if (m_Features)
  {
    text << ' ' << FileSha256(m_Options.featureNetwork) << ' ' << m_Options.isFidUnbiased;
  }
  return text.str();
}

std::string
ProtocolRun::Statement() const
{
  const std::int64_t seeds = *m_Options.seeds;
  return "One subject (" + fs::path(m_Options.image).filename().string() + "), " + m_Options.axis + " slices " +
         m_Options.slices +
         (m_Slices.size() == m_Available ? "" : " (" + std::to_string(m_Slices.size()) + " of them)") +
         ", held out from the prior's training; " + std::to_string(seeds) + (seeds == 1 ? " seed" : " seeds") + "; " +
         m_Protocol.Data();
}

std::unique_ptr<SuiteMeasurement>
ProtocolRun::Simulate(const SuiteConfiguration & configuration, const Volume & image, std::int64_t seed) const
{
  return m_Protocol.Simulate(configuration, image, seed, Named(m_Progress, configuration.name + " simulation"));
}

/** Weights of total variation with the best mean PSNR on the tuning slices. */
void
ProtocolRun::ChooseLambdas(SuiteOutcome & outcome)
{
  std::unique_ptr<SuiteMeasurement> measurement;
  for (const SuiteMethod & method : outcome.methods)
  {
    if (method.isWeighted)
    {
      ChooseLambda(method, measurement, outcome);
    }
  }
}

void
ProtocolRun::ChooseLambda(const SuiteMethod & method,
                          std::unique_ptr<SuiteMeasurement> & measurement,
                          SuiteOutcome & outcome)
{
  const std::string key = "tuning" + m_Protocol.Settings(outcome.configuration, method);
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < m_Options.lambdas.size(); ++i)
  {
    const double lambda = m_Options.lambdas[i];
    const std::string name = outcome.configuration.name + '-' + method.name + "-tuning-" + std::to_string(i);
    std::optional<SuiteScore> result = m_Store.Find(name, key);
    if (!result)
    {
      if (!measurement)
      {
        measurement = Simulate(outcome.configuration, m_TuningImage, tuningSeed);
      }
      result = measurement->Score(measurement->Reconstruct(method, lambda, {}, Named(m_Progress, name)), {}, nullptr);
      result->lambda = lambda;
      m_Store.Keep(name, key, *result);
    }
    const double mean = Mean(result->psnr);
    if (mean > best)
    {
      best = mean;
      outcome.lambdas[method.name] = lambda;
      outcome.lambdasAtEnd.erase(method.name);
      if (i == 0 || i + 1 == m_Options.lambdas.size())
      {
        outcome.lambdasAtEnd.insert(method.name);
      }
    }
  }
}

void
ProtocolRun::WriteConfigurationReport(const SuiteOutcome & outcome) const
{
  const std::string folder = m_Folder + '/' + outcome.configuration.name;
  CompareFiles files;
  CompareTexts texts;
  files.reference = folder + "/truth.nii.gz";
  texts.title = outcome.configuration.label;
  texts.description = Statement() + " Shown: seed 1.";
  for (const SuiteMethod & method : outcome.methods)
  {
    files.images.push_back(folder + '/' + method.name + ".nii.gz");
    texts.names.push_back(method.label);
    if (method.samples > 0)
    {
      files.std.push_back(folder + '/' + method.name + "-std.nii.gz");
    }
  }
  ComparisonInput input = ReadComparison(files, texts);
  input.sliceNumbers = m_Slices;
  input.features = m_Features;
  input.featureMeaning = FeatureMeaning(m_Options.featureNetwork, m_Options.isFidUnbiased);
  m_Protocol.Present(input);
  ComparisonReportOptions options;
  options.provenance = {{"command", m_Line.Text()}, {"date", DateText()}};
  WriteComparisonReport(folder, input, CompareWithReference(input), options);
}

SuiteOutcome
ProtocolRun::RunConfiguration(const SuiteConfiguration & configuration)
{
  fs::create_directories(m_Folder + '/' + configuration.name);
  SuiteOutcome outcome;
  outcome.configuration = configuration;
  outcome.methods = m_Protocol.Methods(configuration);
  ChooseLambdas(outcome);
  for (std::int64_t seed = 1; seed <= *m_Options.seeds; ++seed)
  {
    SeedRun({m_Protocol, m_Image, m_Store, m_Features.get(), m_Line, m_Progress, m_Folder}, outcome, seed).Run();
  }
  WriteConfigurationReport(outcome);
  return outcome;
}

ProtocolProvenance
ProtocolRun::Provenance() const
{
  ProtocolProvenance provenance{Statement(),
                                {{"command", m_Line.Text()},
                                 {"date", DateText()},
                                 {"image SHA-256", FileSha256(m_Options.image)},
                                 {"prior", m_Options.prior},
                                 {"prior SHA-256", FileSha256(m_Options.prior)},
                                 {"weight of TV chosen on slices", m_Options.tuningSlices}}};
  if (m_Features)
  {
    provenance.facts.emplace_back("LPIPS and FID", FeatureMeaning(m_Options.featureNetwork, m_Options.isFidUnbiased));
  }
  return provenance;
}

void
ProtocolRun::Run()
{
  fs::create_directories(m_Folder + "/units");
  const ProtocolProvenance provenance = Provenance();
  std::vector<SuiteOutcome> outcomes;
  for (const SuiteConfiguration & configuration : m_Protocol.Configurations())
  {
    const std::vector<std::string> & only = m_Options.only;
    if (only.empty() || std::find(only.begin(), only.end(), configuration.name) != only.end())
    {
      outcomes.push_back(RunConfiguration(configuration));
      WriteProtocolReport(m_Folder, m_Protocol, outcomes, provenance);
    }
  }
}
} // namespace

void
RunProtocol(const SuiteProtocol & protocol,
            const std::string & folder,
            const CommandLine & line,
            const ProgressCallback & progress)
{
  for (const std::string & name : protocol.Options().only)
  {
    std::string known;
    bool isKnown = false;
    for (const SuiteConfiguration & configuration : protocol.Configurations())
    {
      known += (known.empty() ? "" : ", ") + configuration.name;
      isKnown = isKnown || configuration.name == name;
    }
    if (!isKnown)
    {
      throw UsageError("--only: given " + name + "; required one of " + known);
    }
  }
  ProtocolRun(protocol, folder, line, progress).Run();
}
} // namespace tweedie
