// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieScanFile.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <algorithm>

namespace tweedie
{
namespace
{
Outputs
CheckedOutputs(const ReconstructOptions & options)
{
  Outputs outputs(options.run.overwrite);
  outputs.AddInput(options.files.scan);
  outputs.AddInput(options.files.sensitivities);
  outputs.AddInput(options.posterior.prior);
  outputs.AddImage("--output", options.files.output);
  outputs.AddImage("--std", options.files.std);
  outputs.AddImage("--samples-output", options.files.samplesOutput);
  outputs.AddFile("--output", RunRecordPath(options.files.output));
  if (!options.posterior.checkpoint.empty())
  {
    RequireWritable(options.posterior.checkpoint, true);
  }
  return outputs;
}

MRIScan
ReadInput(const ReconstructFiles & files)
{
  MRIScan scan = ReadScan(files.scan);
  if (!files.sensitivities.empty())
  {
    SetSensitivitiesFromFile(scan, files.sensitivities);
  }
  return scan;
}

VolumeEstimate
Reconstruct(const MRIScan & scan, const ReconstructOptions & options)
{
  ProgressDisplay display(options.run.progress);
  if (options.method.IsClassical())
  {
    return ReconstructClassical(scan, options.classical, display.Callback());
  }
  const Volume start = options.StartsFromImage() ? ReadImage(options.posterior.start) : Volume();
  try
  {
    return ReconstructPosterior(scan, options.posterior, display.Callback(), start);
  }
  catch (const Aborted & aborted)
  {
    const std::string checkpoint = options.posterior.checkpoint;
    throw Aborted(std::string(aborted.what()) + (checkpoint.empty() ? "; with --checkpoint FILE a run can be resumed"
                                                                    : "; the same command goes on from " + checkpoint));
  }
}

/** Adds the reader's assumptions to the summary, and says everything once. */
void
ReportWarnings(const MRIScan & scan, Summary & summary)
{
  for (const auto & warning : scan.warnings)
  {
    if (std::find(summary.warnings.begin(), summary.warnings.end(), warning) == summary.warnings.end())
    {
      summary.warnings.push_back(warning);
    }
  }
  for (const auto & warning : summary.warnings)
  {
    Warn(warning);
  }
}

void
WriteEstimate(const ReconstructFiles & files, const VolumeEstimate & estimate, const CommandLine & line)
{
  WriteImage(files.output, ImagePart(estimate.mean, files.part));
  if (!files.std.empty())
  {
    WriteImage(files.std, PartDeviation(estimate, files.part));
  }
  if (!files.samplesOutput.empty())
  {
    WriteImage(files.samplesOutput, ImagePart(estimate.samples, files.part));
  }
  WriteRunRecord(files.output, estimate.summary, line);
}
} // namespace

void
RunReconstructMRI(CommandLine & line)
{
  ReconstructOptions options;
  if (!options.Parse(line))
  {
    return;
  }
  UseThreads(options.run.threads);
  const Outputs outputs = CheckedOutputs(options);
  const MRIScan scan = ReadInput(options.files);
  VolumeEstimate estimate = Reconstruct(scan, options);
  ReportWarnings(scan, estimate.summary);
  outputs.Write([&] { WriteEstimate(options.files, estimate, line); });
  Print(options.files.output + ": " + estimate.summary.BriefReport() + "\n");
}
} // namespace tweedie
