// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomResult_h
#define tweedieDicomResult_h

#include "tweedieDicomWriter.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** A reconstruction, as it is to be found beside the series it came from. */
struct DicomResult
{
  Volume mean;                  ///< real, in the units of the source
  bool isPosterior = true;      ///< else a reconstruction of another kind, no mean of anything
  Volume deviation;             ///< empty: none, and then no interval
  std::int64_t samples = 0;     ///< behind the deviation; 0: it is that of a known distribution
  Volume nullSpaceShare;        ///< empty: none
  std::string pdf;              ///< the report's bytes; empty: none
  std::string title = "Report"; ///< of the report
};

struct DicomResultRecord
{
  DicomSeriesRecord mean;
  std::optional<DicomSeriesRecord> deviation; ///< the 16-bit twin
  std::vector<std::string> files;             ///< all of them, in the order in which they are best sent
};

/** Throws what WriteDicomResult would for its folder; called before long work. */
void RequireDicomResultFolder(const std::string & folder, bool overwrite);

/** Writes a result as DICOM into a new folder that appears whole or not at all:
 *
 *    mean/image-0001.dcm ...                      the posterior mean, as series of the source's kind
 *    standard-deviation.dcm                       Parametric Map, float32
 *    interval-lower.dcm, interval-upper.dcm       Parametric Maps of  mean -+ t s sqrt(1 + 1/n),  t = t_{n-1}(0.95)
 *    null-space-share.dcm                         Parametric Map, 0 ... 1
 *    standard-deviation-16-bit/image-0001.dcm ... the deviation for viewers without Parametric Maps
 *    report.dcm                                   Encapsulated PDF
 *
 * Series numbers go on from options.seriesNumber. finish, if given, may add further files (.json, .html, .pdf) to the
 * folder before it appears. Such a folder is replaced where options.overwrite allows it and it holds nothing else.
 * Errors as of WriteDicomSeries. */
DicomResultRecord
WriteDicomResult(const std::string & folder,
                 const DicomResult & result,
                 const DicomSeries & source,
                 const DicomWriteOptions & options,
                 const std::function<void(const std::string & folder, const DicomResultRecord &)> & finish = {});

/** Half the width of the 90 % interval over s:  t_{n-1}(0.95) sqrt(1 + 1/n)  for the mean of n samples, 1.645 for
 * n = 0, a known Gaussian. */
double IntervalFactor(std::int64_t samples);
} // namespace tweedie

#endif
