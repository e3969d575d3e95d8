// SPDX-License-Identifier: Apache-2.0
#include "tweedieTailProbability.h"

#include "tweedieError.h"
#include "tweedieIncompleteBeta.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr int maximumTerms = 1000000; // a few sqrt(a) are taken near x = a

/** log Gamma(a + 1) - [(a + 1/2) log a - a + log(2 pi)/2]: what Stirling's formula leaves. */
double
StirlingRest(double a)
{
  if (a > 20.0)
  {
    const double b = 1.0 / (a * a); // the next term is below 1e-13
    return (1.0 / 12.0 - b * (1.0 / 360.0 - b * (1.0 / 1260.0 - b / 1680.0))) / a;
  }
  return std::lgamma(a + 1.0) - (a + 0.5) * std::log(a) + a - 0.5 * std::log(2.0 * pi);
}

/** x^a e^-x / Gamma(a + 1) without the cancellation of large numbers (Loader 2000). */
double
GammaFront(double a, double x)
{
  const double u = (x - a) / a;
  const double exponent = -a * (u - std::log1p(u)) - StirlingRest(a);
  return std::exp(exponent) / std::sqrt(2.0 * pi * a);
}

/** P(a, x) / front = sum_k x^k / ((a + 1) ... (a + k)). */
double
GammaSeries(double a, double x)
{
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; k < maximumTerms && term > 1e-17 * sum; ++k)
  {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** Q(a, x) / (a front): the continued fraction of DLMF 8.9.2 by Lentz's method. */
double
GammaFraction(double a, double x)
{
  double b = x + 1.0 - a;
  double c = 1e300;
  double d = 1.0 / b;
  double fraction = d;
  for (int k = 1; k < maximumTerms; ++k)
  {
    const double numerator = -k * (k - a);
    b += 2.0;
    d = 1.0 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (std::abs(c * d - 1.0) < 1e-15)
    {
      break;
    }
  }
  return fraction;
}

void
RequireTrials(std::int64_t trials, double probability)
{
  if (trials < 1 || !(probability >= 0.0 && probability <= 1.0))
  {
    std::ostringstream message;
    message << "binomial law: given " << trials << " trials of probability " << probability
            << "; required one or more and a probability from 0 to 1";
    throw UsageError(message.str());
  }
}

void
RequireLevel(double level)
{
  if (!(level > 0.0 && level < 1.0))
  {
    throw UsageError("binomial band: given level " + std::to_string(level) + "; required 0 < level < 1");
  }
}

/** The p with I_p(a, b) = probability. */
double
BetaQuantile(double probability, double a, double b)
{
  double low = 0.0;
  double high = 1.0;
  // 100 halvings reach the last bit
  for (int i = 0; i < 100; ++i)
  {
    const double middle = 0.5 * (low + high);
    (RegularizedBeta(a, b, middle) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/** P(D_n < d) by the n-th power of a matrix (Marsaglia, Tsang and Wang 2003); entries are rescaled as they grow. */
double
KolmogorovBelow(double distance, std::int64_t count)
{
  const auto n = static_cast<double>(count);
  const auto k = static_cast<std::int64_t>(n * distance) + 1;
  const std::int64_t size = 2 * k - 1;
  const double h = static_cast<double>(k) - n * distance;
  at::Tensor step = at::zeros({size, size}, at::kDouble);
  auto entry = step.accessor<double, 2>();
  for (std::int64_t i = 0; i < size; ++i)
  {
    for (std::int64_t j = 0; j <= std::min(i + 1, size - 1); ++j)
    {
      const auto order = static_cast<double>(i - j + 1);
      double value = 1.0;
      value -= j == 0 ? std::pow(h, static_cast<double>(i + 1)) : 0.0;
      value -= i == size - 1 ? std::pow(h, static_cast<double>(size - j)) : 0.0;
      value += j == 0 && i == size - 1 && 2.0 * h > 1.0 ? std::pow(2.0 * h - 1.0, static_cast<double>(size)) : 0.0;
      entry[i][j] = value * std::exp(-std::lgamma(order + 1.0));
    }
  }
  at::Tensor power = at::eye(size, at::kDouble);
  double logScale = std::lgamma(n + 1.0) - n * std::log(n);
  double stepLog = 0.0;
  for (std::int64_t rest = count; rest > 0; rest /= 2)
  {
    if (rest % 2 == 1)
    {
      power = at::matmul(power, step);
      const double largest = power.abs().max().item<double>();
      power.div_(largest);
      logScale += stepLog + std::log(largest);
    }
    step = at::matmul(step, step);
    const double largest = step.abs().max().item<double>();
    step.div_(largest);
    stepLog = 2.0 * stepLog + std::log(largest);
  }
  return power[k - 1][k - 1].item<double>() * std::exp(logScale);
}

double
KolmogorovSeries(double t)
{
  double sum = 0.0;
  for (int k = 1; k <= 100; ++k)
  {
    sum += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * t * t);
  }
  return std::clamp(sum, 0.0, 1.0);
}
} // namespace

GammaProbabilities
IncompleteGamma(double a, double x)
{
  if (!(a > 0.0) || std::isnan(x))
  {
    throw UsageError("incomplete gamma function: given a = " + std::to_string(a) + ", x = " + std::to_string(x) +
                     "; required a > 0");
  }
  if (x <= 0.0 || std::isinf(x))
  {
    return x <= 0.0 ? GammaProbabilities{0.0, 1.0} : GammaProbabilities{1.0, 0.0};
  }
  if (x < a + 1.0)
  {
    const double below = GammaFront(a, x) * GammaSeries(a, x);
    return {below, 1.0 - below};
  }
  const double above = GammaFront(a, x) * a * GammaFraction(a, x);
  return {1.0 - above, above};
}

double
ChiSquareTail(double x, double degreesOfFreedom)
{
  return IncompleteGamma(0.5 * degreesOfFreedom, 0.5 * x).above;
}

double
ChiSquareTwoSided(double x, double degreesOfFreedom)
{
  const GammaProbabilities tails = IncompleteGamma(0.5 * degreesOfFreedom, 0.5 * x);
  return std::min(1.0, 2.0 * std::min(tails.below, tails.above));
}

double
NormalTwoSided(double z)
{
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

double
StudentTwoSided(double t, double degreesOfFreedom)
{
  return RegularizedBeta(0.5 * degreesOfFreedom, 0.5, degreesOfFreedom / (degreesOfFreedom + t * t));
}

double
BinomialBelow(std::int64_t successes, std::int64_t trials, double probability)
{
  RequireTrials(trials, probability);
  if (successes < 0 || successes >= trials)
  {
    return successes < 0 ? 0.0 : 1.0;
  }
  return RegularizedBeta(
      static_cast<double>(trials - successes), static_cast<double>(successes) + 1.0, 1.0 - probability);
}

std::int64_t
BinomialQuantile(double level, std::int64_t trials, double probability)
{
  RequireTrials(trials, probability);
  std::int64_t low = 0;
  std::int64_t high = trials;
  while (low < high)
  {
    const std::int64_t middle = (low + high) / 2;
    if (BinomialBelow(middle, trials, probability) >= level)
    {
      high = middle;
    }
    else
    {
      low = middle + 1;
    }
  }
  return low;
}

CountBand
BinomialBand(double level, std::int64_t trials, double probability)
{
  RequireLevel(level);
  return {BinomialQuantile(0.5 * (1.0 - level), trials, probability),
          BinomialQuantile(0.5 * (1.0 + level), trials, probability)};
}

ProbabilityInterval
BinomialInterval(double level, std::int64_t successes, std::int64_t trials)
{
  RequireLevel(level);
  RequireTrials(trials, 0.5);
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  return {successes <= 0 ? 0.0 : BetaQuantile(0.5 * (1.0 - level), k, n - k + 1.0),
          successes >= trials ? 1.0 : BetaQuantile(0.5 * (1.0 + level), k + 1.0, n - k)};
}

double
KolmogorovTail(double distance, std::int64_t count)
{
  if (count < 1 || std::isnan(distance))
  {
    throw UsageError("Kolmogorov-Smirnov: given " + std::to_string(count) + " numbers; required one or more");
  }
  const double root = std::sqrt(static_cast<double>(count));
  if (distance <= 0.5 / static_cast<double>(count) || distance >= 1.0)
  {
    return distance >= 1.0 ? 0.0 : 1.0;
  }
  constexpr double farOut = 3.0; // the series is 3e-8 there, below the rounding of 1 - P that matters
  if (root * distance > farOut)
  {
    return KolmogorovSeries(root * distance);
  }
  return count <= 1000 ? std::clamp(1.0 - KolmogorovBelow(distance, count), 0.0, 1.0)
                       : KolmogorovSeries((root + 0.12 + 0.11 / root) * distance);
}
} // namespace tweedie
