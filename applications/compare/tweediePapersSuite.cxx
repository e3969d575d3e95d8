// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieCentralWindow.h"
#include "tweedieCompareFeatures.h"
#include "tweedieError.h"
#include "tweedieFeatureScore.h"
#include "tweedieHeadCTProtocol.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweediePapersReport.h"
#include "tweediePapersRun.h"
#include "tweediePresets.h"
#include "tweedieReport.h"
#include "tweedieRunRecord.h"
#include "tweedieSliceSelection.h"
#include "tweedieSuiteStore.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** The largest multiples of 8 that fit into a slice, so that every factor divides. */
Volume
Fitting(const Volume & image)
{
  const auto & size = image.GetGrid().size;
  return CentralWindow(image, size.y / 8 * 8, size.x / 8 * 8);
}

/** Of all tuned settings that are built in: results made with others are no results of this run. */
std::string
TunedFingerprint()
{
  std::string all;
  for (const Preset & preset : Presets())
  {
    all += preset.name.rfind("tuned-", 0) == 0 ? preset.text : "";
  }
  return all.empty() ? "" : Sha256(all.data(), all.size());
}

/** "50 or 200". */
std::string
Listed(const std::vector<double> & numbers)
{
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i)
  {
    text += (i == 0 ? "" : i + 1 == numbers.size() ? " or " : ", ") + FormatNumber(numbers[i], 0);
  }
  return text;
}

/** The protocol over tasks and methods; a result is kept as soon as it is there. */
class PapersSuite
{
public:
  PapersSuite(const SuiteOptions & options, std::string folder, const CommandLine & line, ProgressCallback progress);

  void Run();

private:
  struct Row
  {
    const PapersTask & task;
    const PapersMethod & method;
    std::string folder; ///< of the task
    std::string name;   ///< of the unit
  };

  void Choose();
  std::string Settings() const;
  PapersOutcome RunTask(const PapersTaskRow & row);
  SuiteScore Result(const Row & row);
  void KeepImages(const Row & row, const VolumeEstimate & estimate) const;
  ComparisonEntry ReadImages(const Row & row) const;
  void WriteTaskReport(const PapersTask & task, const PapersOutcome & outcome) const;
  PapersProvenance Provenance() const;

  SuiteOptions m_Options;
  std::string m_Folder;
  const CommandLine & m_Line;
  ProgressCallback m_Progress;
  Volume m_Image;
  std::vector<std::int64_t> m_Slices;
  SuiteStore m_Store{"", ""};
  std::shared_ptr<const FeatureMaker> m_Features;
  std::vector<PapersTaskRow> m_Tasks;
  std::vector<std::string> m_OnlyMethods; ///< empty: all
};

PapersSuite::PapersSuite(const SuiteOptions & options,
                         std::string folder,
                         const CommandLine & line,
                         ProgressCallback progress)
    : m_Options(options), m_Folder(std::move(folder)), m_Line(line), m_Progress(std::move(progress))
{
  Choose();
  m_Features = LoadFeatureMaker(options.featureNetwork, options.isFidUnbiased, options.device);
  const Volume image = SelectSlices(ReadImage(options.image), options.axis, "");
  m_Slices = Limited(SliceList(options.slices, image.GetGrid().size.z), options.limit);
  m_Image = TakeSlices(image, m_Slices);
  m_Image = options.size.empty() ? Fitting(m_Image)
                                 : CentralWindow(m_Image,
                                                 static_cast<std::int64_t>(options.size.back()),
                                                 static_cast<std::int64_t>(options.size.front()));
  m_Store = SuiteStore(m_Folder + "/units", Settings());
}

/** --only names tasks, or methods, or both. Slices in Hounsfield units and a prior of them belong to CT alone. */
void
PapersSuite::Choose()
{
  std::vector<std::string> tasks;
  std::vector<std::string> methods;
  std::vector<PapersTaskRow> rows = PapersTaskTable();
  const bool isOfCT = IsPriorOfCT(m_Options.prior);
  rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const PapersTaskRow & row) { return row.isOfCT != isOfCT; }),
             rows.end());
  for (const PapersTaskRow & row : rows)
  {
    tasks.push_back(row.name);
    for (const PapersMethod & method : PapersMethods(row.classical, m_Options.calls))
    {
      methods.push_back(method.method);
    }
  }
  const auto contains = [](const std::vector<std::string> & list, const std::string & name)
  { return std::find(list.begin(), list.end(), name) != list.end(); };
  std::vector<std::string> onlyTasks;
  for (const std::string & name : m_Options.only)
  {
    if (!contains(tasks, name) && !contains(methods, name))
    {
      std::ostringstream known;
      std::copy(tasks.begin(), tasks.end(), std::ostream_iterator<std::string>(known, ", "));
      throw UsageError("--only: given " + name + "; required a method or one of the tasks " +
                       known.str().substr(0, known.str().size() - 2));
    }
    (contains(tasks, name) ? onlyTasks : m_OnlyMethods).push_back(name);
  }
  for (PapersTaskRow & row : rows)
  {
    if (onlyTasks.empty() || contains(onlyTasks, row.name))
    {
      m_Tasks.push_back(std::move(row));
    }
  }
}

std::string
PapersSuite::Settings() const
{
  std::ostringstream text;
  const auto & size = m_Image.GetGrid().size;
  text << "papers " << Version << ' ' << FileSha256(m_Options.image) << ' ' << FileSha256(m_Options.prior) << ' '
       << m_Options.axis << ' ' << m_Options.slices << ' ' << m_Options.limit << ' ' << size.x << 'x' << size.y << ' '
       << m_Options.device << ' ' << TunedFingerprint();
  if (m_Features)
  {
    text << ' ' << FileSha256(m_Options.featureNetwork) << ' ' << m_Options.isFidUnbiased;
  }
  return text.str();
}

