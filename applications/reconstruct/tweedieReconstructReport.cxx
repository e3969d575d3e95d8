// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieDicomEstimate.h"
#include "tweedieEstimator.h"
#include "tweedieModelFile.h"
#include "tweedieRunRecord.h"
#include "tweedieTerminal.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

EstimateReport
ReportOf(const ReconstructFiles & files,
         const ReconstructSource & source,
         const VolumeEstimate & estimate,
         const CommandLine & line)
{
  std::vector<std::string> methods;
  for (const EstimatorRow & row : EstimatorTable())
  {
    methods.emplace_back(row.name);
  }
  EstimateReport report = DescribeEstimate(estimate, files.part, methods, source.isDeterministic);
  report.statement = source.statement.empty() ? report.statement : source.statement + '.';
  report.units = source.units.empty() ? report.units : source.units;
  report.window = source.window;
  report.reference = source.reference;
  report.calibration = source.calibration;
  report.regions = source.regions;
  report.beside = source.beside;
  report.besideCaption = source.besideCaption;
  if (!source.isDeterministic)
  {
    // The names of folders may name the patient, and the report goes to others.
    report.entry.commandLine = files.WritesDicom() ? "" : line.Text();
    report.provenance = {{"date", DateText()}};
  }
  if (!source.prior.empty())
  {
    report.provenance.emplace_back("prior SHA-256", FileSha256(source.prior));
  }
  return report;
}

Json
JsonOf(const DicomSeriesRecord & record)
{
  return {{"series-uid", record.seriesUid},
          {"slope", record.slope},
          {"intercept", record.intercept},
          {"largest-rounding-error", record.largestError},
          {"clamped", record.clamped}};
}

/** The summary, with what 16 bits did to the numbers. */
std::string
SummaryText(const Summary & summary, const CommandLine & line, const DicomResultRecord & record)
{
  Json json = Json::parse(RunRecordText(summary, line));
  json["dicom"] = {{"mean", JsonOf(record.mean)}};
  if (record.deviation)
  {
    json["dicom"]["standard-deviation-16-bit"] = JsonOf(*record.deviation);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void
WarnOfClamping(const DicomResultRecord & record)
{
  if (record.mean.clamped > 0)
  {
    Warn(std::to_string(record.mean.clamped) + " pixels of the mean lie beyond what 16 bits hold and were clamped");
  }
}
} // namespace

void
WriteReconstructReport(const std::string & path,
                       const ReconstructFiles & files,
                       const ReconstructSource & source,
                       const VolumeEstimate & estimate,
                       const CommandLine & line)
{
  WriteEstimateReport(path, ReportOf(files, source, estimate, line), source.isDeterministic ? "" : ReportDate());
}

void
WriteDicomEstimate(const ReconstructFiles & files,
                   const ReconstructSource & source,
                   const VolumeEstimate & estimate,
                   const CommandLine & line,
                   bool overwrite)
{
  const EstimateReport report = ReportOf(files, source, estimate, line);
  DicomWriteOptions options;
  options.overwrite = overwrite;
  options.provenance = DicomProvenanceOf(estimate.summary, source.prior.empty() ? "" : FileSha256(source.prior));
  options.provenance.configuration = report.entry.summary->options;
  options.provenance.statement = source.statement;
  options.provenance.inputsDigest = source.digest;
  options.provenance.deterministicUids = source.isDeterministic;
  const DicomResultRecord written =
      WriteDicomEstimate(files.output,
                         report,
                         estimate.nullSpaceShare,
                         *source.series,
                         options,
                         [&](const std::string & folder, const DicomResultRecord & record) {
                           WriteTextAtomically(folder + "/summary.json", SummaryText(estimate.summary, line, record));
                         });
  WarnOfClamping(written);
}
} // namespace tweedie
