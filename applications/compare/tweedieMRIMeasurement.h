// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIMeasurement_h
#define tweedieMRIMeasurement_h

#include "tweedieMRIScan.h"
#include "tweedieSuiteProtocol.h"

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

/** SSIM, LPIPS, FID, time and data fit of each method, which people see when they ask for them. */
std::vector<TableColumn> MRIScoreColumns(const std::vector<SuiteMethod> & methods);
void AddMRIScores(const SuiteOutcome & outcome, std::vector<TableCell> & row);
} // namespace tweedie

#endif
