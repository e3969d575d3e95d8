// SPDX-License-Identifier: Apache-2.0
#include "tweedieBrainReport.h"
#include "tweedieCompareFeatures.h"
#include "tweedieCompareInput.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieModelFile.h"
#include "tweedieReport.h"
#include "tweedieRunRecord.h"
#include "tweedieSliceSelection.h"
#include "tweedieSuiteStore.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr std::int64_t tuningSeed = 1001; ///< other masks, coils and noise than those that are judged

/** The protocol over its configurations, seeds and methods. */
class BrainSuite
{
public:
  BrainSuite(const SuiteOptions & options, std::string folder, const CommandLine & line, ProgressCallback progress);

  void Run();

private:
  std::string Settings() const;
  std::string Statement() const;
  BrainOutcome RunConfiguration(const BrainConfiguration & configuration);
  void ChooseLambda(BrainOutcome & outcome);
  void RunSeed(std::int64_t seed, BrainOutcome & outcome);
  void KeepImages(const std::string & folder, const BrainMethod & method, const VolumeEstimate & estimate) const;
  bool HasImages(const std::string & folder, const BrainMethod & method) const;
  void WriteConfigurationReport(const BrainConfiguration & configuration) const;
  MRISimulation Simulate(const BrainConfiguration & configuration, const Volume & image, std::int64_t seed) const;

  SuiteOptions m_Options;
  std::string m_Folder;
  const CommandLine & m_Line;
  ProgressCallback m_Progress;
  std::vector<std::int64_t> m_Slices;
  Volume m_Image;
  Volume m_TuningImage;
  SuiteStore m_Store{"", ""};
  std::shared_ptr<const FeatureMaker> m_Features;
};

BrainSuite::BrainSuite(const SuiteOptions & options,
                       std::string folder,
                       const CommandLine & line,
                       ProgressCallback progress)
    : m_Options(options), m_Folder(std::move(folder)), m_Line(line), m_Progress(std::move(progress))
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
  m_Image = TakeSlices(image, m_Slices);
  m_TuningImage = TakeSlices(image, Limited(tuning, m_Options.limit));
  m_Features = LoadFeatureMaker(m_Options.featureNetwork, m_Options.isFidUnbiased, m_Options.device);
  m_Store = SuiteStore(m_Folder + "/units", Settings());
}

std::string
BrainSuite::Settings() const
{
  std::ostringstream text;
  text << Version << ' ' << FileSha256(m_Options.image) << ' ' << FileSha256(m_Options.prior) << ' ' << m_Options.axis
       << ' ' << m_Options.slices << ' ' << m_Options.tuningSlices << ' ' << m_Options.limit;
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
BrainSuite::Statement() const
{
  return "One subject (" + fs::path(m_Options.image).filename().string() + "), " + m_Options.axis + " slices " +
         m_Options.slices + (m_Slices.size() == 24 ? "" : " (" + std::to_string(m_Slices.size()) + " of them)") +
         ", held out from the prior's training; " + std::to_string(m_Options.seeds) +
         (m_Options.seeds == 1 ? " seed" : " seeds") +
         "; simulated complex k-space, noise 0.02 of the 99.9th percentile.";
}

MRISimulation
BrainSuite::Simulate(const BrainConfiguration & configuration, const Volume & image, std::int64_t seed) const
{
  MRISimulationOptions options = configuration.simulation;
  options.seed = seed;
  return SimulateMRI(image, options, Named(m_Progress, configuration.name + " simulation"));
}

/** The weight of total variation with the best mean PSNR on the tuning slices. */
void
BrainSuite::ChooseLambda(BrainOutcome & outcome)
{
  const BrainConfiguration & configuration = outcome.configuration;
  const BrainMethod & method = BrainMethods()[2];
  std::optional<MRISimulation> simulation;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < m_Options.lambdas.size(); ++i)
  {
    const double lambda = m_Options.lambdas[i];
    const std::string name = configuration.name + "-tuning-" + std::to_string(i);
    std::optional<SuiteScore> result = m_Store.Find(name, "tuning");
    if (!result)
    {
      if (!simulation)
      {
        simulation = Simulate(configuration, m_TuningImage, tuningSeed);
      }
      result = ScoreSlices(
          simulation->reference,
          ReconstructBrain(simulation->scan, method, m_Options, tuningSeed, lambda, Named(m_Progress, name)));
      result->lambda = lambda;
      m_Store.Keep(name, "tuning", *result);
    }
    double sum = 0.0;
    for (const double psnr : result->psnr)
    {
      sum += psnr;
    }
    if (sum > best)
    {
      best = sum;
      outcome.lambda = lambda;
      outcome.isLambdaAtEnd = i == 0 || i + 1 == m_Options.lambdas.size();
    }
  }
}

void
BrainSuite::KeepImages(const std::string & folder, const BrainMethod & method, const VolumeEstimate & estimate) const
{
  const std::string image = folder + '/' + method.name + ".nii.gz";
  WriteImage(image, ImagePart(estimate.mean, "magnitude"));
  if (!estimate.magnitudeStandardDeviation.IsEmpty())
  {
    WriteImage(folder + '/' + method.name + "-std.nii.gz", estimate.magnitudeStandardDeviation);
  }
  WriteRunRecord(image, estimate.summary, m_Line);
}

