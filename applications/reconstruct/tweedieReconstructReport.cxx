// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieDicomEstimate.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieImagePart.h"
#include "tweedieModelFile.h"
#include "tweedieRunRecord.h"
#include "tweedieTerminal.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

/** Without those of other methods. */
std::string
OwnOptions(const Summary & summary)
{
  Json json = Json::parse(summary.options, nullptr, false);
  if (!json.is_object())
  {
    return summary.options;
  }
  for (const EstimatorRow & row : EstimatorTable())
  {
    const std::string prefix = std::string(row.name) + "-";
    const bool isOther = summary.method != row.name && summary.deviationOf != row.name;
    const Json all = json;
    for (auto item = all.begin(); item != all.end(); ++item)
    {
      if (isOther && item.key().rfind(prefix, 0) == 0)
      {
        json.erase(item.key());
      }
    }
  }
  return json.dump();
}

EstimateReport
ReportOf(const ReconstructFiles & files,
         const ReconstructSource & source,
         const VolumeEstimate & estimate,
         const CommandLine & line)
{
  EstimateReport report;
  report.title = (estimate.summary.prior.empty() ? "Reconstruction: " : "Posterior mean: ") + estimate.summary.method;
  report.statement = source.statement.empty() ? "Reconstruction of measured data." : source.statement + '.';
  report.units = source.units.empty() ? report.units : source.units;
  report.window = source.window;
  report.entry.name = estimate.summary.prior.empty() ? estimate.summary.method : "posterior mean";
  report.entry.image = ImagePart(estimate.mean, files.part);
  if (estimate.summary.deviationKind != DeviationKind::None)
  {
    report.entry.standardDeviation = PartDeviation(estimate, files.part);
  }
  report.entry.summary = ToldSummary(estimate.summary, source.isDeterministic);
  report.entry.summary->options = OwnOptions(*report.entry.summary);
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
RequireReportName(const std::string & path)
{
  const std::string extension = std::filesystem::path(path).extension().string();
  if (!path.empty() && extension != ".html" && extension != ".pdf")
  {
    throw UsageError("--report: given " + path + "; required a name that ends in .html or .pdf");
  }
}

void
WriteReconstructReport(const std::string & path,
                       const ReconstructFiles & files,
                       const ReconstructSource & source,
                       const VolumeEstimate & estimate,
                       const CommandLine & line)
{
  const EstimateReport report = ReportOf(files, source, estimate, line);
  WriteTextAtomically(path,
                      std::filesystem::path(path).extension() == ".pdf"
                          ? EstimateReportPdf(report, source.isDeterministic ? "" : ReportDate())
                          : EstimateReportHtml(report));
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
