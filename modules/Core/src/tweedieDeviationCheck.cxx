// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeviationCheck.h"

#include "tweedieError.h"
#include "tweedieIncompleteBeta.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::int64_t maximumBins = 12;
constexpr std::int64_t minimumPerBin = 4;

/** P(T > t) for t >= 0. */
double
StudentTail(double t, double degreesOfFreedom)
{
  if (std::isinf(degreesOfFreedom))
  {
    return 0.5 * std::erfc(t / std::sqrt(2.0));
  }
  return 0.5 * RegularizedBeta(0.5 * degreesOfFreedom, 0.5, degreesOfFreedom / (degreesOfFreedom + t * t));
}

double
RootMeanSquare(const at::Tensor & x)
{
  return std::sqrt(x.square().mean().item<double>());
}

double
Correlation(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor x = a - a.mean();
  const at::Tensor y = b - b.mean();
  const double scale = std::sqrt(x.square().sum().item<double>() * y.square().sum().item<double>());
  return scale > 0.0 ? (x * y).sum().item<double>() / scale : DeviationCheck::notKnown;
}

/** Ranks 0 ... n-1; ties get the mean of their ranks. */
at::Tensor
Ranks(const at::Tensor & values)
{
  const at::Tensor order = values.argsort();
  const at::Tensor sorted = values.index_select(0, order).contiguous();
  const double * v = sorted.data_ptr<double>();
  const std::int64_t n = values.numel();
  at::Tensor sortedRanks = at::empty_like(sorted);
  double * r = sortedRanks.data_ptr<double>();
  for (std::int64_t first = 0; first < n;)
  {
    std::int64_t end = first + 1;
    while (end < n && v[end] == v[first])
    {
      ++end;
    }
    std::fill(r + first, r + end, 0.5 * static_cast<double>(first + end - 1));
    first = end;
  }
  return at::empty_like(sorted).index_copy_(0, order, sortedRanks);
}

/** If e = f s z with z ~ N(0,1) independent of s: corr(s, |e|) = E|z| sd(s) / sqrt(E s^2 - (E|z| E s)^2). */
double
CorrelationCeiling(const at::Tensor & s)
{
  const double meanAbsolute = std::sqrt(2.0 / pi);
  const double mean = s.mean().item<double>();
  const double square = s.square().mean().item<double>();
  const double variance = std::max(square - mean * mean, 0.0);
  const double spread = square - meanAbsolute * meanAbsolute * mean * mean;
  return spread > 0.0 ? meanAbsolute * std::sqrt(variance / spread) : DeviationCheck::notKnown;
}

void
FillBins(const at::Tensor & error, const at::Tensor & predicted, DeviationCheck & check)
{
  const std::int64_t n = error.numel();
  const std::int64_t bins = std::clamp<std::int64_t>(n / minimumPerBin, 1, maximumBins);
  const at::Tensor order = predicted.argsort();
  double sum = 0.0;
  for (std::int64_t k = 0; k < bins; ++k)
  {
    const std::int64_t first = n * k / bins;
    const std::int64_t count = n * (k + 1) / bins - first;
    const at::Tensor members = order.narrow(0, first, count);
    const DeviationBin bin{
        RootMeanSquare(predicted.index_select(0, members)), RootMeanSquare(error.index_select(0, members)), count};
    check.bins.push_back(bin);
    sum += bin.predicted > 0.0 ? std::abs(bin.predicted - bin.found) / bin.predicted : 0.0;
  }
  check.calibrationError = sum / static_cast<double>(bins);
}

