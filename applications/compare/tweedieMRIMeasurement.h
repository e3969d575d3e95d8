// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIMeasurement_h
#define tweedieMRIMeasurement_h

#include "tweedieMRIScan.h"
#include "tweedieSuiteProtocol.h"

#include <functional>
#include <vector>

namespace tweedie
{
/** A simulated scan and the ways back from it that suites of MRI have: classical methods by their names, posterior ones
 * by effort noise levels. */
class MRIMeasurement final : public SuiteMeasurement
{
public:
  /** options must outlive this. */
  MRIMeasurement(MRIScan scan, Volume truth, const SuiteOptions & options, std::int64_t seed);

  const Volume & Truth() const override;
  VolumeEstimate Reconstruct(const SuiteMethod & method,
                             double lambda,
                             const Volume & start,
                             const ProgressCallback & progress) const override;

private:
  MRIScan m_Scan;
  Volume m_Truth;
  const SuiteOptions & m_Options;
  std::int64_t m_Seed;
};

/** A column of a suite, and its number. */
struct MRISuiteColumn
{
  TableColumn column;
  std::function<double(const SuiteOutcome &)> value;
};

/** The standard deviation of the samples of "daps-8" against the errors of "rmp-20" and of their own mean. */
std::vector<MRISuiteColumn> MRIDeviationColumns();

/** PSNR of each method, the suite's own columns, and what people see when they ask for it: SSIM, LPIPS, FID, time and
 * data fit of each method. */
ReportTable MRISuiteTable(const std::vector<SuiteMethod> & methods,
                          const std::vector<MRISuiteColumn> & own,
                          const std::vector<SuiteOutcome> & outcomes);
} // namespace tweedie

#endif