void
PapersSuite::KeepImages(const Row & row, const VolumeEstimate & estimate) const
{
  const std::string base = row.folder + '/' + row.method.name;
  WriteImage(base + ".nii.gz", estimate.mean);
  if (!estimate.standardDeviation.IsEmpty())
  {
    WriteImage(base + "-std.nii.gz", estimate.standardDeviation);
  }
  WriteTextAtomically(base + ".summary.json", estimate.summary.ToJson());
}

/** The result of a unit, from an earlier run or from this one. */
SuiteScore
PapersSuite::Result(const Row & row)
{
  const std::optional<SuiteScore> kept = m_Store.Find(row.name, "");
  if (kept && (!kept->refusal.empty() || fs::exists(row.folder + '/' + row.method.name + ".nii.gz")))
  {
    return *kept;
  }
  const PapersResult result =
      RunPapersMethod(row.task, row.method, m_Options, m_Features.get(), Named(m_Progress, row.name));
  if (result.score.refusal.empty())
  {
    KeepImages(row, result.estimate);
  }
  if (result.isFinal)
  {
    m_Store.Keep(row.name, "", result.score);
  }
  return result.score;
}

ComparisonEntry
PapersSuite::ReadImages(const Row & row) const
{
  const std::string base = row.folder + '/' + row.method.name;
  ComparisonEntry entry;
  entry.name = row.method.label;
  entry.source = base + ".nii.gz";
  entry.image = ReadImage(entry.source);
  if (fs::exists(base + "-std.nii.gz"))
  {
    entry.standardDeviation = ReadImage(base + "-std.nii.gz");
  }
  std::ifstream file(base + ".summary.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  entry.summary = SummaryFromJson(text);
  return entry;
}

/** Every image of a task with its error and standard deviation, as tweedie compare shows them. */
void
PapersSuite::WriteTaskReport(const PapersTask & task, const PapersOutcome & outcome) const
{
  ComparisonInput input;
  input.title = outcome.task.name;
  input.description = Provenance().statement + " Here PSNR is that of all slices as one, with the largest value of "
                                               "all as range; the table of the suite has the mean over slices.";
  input.reference = task.Truth();
  input.sliceNumbers = m_Slices;
  input.features = m_Features;
  input.featureMeaning = FeatureMeaning(m_Options.featureNetwork, m_Options.isFidUnbiased);
  const std::string folder = m_Folder + '/' + outcome.task.name;
  for (const PapersMethod & method : outcome.methods)
  {
    const auto found = outcome.scores.find(method.name);
    if (found != outcome.scores.end() && found->second.refusal.empty())
    {
      input.entries.push_back(ReadImages({task, method, folder, ""}));
    }
  }
  if (input.entries.empty())
  {
    return;
  }
  ComparisonReportOptions options;
  options.provenance = Provenance().facts;
  options.writesPictures = false;
  WriteComparisonReport(folder, input, CompareWithReference(input), options);
}

PapersOutcome
PapersSuite::RunTask(const PapersTaskRow & row)
{
  PapersOutcome outcome;
  outcome.task = row;
  outcome.images = m_Image.GetGrid().size.z;
  const std::string folder = m_Folder + '/' + row.name;
  fs::create_directories(folder);
  const std::unique_ptr<PapersTask> task = row.make(m_Image, m_Options);
  for (const PapersMethod & method : PapersMethods(row.classical, m_Options.calls))
  {
    const auto & only = m_OnlyMethods;
    if (only.empty() || std::find(only.begin(), only.end(), method.method) != only.end())
    {
      outcome.methods.push_back(method);
      outcome.scores[method.name] = Result({*task, method, folder, row.name + '-' + method.name});
    }
  }
  outcome.png = PapersPicture(*task, outcome, folder);
  WriteTaskReport(*task, outcome);
  return outcome;
}

PapersProvenance
PapersSuite::Provenance() const
{
  std::ostringstream statement;
  const std::size_t slices = m_Slices.size();
  statement << "One subject (" << fs::path(m_Options.image).filename().string() << "), " << m_Options.axis << " slices "
            << m_Options.slices << " (" << slices << " of them), held out from the prior's training; simulated data. "
            << "Methods with at most " << Listed(m_Options.calls)
            << " network calls per image and their default settings, not tuned, where no preset is named.";
  return {statement.str(),
          {{"command", m_Line.Text()},
           {"date", DateText()},
           {"image SHA-256", FileSha256(m_Options.image)},
           {"prior", m_Options.prior},
           {"prior SHA-256", FileSha256(m_Options.prior)}},
          FeatureMeaning(m_Options.featureNetwork, m_Options.isFidUnbiased)};
}

void
PapersSuite::Run()
{
  fs::create_directories(m_Folder + "/units");
  std::vector<PapersOutcome> outcomes;
  for (const PapersTaskRow & row : m_Tasks)
  {
    outcomes.push_back(RunTask(row));
    WritePapersReport(m_Folder, outcomes, Provenance());
  }
}
} // namespace

void
RunPapersSuite(const SuiteOptions & options,
               const std::string & folder,
               const CommandLine & line,
               const ProgressCallback & progress)
{
  PapersSuite(Completed(options, {"84:107", "", 1, {}, 1}), folder, line, progress).Run();
}
} // namespace tweedie
