// SPDX-License-Identifier: Apache-2.0
#include "tweedieCentralWindow.h"
#include "tweedieCompareInput.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"
#include "tweedieRmpEstimator.h"
#include "tweedieSuiteStore.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
constexpr double noiseLevel = 0.05; // of the 99.9th percentile, as in the papers for images from -1 to 1 twice that
constexpr double none = std::numeric_limits<double>::quiet_NaN();

/** One row of the table. */
struct PapersMethod
{
  std::string name;
  bool isClassical = false;
  std::int64_t steps = 25; ///< with 8 samples 200 network calls
};

/** Every estimator, and what a user has without a prior. */
std::vector<PapersMethod>
PapersMethods()
{
  std::vector<PapersMethod> methods;
  for (const char * classical : {"tikhonov", "wiener", "tv", "admm-tv"})
  {
    methods.push_back({classical, true});
  }
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (std::string(row.name) != "reference")
    {
      methods.push_back({row.name, false});
    }
  }
  return methods;
}

/** The protocol over tasks and methods; a result is kept as soon as it is there. */
class PapersSuite
{
public:
  PapersSuite(const SuiteOptions & options, std::string folder, const CommandLine & line, ProgressCallback progress);

  void Run();

private:
  std::string Settings() const;
  std::optional<SuiteScore>
  Result(const std::string & task, const RestorationMeasurement & measurement, const PapersMethod & method);
  VolumeEstimate
  Restore(const RestorationMeasurement & measurement, const PapersMethod & method, const std::string & unit) const;
  void Write() const;

  SuiteOptions m_Options;
  std::string m_Folder;
  const CommandLine & m_Line;
  ProgressCallback m_Progress;
  Volume m_Image;
  SuiteStore m_Store{"", ""};
  std::vector<std::string> m_Tasks;
  std::map<std::string, std::map<std::string, SuiteScore>> m_Results; ///< by method, by task
  std::vector<std::string> m_Notes;
};

/** The largest multiples of 8 that fit into a slice, so that every factor divides. */
Volume
Fitting(const Volume & image)
{
  const auto & size = image.GetGrid().size;
  return CentralWindow(image, size.y / 8 * 8, size.x / 8 * 8);
}

PapersSuite::PapersSuite(const SuiteOptions & options,
                         std::string folder,
                         const CommandLine & line,
                         ProgressCallback progress)
    : m_Options(options), m_Folder(std::move(folder)), m_Line(line), m_Progress(std::move(progress))
{
  m_Image = SuiteSlices(options);
  m_Image = options.size.empty() ? Fitting(m_Image)
                                 : CentralWindow(m_Image,
                                                 static_cast<std::int64_t>(options.size.back()),
                                                 static_cast<std::int64_t>(options.size.front()));
  m_Store = SuiteStore(m_Folder + "/units", Settings());
  for (const RestorationTaskRow & row : RestorationTaskTable())
  {
    const auto & only = options.only;
    if (only.empty() || std::find(only.begin(), only.end(), row.name) != only.end())
    {
      m_Tasks.emplace_back(row.name);
    }
  }
  if (m_Tasks.empty())
  {
    throw UsageError("--only: names no task; required tasks of tweedie simulate restoration");
  }
}

std::string
PapersSuite::Settings() const
{
  std::ostringstream text;
  const auto & size = m_Image.GetGrid().size;
  text << "papers " << Version << ' ' << FileSha256(m_Options.image) << ' ' << FileSha256(m_Options.prior) << ' '
       << m_Options.axis << ' ' << m_Options.slices << ' ' << m_Options.limit << ' ' << size.x << 'x' << size.y;
  return text.str();
}

VolumeEstimate
PapersSuite::Restore(const RestorationMeasurement & measurement,
                     const PapersMethod & method,
                     const std::string & unit) const
{
  if (method.isClassical)
  {
    RestorationVolumeOptions classical;
    classical.method = method.name;
    classical.device = m_Options.device;
    return RestoreClassical(measurement, classical, Named(m_Progress, unit));
  }
  RestorationPosteriorOptions posterior;
  posterior.method = method.name;
  posterior.prior = m_Options.prior;
  posterior.steps = method.steps;
  const bool hasDeviation = method.name == "rmp" || MakeEstimator(method.name)->DrawsSamples();
  posterior.samples = hasDeviation ? 8 : 0; // beside rmp those of daps; the other single points have none of their own
  posterior.sampleSteps = method.steps;
  posterior.keepSamples = true;
  posterior.device = m_Options.device;
  posterior.Of<RmpSettings>().draws = 2; // 50 network calls
  return ReconstructRestoration(measurement, posterior, Named(m_Progress, unit));
}

