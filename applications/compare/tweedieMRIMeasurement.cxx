// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIMeasurement.h"

#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieSuiteSupport.h"

namespace tweedie
{
MRIMeasurement::MRIMeasurement(MRIScan scan, Volume truth, const SuiteOptions & options, std::int64_t seed)
    : m_Scan(std::move(scan)), m_Truth(std::move(truth)), m_Options(options), m_Seed(seed)
{
}

const Volume &
MRIMeasurement::Truth() const
{
  return m_Truth;
}

VolumeEstimate
MRIMeasurement::Reconstruct(const SuiteMethod & method,
                            double lambda,
                            const Volume &,
                            const ProgressCallback & progress) const
{
  if (method.effort == 0)
  {
    MRIClassicalOptions classical;
    classical.method = method.method;
    classical.device = m_Options.device;
    if (method.isWeighted)
    {
      classical.lambda = lambda;
      classical.iterations = *m_Options.tvIterations;
      classical.tolerance = 1e-4; // of the gap: a hundredth of a decibel
    }
    return ReconstructClassical(m_Scan, classical, progress);
  }
  PosteriorOptions posterior;
  posterior.method = method.method;
  posterior.prior = m_Options.prior;
  posterior.steps = method.effort;
  posterior.samples = method.samples;
  posterior.keepSamples = method.samples > 0;
  posterior.seed = m_Seed;
  posterior.device = m_Options.device;
  return ReconstructPosterior(m_Scan, posterior, progress);
}

std::vector<TableColumn>
MRIScoreColumns(const std::vector<SuiteMethod> & methods)
{
  std::vector<TableColumn> columns;
  for (const SuiteMethod & method : methods)
  {
    columns.push_back({"ssim-" + method.name, "SSIM " + method.label, "", 4, BestValue::None, 0, true});
    columns.push_back({"lpips-" + method.name, "LPIPS " + method.label, "", 4, BestValue::None, 0, true});
    columns.push_back({"fid-" + method.name, "FID " + method.label, "", 3, BestValue::None, 0, true});
    columns.push_back({"seconds-" + method.name, "time " + method.label, "s", 1, BestValue::None, 0, true});
    columns.push_back({"data-fit-" + method.name, "data fit " + method.label, "", 3, BestValue::None, 0, true});
  }
  return columns;
}

void
AddMRIScores(const SuiteOutcome & outcome, std::vector<TableCell> & row)
{
  for (const SuiteMethod & method : outcome.methods)
  {
    row.emplace_back(Mean(outcome.Values(method.name, &SuiteScore::ssim)));
    row.emplace_back(Mean(outcome.Values(method.name, &SuiteScore::lpips)));
    row.emplace_back(outcome.MeanOf(method.name, &SuiteScore::fid));
    row.emplace_back(outcome.MeanOf(method.name, &SuiteScore::seconds));
    row.emplace_back(outcome.MeanOf(method.name, &SuiteScore::dataFit));
  }
}
} // namespace tweedie
