// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieDeidentify.h"
#include "tweedieError.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportTable.h"
#include "tweedieRunOptions.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
struct DeidentifyOutputOptions
{
  std::string output;
  bool list = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("output", "files named by their new UIDs; it appears whole or not at all").Writes(PathKind::Folder),
            output);
    v.Visit(Field("list", "print the table of the profile, and what happens under --keep"), list);
  }
};

std::string
TableText(const DeidentifyOptions & options)
{
  ReportTable table;
  table.columns = {{"tag", "Tag", "", 0},
                   {"name", "Name", "", 0},
                   {"action", "Profile", "", 0},
                   {"kept-by", "Kept by", "", 0},
                   {"outcome", "Here", "", 0}};
  for (const ConfidentialityRow & row : ConfidentialityRows())
  {
    std::string keptBy;
    for (const std::string & option : row.keptBy)
    {
      keptBy += (keptBy.empty() ? "" : ", ") + option;
    }
    const bool isTag = row.tag.size() == 8;
    table.rows.push_back({isTag ? row.tag.substr(0, 4) + "," + row.tag.substr(4) : row.tag,
                          row.name,
                          row.action,
                          keptBy,
                          ConfidentialityOutcome(row, options)});
  }
  return TableMarkdown(table);
}

std::string
Summary(const DeidentifyResult & result)
{
  std::string text = std::to_string(result.written) + " files written, of " + std::to_string(result.patients) +
                     (result.patients == 1 ? " patient" : " patients");
  const auto add = [&text](std::size_t count, const std::string & what)
  { text += count == 0 ? "" : ", " + std::to_string(count) + " " + what; };
  add(result.duplicates, "there twice");
  add(result.foreign, "no DICOM");
  add(result.refused.size(), "refused");
  return text + "\nPixels are as they were: faces, and text in them, stay.\n";
}
} // namespace

void
RunDeidentify(CommandLine & line)
{
  std::vector<std::string> paths;
  DeidentifyOptions options;
  DeidentifyOutputOptions output;
  RunOptions run;
  line.AddPositionals(
      "PATH...", "DICOM files, and folders all of whose DICOM files are read", paths, 0, PathKind::None);
  line.Add("Profile", options);
  line.Add("Output", output);
  line.Add("Run", run, {"threads"});
  line.AddExample("tweedie deidentify study --output study-without-names --key study.key --keep modified-dates");
  line.AddExample("tweedie deidentify --list --keep device");
  if (!line.Parse())
  {
    return;
  }
  if (output.list)
  {
    Print(TableText(options));
    return;
  }
  if (paths.empty() || output.output.empty())
  {
    throw UsageError("given no " + std::string(paths.empty() ? "files" : "--output") +
                     "; required files and --output, or --list");
  }
  ProgressDisplay progress(run.progress);
  const DeidentifyResult result = Deidentify(paths, output.output, options, run.overwrite, progress.Callback());
  progress.Clear();
  if (result.directories > 0)
  {
    Warn("left out: " + std::to_string(result.directories) + " DICOMDIR, which names patients and files");
  }
  for (const std::string & reason : result.refused)
  {
    Warn("left out: " + reason);
  }
  Print(Summary(result));
}
} // namespace tweedie
