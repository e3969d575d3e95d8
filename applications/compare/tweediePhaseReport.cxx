// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseReport.h"

#include "tweediePhaseScore.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

std::vector<TableColumn>
Columns()
{
  const auto column = [](const char * key, const char * label, const char * unit, int decimals, bool isDetail = false) {
    return TableColumn{key, label, unit, decimals, BestValue::None, 1.0, isDetail};
  };
  return {column("configuration", "measurement", "", 0),
          column("name", "name", "", 0, true),
          column("method", "method", "", 0),
          column("psnr", "PSNR", "dB", 2),
          column("psnr-unaligned", "unaligned", "dB", 2),
          column("psnr-best-end", "best of the ends", "dB", 2),
          column("psnr-mean-end", "mean of the ends", "dB", 2),
          column("ssim", "SSIM", "", 4),
          column("success", "success", "%", 0),
          column("success-ends", "of single ends", "%", 0),
          column("flipped", "flipped", "%", 0),
          column("flipped-ends", "ends flipped", "%", 0),
          column("deviation-over-error", "std / error", "", 2),
          column("coverage-90", "90 % coverage", "", 3),
          column("correlation", "correlation", "", 2),
          column("kept", "samples kept", "%", 0),
          column("network-calls", "network calls", "", 0),
          column("transforms", "Fourier transforms", "", 0),
          column("data-fit", "data fit", "", 3),
          column("lambda", "TV weight", "", 3),
          column("seconds", "time", "s", 1),
          column("lpips", "LPIPS", "", 4),
          column("fid", "FID", "", 3)};
}

double
Psnr(const SuiteOutcome & outcome, const std::string & method)
{
  return Mean(outcome.Values(method, &SuiteScore::psnr));
}

/** Of those methods the one of the highest mean PSNR; null where none was run. */
template <typename TPredicate>
const SuiteMethod *
BestOf(const SuiteOutcome & outcome, TPredicate isOne)
{
  const SuiteMethod * best = nullptr;
  for (const SuiteMethod & method : outcome.methods)
  {
    if (isOne(method) && (best == nullptr || Psnr(outcome, method.name) > Psnr(outcome, best->name)))
    {
      best = &method;
    }
  }
  return best;
}

double
PsnrOf(const SuiteOutcome & outcome, const SuiteMethod * method)
{
  return method == nullptr ? notKnown : Psnr(outcome, method->name);
}
} // namespace

const SuiteMethod *
BestClassicalPhase(const SuiteOutcome & outcome)
{
  return BestOf(outcome, [](const SuiteMethod & method) { return method.effort == 0; });
}

const SuiteMethod *
BestPosteriorPhase(const SuiteOutcome & outcome)
{
  return BestOf(outcome, [](const SuiteMethod & method) { return method.effort > 0 && method.name != "rmp-truth"; });
}

ReportTable
PhaseTable(const std::vector<SuiteOutcome> & outcomes)
{
  ReportTable table;
  table.columns = Columns();
  for (const SuiteOutcome & outcome : outcomes)
  {
    for (const SuiteMethod & method : outcome.methods)
    {
      const std::string & name = method.name;
      const auto figure = [&](const char * key) { return Mean(outcome.Figures(name, key)); };
      const bool hasSpread = method.samples > 0;
      const auto spread = [&](double value) { return hasSpread ? value : notKnown; };
      table.rows.push_back({outcome.configuration.label,
                            name,
                            method.label,
                            Psnr(outcome, name),
                            figure(PhaseFigures::unaligned),
                            figure(PhaseFigures::best),
                            figure(PhaseFigures::mean),
                            Mean(outcome.Values(name, &SuiteScore::ssim)),
                            100.0 * figure(PhaseFigures::success),
                            100.0 * figure(PhaseFigures::successOfEnds),
                            100.0 * figure(PhaseFigures::flipped),
                            100.0 * figure(PhaseFigures::flippedEnds),
                            spread(outcome.PooledRatio(name, &SuiteScore::found)),
                            spread(outcome.PooledCoverage(name, &SuiteScore::coverage)),
                            spread(outcome.MeanOf(name, &SuiteScore::correlation)),
                            spread(100.0 * figure(PhaseFigures::kept)),
                            method.effort > 0 ? figure(PhaseFigures::networkCalls) : notKnown,
                            figure(PhaseFigures::transforms),
                            outcome.MeanOf(name, &SuiteScore::dataFit),
                            method.isWeighted ? outcome.Lambda(name) : notKnown,
                            outcome.MeanOf(name, &SuiteScore::seconds),
                            Mean(outcome.Values(name, &SuiteScore::lpips)),
                            outcome.MeanOf(name, &SuiteScore::fid)});
    }
  }
  return table;
}

namespace
{
/** Not-a-number where a method was not run. */
std::vector<SuiteRequirement>
AllRequirements(const SuiteOutcome & outcome, const PhaseConfiguration & configuration)
{
  std::vector<SuiteRequirement> list;
  const auto atLeast = [&](const char * what, double low, double value) {
    list.push_back({what, low, infinity, value});
  };
  const double rival = PsnrOf(outcome, BestClassicalPhase(outcome));
  const double rmp = Psnr(outcome, "rmp-20");
  const bool isNoisy = configuration.simulation.noise > 0.02;
  if (configuration.IsIsolated() && isNoisy)
  {
    const SuiteMethod * best = BestPosteriorPhase(outcome);
    atLeast("best method with a prior over the best classical one [dB]", 3.5, PsnrOf(outcome, best) - rival);
    list.push_back({"its results that are flipped",
                    -infinity,
                    0.0,
                    best == nullptr ? notKnown : Mean(outcome.Figures(best->name, PhaseFigures::flipped))});
    return list;
  }
  if (configuration.IsIsolated())
  {
    atLeast("HIO, flip by the prior, RMP, over HIO + TV [dB]", 1.5, Psnr(outcome, "rmp-hio") - Psnr(outcome, "hio-tv"));
    return list;
  }
  if (configuration.simulation.patterns == 1)
  {
    const std::vector<double> ends = outcome.Figures("rmp-20", PhaseFigures::successOfEnds);
    atLeast("RMP, 20 calls: share of the starts from noise that succeed", 1.0, Mean(ends));
    return list;
  }
  atLeast("RMP, 20 calls, over the best classical method [dB]", isNoisy ? 3.5 : 1.0, rmp - rival);
  atLeast("mean of 8 DAPS samples, over RMP [dB]", -0.7, Psnr(outcome, "daps-8") - rmp);
  list.push_back({"its std / error", 0.75, 1.25, outcome.PooledRatio("daps-8", &SuiteScore::found)});
  list.push_back({"its 90 % interval covers", 0.85, 0.96, outcome.PooledCoverage("daps-8", &SuiteScore::coverage)});
  return list;
}
} // namespace

std::vector<SuiteRequirement>
PhaseRequirements(const SuiteOutcome & outcome, const PhaseConfiguration & configuration)
{
  std::vector<SuiteRequirement> list = AllRequirements(outcome, configuration);
  const auto isUnknown = [](const SuiteRequirement & item) { return std::isnan(item.value); };
  list.erase(std::remove_if(list.begin(), list.end(), isUnknown), list.end());
  return list;
}
} // namespace tweedie