void
FillCoverage(const at::Tensor & error, const at::Tensor & predicted, DeviationCheck & check)
{
  const double freedom =
      check.samples > 1 ? static_cast<double>(check.samples - 1) : std::numeric_limits<double>::infinity();
  // |e| / s once; a pixel without error is inside every interval, also that of s = 0.
  const at::Tensor score = at::where(error == 0.0, at::zeros_like(error), error.abs() / predicted);
  const auto covered = [&](double level)
  {
    const double bound = StudentQuantile(0.5 * (1.0 + level), freedom);
    return score.le(bound).to(at::kDouble).mean().item<double>();
  };
  for (int percent = 5; percent <= 95; percent += 5)
  {
    check.curve.push_back({percent / 100.0, covered(percent / 100.0)});
  }
  check.curve.push_back({0.99, covered(0.99)});
  check.coverage = covered(0.90);
}

void
RequireUsable(const at::Tensor & error, const at::Tensor & deviation)
{
  if (error.sizes() != deviation.sizes())
  {
    std::ostringstream message;
    message << "deviation check: errors of shape " << error.sizes() << ", standard deviations of shape "
            << deviation.sizes() << "; equal shapes required";
    throw DataError(message.str());
  }
  if (error.is_complex() || deviation.is_complex())
  {
    throw DataError("deviation check: complex numbers given; real errors and standard deviations required");
  }
}
} // namespace

double
StudentQuantile(double probability, double degreesOfFreedom)
{
  if (!(probability > 0.0 && probability < 1.0) || !(degreesOfFreedom > 0.0))
  {
    std::ostringstream message;
    message << "Student quantile: given probability " << probability << " and " << degreesOfFreedom
            << " degrees of freedom; required 0 < probability < 1 and more than 0 degrees";
    throw UsageError(message.str());
  }
  if (probability == 0.5)
  {
    return 0.0;
  }
  const double tail = std::min(probability, 1.0 - probability);
  double low = 0.0;
  double high = 1.0;
  while (StudentTail(high, degreesOfFreedom) > tail && high < 1e300)
  {
    low = high;
    high *= 2.0;
  }
  // Bisection: the tail is monotone, and 200 halvings reach the last bit.
  for (int i = 0; i < 200 && high - low > 0.0; ++i)
  {
    const double middle = 0.5 * (low + high);
    (StudentTail(middle, degreesOfFreedom) > tail ? low : high) = middle;
  }
  const double magnitude = 0.5 * (low + high);
  return probability < 0.5 ? -magnitude : magnitude;
}

DeviationCheck
CheckDeviation(const at::Tensor & error,
               const at::Tensor & deviation,
               std::int64_t samples,
               double factor,
               const at::Tensor & mask)
{
  RequireUsable(error, deviation);
  at::Tensor e = error.to(at::kCPU, at::kDouble).reshape({-1});
  at::Tensor s = deviation.to(at::kCPU, at::kDouble).reshape({-1});
  if (mask.defined())
  {
    const at::Tensor keep = mask.to(at::kCPU).ne(0).expand_as(error).reshape({-1});
    e = e.masked_select(keep);
    s = s.masked_select(keep);
  }
  if (e.numel() < 2)
  {
    throw DataError("deviation check: fewer than two pixels in the mask; two or more required");
  }
  if (!(s.min().item<double>() >= 0.0) || !at::isfinite(s).all().item<bool>() || !at::isfinite(e).all().item<bool>())
  {
    throw DataError("deviation check: negative or non-finite values given; finite, non-negative deviations required");
  }
  DeviationCheck check;
  check.samples = samples;
  check.factor = factor;
  const at::Tensor predicted = s * factor;
  check.predicted = RootMeanSquare(predicted);
  check.found = RootMeanSquare(e);
  check.ratio = check.found > 0.0 ? check.predicted / check.found : DeviationCheck::notKnown;
  const at::Tensor magnitude = e.abs();
  check.correlation = Correlation(magnitude, s);
  check.correlationCeiling = CorrelationCeiling(s);
  check.rankCorrelation = Correlation(Ranks(magnitude), Ranks(s));
  FillBins(e, predicted, check);
  FillCoverage(e, predicted, check);
  return check;
}
} // namespace tweedie
