// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieCoilMapFile.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieMRIImageFile.h"
#include "tweediePeakMemory.h"
#include "tweedieReconstructCommon.h"
#include "tweedieReconstructReport.h"
#include "tweedieRunRecord.h"
#include "tweedieTerminal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace tweedie
{
namespace
{
/** The summary, with the intervals that were made. */
void
WriteSummary(const ReconstructFiles & files,
             const VolumeEstimate & estimate,
             const CommandLine & line,
             const ReconstructSource & source)
{
  if (source.calibrationJson.empty())
  {
    WriteRunRecord(files.output, estimate.summary, line);
    return;
  }
  auto json = nlohmann::ordered_json::parse(RunRecordText(estimate.summary, line));
  json["intervals"] = nlohmann::ordered_json::parse(source.calibrationJson);
  WriteTextAtomically(RunRecordPath(files.output),
                      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void
WriteEstimate(const ReconstructFiles & files,
              const VolumeEstimate & estimate,
              const CommandLine & line,
              const ReconstructSource & source,
              bool overwrite)
{
  if (!files.std.empty())
  {
    WriteImage(files.std, PartDeviation(estimate, files.part), source.header);
  }
  if (!files.samplesOutput.empty())
  {
    WriteImage(files.samplesOutput, ImagePart(estimate.samples, files.part), source.header);
  }
  if (!files.nullSpace.empty())
  {
    WriteImage(files.nullSpace, estimate.nullSpaceShare, source.header);
  }
  if (!source.setImages.empty())
  {
    WriteSets(source.setImages, estimate.sets, estimate.sets.Channels());
  }
  for (const auto & [file, image] : source.moreImages)
  {
    WriteImage(file, image, source.header);
  }
  if (!files.report.empty())
  {
    WriteReconstructReport(files.report, files, source, estimate, line);
  }
  if (files.WritesDicom())
  {
    WriteDicomEstimate(files, source, estimate, line, overwrite);
    return;
  }
  const Volume image = ImagePart(estimate.mean, files.part);
  if (files.WritesStream())
  {
    WriteMRIImageStream(std::cout, image, source.header);
    return;
  }
  WriteImage(files.output, image, source.header);
  WriteSummary(files, estimate, line, source);
}

void
RequirePipe()
{
  if (isatty(STDOUT_FILENO) != 0)
  {
    throw UsageError("--output: given - for a terminal; required a pipe or a file behind standard output");
  }
}
} // namespace

Outputs
CheckedOutputs(const ReconstructFiles & files,
               const PosteriorOptions & posterior,
               const std::vector<std::string> & moreInputs,
               bool overwrite,
               bool pictures)
{
  Outputs outputs(overwrite);
  outputs.AddInput(files.input);
  for (const std::string & input : moreInputs)
  {
    outputs.AddInput(input);
  }
  outputs.AddInput(posterior.prior);
  RequireReportName(files.report);
  outputs.AddFile("--report", files.report);
  outputs.AddImage("--std", files.std, pictures);
  outputs.AddImage("--samples-output", files.samplesOutput);
  outputs.AddImage("--null-space", files.nullSpace);
  if (files.WritesDicom())
  {
    if (files.part != "magnitude")
    {
      throw UsageError("--part: given " + files.part + " for DICOM output; required magnitude");
    }
    outputs.AddDicomResult("--output", files.output);
  }
  else if (files.WritesStream())
  {
    RequirePipe();
  }
  else
  {
    outputs.AddImage("--output", files.output, pictures);
    outputs.AddFile("--output", RunRecordPath(files.output));
  }
  if (!posterior.checkpoint.empty())
  {
    RequireWritable(posterior.checkpoint, true);
  }
  return outputs;
}

void
OfferPresetsAndResults(CommandLine & line)
{
  line.OfferPresets();
  line.OfferResults({{"data-fit", "squared residual over its expectation for the truth; 1: at the noise level", {}},
                     {"network-evaluations", "calls of the prior's network per image", {}},
                     {"samples-drawn", "posterior samples behind the standard deviation", {}},
                     {"run-seconds", "time of the reconstruction", {}}});
}

void
FinishReconstruction(const ReconstructFiles & files,
                     const std::vector<std::string> & warnings,
                     VolumeEstimate & estimate,
                     const Outputs & outputs,
                     const CommandLine & line,
                     const ReconstructSource & source)
{
  std::vector<std::string> & known = estimate.summary.warnings;
  for (const auto & warning : warnings)
  {
    if (std::find(known.begin(), known.end(), warning) == known.end())
    {
      known.push_back(warning);
    }
  }
  for (const auto & warning : known)
  {
    Warn(warning);
  }
  outputs.Write([&] { WriteEstimate(files, estimate, line, source, outputs.IsOverwriting()); });
  line.Report("data-fit", estimate.summary.dataFit);
  line.Report("network-evaluations", static_cast<double>(estimate.summary.networkEvaluations));
  line.Report("samples-drawn", static_cast<double>(estimate.summary.samples));
  line.Report("run-seconds", estimate.summary.wallSeconds);
  constexpr std::int64_t megabyte = 1000000;
  const std::int64_t peak = PeakMemory();
  const std::string memory = peak > 0 ? ", peak memory " + std::to_string(peak / megabyte) + " MB" : "";
  const auto say = files.WritesStream() ? &PrintError : &Print;
  say((files.WritesStream() ? "standard output" : files.output) + ": " + estimate.summary.BriefReport() + memory +
      "\n");
}
} // namespace tweedie
