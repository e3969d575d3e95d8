// SPDX-License-Identifier: Apache-2.0
#include "tweedieMeanDisagreement.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double normalQuantile = 3.0902323; // 99.9 %
constexpr double relevantShift = 0.1;        // posterior standard deviations

/** 99.9 % quantile of F(p, q): ((1 - b) w - (1 - a)) / sqrt(b w^2 + a) ~ N(0, 1), w = F^(1/3), a = 2/(9p), b = 2/(9q).
 */
double
FisherQuantile(double p, double q)
{
  const double a = 2.0 / (9.0 * p);
  const double b = 2.0 / (9.0 * q);
  const double z2 = normalQuantile * normalQuantile;
  const double square = (1.0 - b) * (1.0 - b) - z2 * b;
  const double linear = (1.0 - a) * (1.0 - b);
  const double constant = (1.0 - a) * (1.0 - a) - z2 * a;
  if (square <= 0.0) // so few degrees of freedom that no finite ratio is surprising
  {
    return std::numeric_limits<double>::infinity();
  }
  const double root = (linear + std::sqrt(linear * linear - square * constant)) / square;
  return root * root * root;
}
} // namespace

double
SampleSpread::EffectiveDirections() const
{
  const bool known = std::isfinite(traceOfSquare) && traceOfSquare > 0.0;
  return known ? std::max(1.0, trace * trace / traceOfSquare) : 1.0;
}

MeanDisagreement
CompareMeans(double squaredDifference, const SampleSpread & spread)
{
  MeanDisagreement result;
  if (spread.samples < 2 || !(spread.trace > 0.0))
  {
    return result;
  }
  const auto n = static_cast<double>(spread.samples);
  const double expected = spread.trace / n;
  const double directions = spread.EffectiveDirections();
  result.inStandardErrors = std::sqrt(squaredDifference / expected);
  result.threshold = std::sqrt(FisherQuantile(directions, directions * (n - 1.0)));
  result.inStandardDeviations = std::sqrt(std::max(0.0, squaredDifference - expected) / spread.trace);
  result.significant = result.inStandardErrors > result.threshold && result.inStandardDeviations > relevantShift;
  return result;
}
void
NoteDisagreement(Summary & summary, double squaredDifference, const SampleSpread & spread, const std::string & sampler)
{
  const MeanDisagreement found = CompareMeans(squaredDifference, spread);
  summary.meanDisagreement = found.inStandardErrors;
  summary.nonGaussianPosterior = found.significant;
  if (!found.significant)
  {
    return;
  }
  std::ostringstream text;
  text << std::setprecision(3) << "the mean of rmp and that of the " << sampler << " samples differ by "
       << found.inStandardErrors << " standard errors (by chance below " << found.threshold << ") and "
       << found.inStandardDeviations
       << " posterior standard deviations: the posterior is not Gaussian there, or one of the methods is biased";
  summary.warnings.push_back(text.str());
}
} // namespace tweedie
