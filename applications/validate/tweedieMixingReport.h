// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMixingReport_h
#define tweedieMixingReport_h

#include "tweedieClosedFormMethods.h"
#include "tweedieReportPage.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The picture of each method among these that is no variant, and of exact draws: two-pixels.png and a section. */
void AddTwoPixels(const std::vector<ClosedFormMethod> & methods,
                  const std::string & folder,
                  const ProgressCallback & progress,
                  ReportPage & page);

/** How long pnp-dm takes for an independent draw, on the problems with a Gaussian posterior: a section, and the table.
 */
ReportTable AddMixing(const ProgressCallback & progress, ReportPage & page);
} // namespace tweedie

#endif
