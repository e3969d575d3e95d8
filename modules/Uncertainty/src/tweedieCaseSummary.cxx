// SPDX-License-Identifier: Apache-2.0
#include "tweedieCaseSummary.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

namespace tweedie
{
namespace
{
using Number = std::function<double(const CaseScore &)>;

std::vector<double>
ValuesOf(const std::vector<GroupedCase> & cases, const Number & number)
{
  std::vector<double> values;
  for (const GroupedCase & one : cases)
  {
    values.push_back(number(one.score));
  }
  return values;
}

double
MeanOf(const std::vector<double> & values)
{
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<std::int64_t>
GroupsOf(const std::vector<GroupedCase> & cases)
{
  std::vector<std::int64_t> groups;
  for (const GroupedCase & one : cases)
  {
    groups.push_back(one.group);
  }
  return groups;
}

std::int64_t
CountGroups(const std::vector<std::int64_t> & groups)
{
  return static_cast<std::int64_t>(std::set<std::int64_t>(groups.begin(), groups.end()).size());
}

/** The number whose mean over the cases is the coverage. */
LevelCoverage
CoverageOf(const std::vector<GroupedCase> & cases, double level, const Number & covered)
{
  const std::vector<std::int64_t> groups = GroupsOf(cases);
  const std::vector<double> values = ValuesOf(cases, covered);
  LevelCoverage coverage{level, MeanOf(values)};
  if (CountGroups(groups) > 1)
  {
    const BootstrapBand band = GroupBootstrapMean(groups, values);
    coverage.low = band.low;
    coverage.high = band.high;
  }
  return coverage;
}

void
AddCoverage(const std::vector<GroupedCase> & cases, CaseSummary & summary)
{
  const CaseScore & first = cases.front().score;
  for (std::size_t i = 0; i < first.covered.size(); ++i)
  {
    summary.byDeviations.push_back(
        CoverageOf(cases, CaseLevels()[i], [i](const CaseScore & score) { return score.covered.at(i); }));
  }
  const auto places = static_cast<std::int64_t>(first.rankShares.size());
  for (std::int64_t k = (places - 1) / 2; k > 0; --k)
  {
    const double level = static_cast<double>(places - 2 * k) / static_cast<double>(places);
    const auto covered = [k](const CaseScore & score)
    { return std::accumulate(score.rankShares.begin() + k, score.rankShares.end() - k, 0.0); };
    summary.byRanks.push_back(CoverageOf(cases, level, covered));
  }
}

void
AddRatio(const std::vector<GroupedCase> & cases, CaseSummary & summary)
{
  if (std::isnan(cases.front().score.predicted) || summary.groups < 2)
  {
    return;
  }
  const auto ratio = [&](const std::vector<std::int64_t> & chosen)
  {
    double predicted = 0.0, found = 0.0;
    for (const std::int64_t index : chosen)
    {
      const CaseScore & score = cases[static_cast<std::size_t>(index)].score;
      predicted += score.predicted * score.predicted;
      found += score.found * score.found;
    }
    return std::sqrt(predicted / found);
  };
  summary.ratio = GroupBootstrap(GroupsOf(cases), ratio);
}

/** Ranks of a quantity: of all cases, or of the first of each group. */
at::Tensor
RanksOfQuantity(const std::vector<GroupedCase> & cases, const std::string & name, bool onePerGroup)
{
  std::vector<std::int64_t> ranks;
  std::set<std::int64_t> seen;
  for (const GroupedCase & one : cases)
  {
    if (seen.insert(one.group).second || !onePerGroup)
    {
      ranks.push_back(one.score.ranks.at(name));
    }
  }
  return at::tensor(ranks, at::kLong);
}

std::optional<RankHistogram>
HistogramOf(const at::Tensor & ranks, std::int64_t samples)
{
  constexpr std::int64_t most = 16;
  constexpr std::int64_t expected = 5; // of each bin: below it chi-square is not the law
  for (std::int64_t bins = std::min(most, samples + 1); bins > 2; --bins)
  {
    if ((samples + 1) % bins == 0 && ranks.numel() >= expected * bins)
    {
      return HistogramOfRanks(ranks, samples, bins);
    }
  }
  return std::nullopt;
}

void
AddRanks(const std::vector<GroupedCase> & cases, std::uint64_t seed, CaseSummary & summary)
{
  for (const auto & [name, rank] : cases.front().score.ranks)
  {
    const bool isEverywhere = std::all_of(cases.begin(),
                                          cases.end(),
                                          [&, &key = name](const GroupedCase & one)
                                          { return one.score.ranks.find(key) != one.score.ranks.end(); });
    if (!isEverywhere)
    {
      continue; // a region that some slice does not have
    }
    const at::Tensor all = RanksOfQuantity(cases, name, false), single = RanksOfQuantity(cases, name, true);
    if (name == TarpQuantity)
    {
      summary.tarp = CheckTarp(all, summary.samples, seed);
      summary.pOfTarp = CheckTarp(single, summary.samples, seed).uniformity.pValue;
      continue;
    }
    QuantityRanks quantity{name, CurveOfRanks(all, summary.samples), 1.0, HistogramOf(all, summary.samples)};
    const RankCurve independent = CurveOfRanks(single, summary.samples);
    quantity.curve.low = independent.low;
    quantity.curve.high = independent.high;
    quantity.pValue = independent.pValue;
    summary.quantities.push_back(std::move(quantity));
  }
}

/** Cases of a group count once. */
void
AddGain(const std::vector<GroupedCase> & cases, CaseSummary & summary)
{
  std::map<std::int64_t, SampleErrors> groups;
  for (const GroupedCase & one : cases)
  {
    groups[one.group].single += one.score.single;
    groups[one.group].mean += one.score.mean;
  }
  std::vector<SampleErrors> errors;
  for (const auto & [group, error] : groups)
  {
    errors.push_back(error);
  }
  summary.gain = CheckPosteriorGain(errors, summary.samples);
}

void
AddMeans(const std::vector<GroupedCase> & cases, CaseScore & mean)
{
  const auto average = [&](double CaseScore::*member)
  { mean.*member = MeanOf(ValuesOf(cases, [member](const CaseScore & score) { return score.*member; })); };
  for (double CaseScore::*member : {&CaseScore::psnr,
                                    &CaseScore::rankedScore,
                                    &CaseScore::calibration,
                                    &CaseScore::calibrationOracle,
                                    &CaseScore::spearman,
                                    &CaseScore::spearmanOracle,
                                    &CaseScore::sparsification,
                                    &CaseScore::sparsificationAtRandom,
                                    &CaseScore::single,
                                    &CaseScore::mean,
                                    &CaseScore::dataFit,
                                    &CaseScore::seconds})
  {
    average(member);
  }
  const auto root = [&](const Number & number) { return std::sqrt(MeanOf(ValuesOf(cases, number))); };
  mean.found = root([](const CaseScore & score) { return score.found * score.found; });
  mean.predicted = root([](const CaseScore & score) { return score.predicted * score.predicted; });
  for (double SplitScore::*member : {&SplitScore::measured,
                                     &SplitScore::unmeasured,
                                     &SplitScore::predictedMeasured,
                                     &SplitScore::predictedUnmeasured})
  {
    mean.split.*member = MeanOf(ValuesOf(cases, [member](const CaseScore & score) { return score.split.*member; }));
  }
}
} // namespace

CaseSummary
SummarizeCases(const std::vector<GroupedCase> & cases, std::uint64_t seed)
{
  if (cases.empty())
  {
    throw DataError("cases: given none; required one or more");
  }
  CaseSummary summary;
  summary.cases = static_cast<std::int64_t>(cases.size());
  summary.groups = CountGroups(GroupsOf(cases));
  summary.samples = cases.front().score.samples;
  for (const GroupedCase & one : cases)
  {
    if (one.score.samples != summary.samples)
    {
      throw DataError("cases: given " + std::to_string(summary.samples) + " and " + std::to_string(one.score.samples) +
                      " samples; required as many in each");
    }
  }
  AddCoverage(cases, summary);
  AddRatio(cases, summary);
  if (summary.samples > 0)
  {
    AddRanks(cases, seed, summary);
    AddGain(cases, summary);
  }
  AddMeans(cases, summary.mean);
  return summary;
}

std::optional<LevelCoverage>
CoverageAt(const std::vector<LevelCoverage> & curve, double level)
{
  constexpr double closely = 0.04;
  const auto nearest = std::min_element(curve.begin(),
                                        curve.end(),
                                        [level](const LevelCoverage & a, const LevelCoverage & b)
                                        { return std::abs(a.level - level) < std::abs(b.level - level); });
  return nearest != curve.end() && std::abs(nearest->level - level) <= closely ? std::optional(*nearest) : std::nullopt;
}

std::optional<LevelCoverage>
StatedCoverage(const CaseSummary & summary, double level)
{
  const std::optional<LevelCoverage> byRanks = CoverageAt(summary.byRanks, level);
  return byRanks ? byRanks : CoverageAt(summary.byDeviations, level);
}
} // namespace tweedie
