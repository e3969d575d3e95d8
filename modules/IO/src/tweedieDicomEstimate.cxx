// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomEstimate.h"

#include "tweedieAtomicFile.h"

#include <array>
#include <ctime>

namespace tweedie
{
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
                   const EstimateReport & report,
                   const Volume & nullSpaceShare,
                   const DicomSeries & source,
                   const DicomWriteOptions & options,
                   const std::function<void(const std::string & folder, const DicomResultRecord &)> & finish)
{
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
