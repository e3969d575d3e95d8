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

std::vector<MRISuiteColumn>
MRIDeviationColumns()
{
  const auto ratio = [](double SuiteScore::*found)
  { return [found](const SuiteOutcome & outcome) { return outcome.PooledRatio("daps-8", found); }; };
  const auto coverage = [](double SuiteScore::*covered)
  { return [covered](const SuiteOutcome & outcome) { return outcome.PooledCoverage("daps-8", covered); }; };
  return {{{"deviation-over-error", "std / error, rmp-20", "", 2, BestValue::None}, ratio(&SuiteScore::foundBeside)},
          {{"coverage-90", "90 % coverage, rmp-20", "", 3, BestValue::None}, coverage(&SuiteScore::coverageBeside)},
          {{"deviation-over-error-samples", "std / error, samples", "", 2, BestValue::None}, ratio(&SuiteScore::found)},
          {{"coverage-90-samples", "90 % coverage, samples", "", 3, BestValue::None}, coverage(&SuiteScore::coverage)}};
}

namespace
{
std::vector<MRISuiteColumn>
HiddenColumns(const SuiteMethod & method)
{
  const std::string & name = method.name;
  const auto mean = [name](std::vector<double> SuiteScore::*member)
  { return [=](const SuiteOutcome & outcome) { return Mean(outcome.Values(name, member)); }; };
  const auto ofSeeds = [name](double SuiteScore::*member)
  { return [=](const SuiteOutcome & outcome) { return outcome.MeanOf(name, member); }; };
  const auto column = [&](const char * key, const char * label, const char * unit, int digits)
  {
    return TableColumn{
        std::string(key) + "-" + name, label + (" " + method.label), unit, digits, BestValue::None, 0, true};
  };
  return {{column("ssim", "SSIM", "", 4), mean(&SuiteScore::ssim)},
          {column("lpips", "LPIPS", "", 4), mean(&SuiteScore::lpips)},
          {column("fid", "FID", "", 3), ofSeeds(&SuiteScore::fid)},
          {column("seconds", "time", "s", 1), ofSeeds(&SuiteScore::seconds)},
          {column("data-fit", "data fit", "", 3), ofSeeds(&SuiteScore::dataFit)}};
}
} // namespace

ReportTable
MRISuiteTable(const std::vector<SuiteMethod> & methods,
              const std::vector<MRISuiteColumn> & own,
              const std::vector<SuiteOutcome> & outcomes)
{
  std::vector<MRISuiteColumn> columns;
  for (const SuiteMethod & method : methods)
  {
    columns.push_back({{"psnr-" + method.name, method.label, "dB", 2, BestValue::None},
                       [name = method.name](const SuiteOutcome & outcome)
                       { return Mean(outcome.Values(name, &SuiteScore::psnr)); }});
  }
  columns.insert(columns.end(), own.begin(), own.end());
  for (const SuiteMethod & method : methods)
  {
    const std::vector<MRISuiteColumn> hidden = HiddenColumns(method);
    columns.insert(columns.end(), hidden.begin(), hidden.end());
  }
  ReportTable table;
  table.columns.push_back({"configuration", "measurement", "", 0, BestValue::None});
  for (const MRISuiteColumn & column : columns)
  {
    table.columns.push_back(column.column);
  }
  for (const SuiteOutcome & outcome : outcomes)
  {
    std::vector<TableCell> row{outcome.configuration.label};
    for (const MRISuiteColumn & column : columns)
    {
      row.emplace_back(column.value(outcome));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}
} // namespace tweedie