bool
BrainSuite::HasImages(const std::string & folder, const BrainMethod & method) const
{
  std::error_code error;
  return fs::exists(folder + '/' + method.name + ".nii.gz", error) && fs::exists(folder + "/truth.nii.gz", error) &&
         (method.samples == 0 || fs::exists(folder + '/' + method.name + "-std.nii.gz", error));
}

void
BrainSuite::RunSeed(std::int64_t seed, BrainOutcome & outcome)
{
  const BrainConfiguration & configuration = outcome.configuration;
  const std::string folder = m_Folder + '/' + configuration.name;
  const bool isShown = seed == 1;
  std::optional<MRISimulation> simulation;
  std::map<std::string, Volume> means;
  for (const BrainMethod & method : BrainMethods())
  {
    const std::string name = configuration.name + "-seed" + std::to_string(seed) + '-' + method.name;
    const std::string key = method.method == "tv" ? "lambda " + FormatSignificant(outcome.lambda, 6) : "";
    std::optional<SuiteScore> result = m_Store.Find(name, key);
    if (!result || (isShown && !HasImages(folder, method)))
    {
      if (!simulation)
      {
        simulation = Simulate(configuration, m_Image, seed);
      }
      const auto reconstruct = [&](const BrainMethod & by)
      { return ReconstructBrain(simulation->scan, by, m_Options, seed, outcome.lambda, Named(m_Progress, name)); };
      const VolumeEstimate estimate = reconstruct(method);
      for (const BrainMethod & beside : BrainMethods())
      {
        if (beside.name == method.beside && means.count(beside.name) == 0)
        {
          means[beside.name] = reconstruct(beside).mean; // its scores were kept from an earlier run, its image was not
        }
      }
      means[method.name] = estimate.mean;
      if (isShown)
      {
        WriteImage(folder + "/truth.nii.gz", ImagePart(simulation->reference, "magnitude"));
        KeepImages(folder, method, estimate);
      }
      const Volume beside = method.beside.empty() ? Volume() : means.at(method.beside);
      result = ScoreSlices(simulation->reference, estimate, beside, m_Features.get());
      result->lambda = method.method == "tv" ? outcome.lambda : 0.0;
      m_Store.Keep(name, key, *result);
    }
    outcome.results[method.name].push_back(*result);
  }
}

void
BrainSuite::WriteConfigurationReport(const BrainConfiguration & configuration) const
{
  const std::string folder = m_Folder + '/' + configuration.name;
  CompareFiles files;
  CompareTexts texts;
  files.reference = folder + "/truth.nii.gz";
  files.std = {folder + "/daps-8-std.nii.gz"};
  texts.title = configuration.label;
  texts.description = Statement() + " Shown: seed 1.";
  for (const BrainMethod & method : BrainMethods())
  {
    files.images.push_back(folder + '/' + method.name + ".nii.gz");
    texts.names.push_back(method.label);
  }
  ComparisonInput input = ReadComparison(files, texts);
  input.sliceNumbers = m_Slices;
  input.features = m_Features;
  input.featureMeaning = FeatureMeaning(m_Options.featureNetwork, m_Options.isFidUnbiased);
  ComparisonReportOptions options;
  options.provenance = {{"command", m_Line.Text()}, {"date", DateText()}};
  WriteComparisonReport(folder, input, CompareWithReference(input), options);
}

BrainOutcome
BrainSuite::RunConfiguration(const BrainConfiguration & configuration)
{
  fs::create_directories(m_Folder + '/' + configuration.name);
  BrainOutcome outcome;
  outcome.configuration = configuration;
  ChooseLambda(outcome);
  for (std::int64_t seed = 1; seed <= m_Options.seeds; ++seed)
  {
    RunSeed(seed, outcome);
  }
  WriteConfigurationReport(configuration);
  return outcome;
}

void
BrainSuite::Run()
{
  fs::create_directories(m_Folder + "/units");
  BrainProvenance provenance{Statement(),
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
  std::vector<BrainOutcome> outcomes;
  for (const BrainConfiguration & configuration : BrainConfigurations())
  {
    const std::vector<std::string> & only = m_Options.only;
    if (only.empty() || std::find(only.begin(), only.end(), configuration.name) != only.end())
    {
      outcomes.push_back(RunConfiguration(configuration));
      WriteBrainReport(m_Folder, outcomes, provenance);
    }
  }
}
} // namespace

void
RunBrainSuite(const SuiteOptions & options,
              const std::string & folder,
              const CommandLine & line,
              const ProgressCallback & progress)
{
  for (const std::string & name : options.only)
  {
    std::string known;
    bool isKnown = false;
    for (const BrainConfiguration & configuration : BrainConfigurations())
    {
      known += (known.empty() ? "" : ", ") + configuration.name;
      isKnown = isKnown || configuration.name == name;
    }
    if (!isKnown)
    {
      throw UsageError("--only: given " + name + "; required one of " + known);
    }
  }
  BrainSuite(options, folder, line, progress).Run();
}
} // namespace tweedie
