// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomEstimate.h"

#include "tweedieAtomicFile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <ctime>
#include <filesystem>
#include <limits>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

std::string
FileName(const std::string & path)
{
  return std::filesystem::path(path).filename().string();
}

std::string
WithoutPlaces(const std::string & options)
{
  Json json = Json::parse(options, nullptr, false);
  if (!json.is_object())
  {
    return options;
  }
  for (const char * place : {"prior",
                             "checkpoint",
                             "checkpoint-seconds",
                             "batch",
                             "device",
                             "threads",
                             "keep-samples",
                             "null-space",
                             "maximum-memory"})
  {
    json.erase(place);
  }
  if (json.contains("start") && json["start"].is_string())
  {
    json["start"] = FileName(json["start"].get<std::string>()); // a word, or an image
  }
  return json.dump();
}
} // namespace

Summary
ToldSummary(Summary summary, bool isDeterministic)
{
  if (isDeterministic)
  {
    summary.wallSeconds = 0.0;
    summary.networkSeconds = summary.operatorSeconds = std::numeric_limits<double>::quiet_NaN();
  }
  summary.options = WithoutPlaces(summary.options);
  summary.prior = FileName(summary.prior);
  return summary;
}

std::string
ReportDate()
{
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &utc);
  return text.data();
}

DicomResultRecord
WriteDicomEstimate(const std::string & folder,
                   const EstimateReport & estimate,
                   const Volume & nullSpaceShare,
                   const DicomSeries & source,
                   const DicomWriteOptions & given,
                   const std::function<void(const std::string & folder, const DicomResultRecord &)> & finish)
{
  DicomWriteOptions options = given;
  options.provenance.configuration = WithoutPlaces(given.provenance.configuration);
  EstimateReport report = estimate;
  if (report.entry.summary)
  {
    report.entry.summary = ToldSummary(*report.entry.summary, options.provenance.deterministicUids);
  }
  DicomResult result;
  result.mean = report.entry.image;
  result.isPosterior = report.entry.summary && !report.entry.summary->prior.empty();
  result.deviation = report.entry.standardDeviation;
  result.samples = report.entry.summary ? report.entry.summary->samples : report.entry.samples.value_or(0);
  result.pdf = EstimateReportPdf(report, options.provenance.deterministicUids ? "" : ReportDate());
  result.nullSpaceShare = nullSpaceShare;
  result.title = report.title;
  return WriteDicomResult(folder,
                          result,
                          source,
                          options,
                          [&](const std::string & temporary, const DicomResultRecord & record)
                          {
                            WriteTextAtomically(temporary + "/report.html", EstimateReportHtml(report));
                            if (finish)
                            {
                              finish(temporary, record);
                            }
                          });
}
} // namespace tweedie
