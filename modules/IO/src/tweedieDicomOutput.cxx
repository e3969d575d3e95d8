// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomOutput.h"

#include "tweedieDicomEstimate.h"
#include "tweedieModelFile.h"
#include "tweedieVolumeDigest.h"

namespace tweedie
{
std::vector<std::string>
WriteDicomOutput(const Volume & mean, const Volume & deviation, const DicomOutput & output)
{
  EstimateReport report;
  report.title = (output.summary.prior.empty() ? "Reconstruction: " : "Posterior mean: ") + output.summary.method;
  report.statement = output.statement.empty() ? "Result of an ITK pipeline." : output.statement + '.';
  report.units = output.source.units.empty() ? report.units : output.source.units;
  if (output.source.units == "HU")
  {
    report.window = ValueWindow{-1000.0, 1000.0};
  }
  report.entry.name = output.summary.prior.empty() ? "reconstruction" : "posterior mean";
  report.entry.image = mean;
  report.entry.standardDeviation = deviation;
  report.entry.summary = output.summary;
  DicomWriteOptions options;
  options.overwrite = output.overwrite;
  options.seriesNumber = output.seriesNumber;
  options.provenance = DicomProvenanceOf(output.summary, output.prior.empty() ? "" : FileSha256(output.prior));
  options.provenance.statement = output.statement;
  options.provenance.deterministicUids = output.deterministicUids;
  options.provenance.inputsDigest = DigestOf(mean) + (deviation.IsEmpty() ? "" : DigestOf(deviation));
  return WriteDicomEstimate(output.folder, report, {}, output.source, options).files;
}
} // namespace tweedie