std::optional<SuiteScore>
PapersSuite::Result(const std::string & task, const RestorationMeasurement & measurement, const PapersMethod & method)
{
  const std::string unit = task + '-' + method.name;
  if (std::optional<SuiteScore> kept = m_Store.Find(unit, ""))
  {
    return kept;
  }
  try
  {
    const VolumeEstimate estimate = Restore(measurement, method, unit);
    const SuiteScore result = ScoreSlices(m_Image, estimate);
    m_Store.Keep(unit, "", result);
    return result;
  }
  catch (const UsageError & refused)
  {
    m_Notes.push_back(task + ": " + refused.what());
  }
  catch (const NumericalError & failed)
  {
    m_Notes.push_back(task + ": " + failed.what());
  }
  return {};
}

ReportTable
Table(const std::vector<std::string> & tasks, const std::map<std::string, std::map<std::string, SuiteScore>> & results)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0, BestValue::None}};
  for (const std::string & task : tasks)
  {
    table.columns.push_back({"psnr-" + task, task, "dB", 2, BestValue::Highest});
    table.columns.push_back({"deviation-over-error-" + task, "std / error", "", 2, BestValue::None});
    table.columns.push_back({"coverage-90-" + task, "90 %", "", 2, BestValue::None});
    table.columns.push_back({"ssim-" + task, "SSIM " + task, "", 4, BestValue::Highest, 0, true});
    table.columns.push_back({"seconds-" + task, "time " + task, "s", 1, BestValue::None, 0, true});
  }
  table.columns.push_back({"network-evaluations", "network calls", "", 0, BestValue::None});
  for (const PapersMethod & method : PapersMethods())
  {
    const auto found = results.find(method.name);
    if (found == results.end())
    {
      continue;
    }
    std::vector<TableCell> row{method.name};
    double calls = none;
    for (const std::string & task : tasks)
    {
      const auto cell = found->second.find(task);
      const bool has = cell != found->second.end();
      const SuiteScore result = has ? cell->second : SuiteScore();
      row.emplace_back(has ? Mean(result.psnr) : none);
      row.emplace_back(result.pixels > 0 ? result.predicted / result.found : none);
      row.emplace_back(result.pixels > 0 ? result.coverage : none);
      row.emplace_back(has ? Mean(result.ssim) : none);
      row.emplace_back(has ? result.seconds : none);
      calls = has ? static_cast<double>(result.networkEvaluations) : calls;
    }
    row.emplace_back(calls);
    table.rows.push_back(std::move(row));
  }
  return table;
}

void
PapersSuite::Write() const
{
  const ReportTable table = Table(m_Tasks, m_Results);
  const std::string statement =
      "One subject (" + fs::path(m_Options.image).filename().string() + "), " + m_Options.axis + " slices " +
      m_Options.slices + " (" + std::to_string(m_Image.GetGrid().size.z) +
      " of them), held out from the prior's training; real images, Gaussian noise 0.05 of the 99.9th percentile. Every "
      "method with its defaults, not tuned: samplers 8 samples of 25 levels, rmp 25 levels of 2 calls.";
  ReportPage page("Every method on every restoration task", statement);
  page.AddSection("Results");
  page.AddTable(table,
                statement + " PSNR of the mean over the whole slice, range: the slice's maximum. Standard "
                            "deviation against error and coverage of the 90 % interval in the head.");
  page.AddList(m_Notes);
  page.AddSection("Settings and provenance");
  page.AddFacts("this run",
                {{"command", m_Line.Text()},
                 {"date", DateText()},
                 {"image SHA-256", FileSha256(m_Options.image)},
                 {"prior SHA-256", FileSha256(m_Options.prior)}});
  WriteSuiteReport(m_Folder, {table}, page);
}

void
PapersSuite::Run()
{
  fs::create_directories(m_Folder + "/units");
  for (const std::string & task : m_Tasks)
  {
    RestorationTaskOptions options;
    options.task = task;
    const auto & size = m_Image.GetGrid().size;
    options.kernelSize = std::min<std::int64_t>(options.kernelSize, std::min(size.y, size.x) / 2 * 2 - 1);
    RestorationNoiseOptions noise;
    noise.noise = noiseLevel;
    const RestorationMeasurement measurement = SimulateRestoration(m_Image, options, noise);
    for (const PapersMethod & method : PapersMethods())
    {
      if (const std::optional<SuiteScore> result = Result(task, measurement, method))
      {
        m_Results[method.name][task] = *result;
      }
    }
    Write();
  }
}
} // namespace

void
RunPapersSuite(const SuiteOptions & options,
               const std::string & folder,
               const CommandLine & line,
               const ProgressCallback & progress)
{
  PapersSuite(options, folder, line, progress).Run();
}
} // namespace tweedie
