// SPDX-License-Identifier: Apache-2.0
#include "tweedieCountNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** From this variance on a number is drawn as a rounded normal one: a skewness of 0.03 is below any test of an image.
 */
constexpr double normalFrom = 1000.0;

/** Where inversion begins: what lies lower has a probability below 1e-70, and that of 0 may be too small for a double.
 */
double
FirstCount(double mean, double variance)
{
  return std::floor(std::max(0.0, mean - 20.0 * std::sqrt(variance)));
}

double
LastCount(double mean, double variance)
{
  return std::ceil(mean + 40.0 * std::sqrt(variance) + 40.0);
}

/** The count from begin to last at which the sum of probabilities passes u; first: p(begin); next: p(k) / p(k - 1). */
template <typename TRatio>
double
Inverted(double u, double begin, double first, double last, const TRatio & next)
{
  double count = begin;
  double term = first;
  // The sum stops short of 1 by rounding: no count lies further than last.
  for (double sum = term; u >= sum && count < last; sum += term)
  {
    count += 1.0;
    term *= next(count);
  }
  return count;
}

double
LogFactorial(double n)
{
  return std::lgamma(n + 1.0);
}

double
Poisson(double mean, double u, double normal)
{
  if (mean > normalFrom)
  {
    return std::max(0.0, std::round(mean + std::sqrt(mean) * normal));
  }
  const double begin = FirstCount(mean, mean);
  const double logFirst = begin > 0.0 ? begin * std::log(mean) - mean - LogFactorial(begin) : -mean;
  return Inverted(u, begin, std::exp(logFirst), LastCount(mean, mean), [mean](double count) { return mean / count; });
}

/** Of n with a probability of at most one half. */
double
Binomial(double n, double p, double u, double normal)
{
  const double mean = n * p;
  const double variance = mean * (1.0 - p);
  if (variance > normalFrom)
  {
    return std::min(n, std::max(0.0, std::round(mean + std::sqrt(variance) * normal)));
  }
  const double odds = p / (1.0 - p);
  const double begin = FirstCount(mean, variance);
  const double ways = LogFactorial(n) - LogFactorial(begin) - LogFactorial(n - begin);
  const double logFirst = (begin > 0.0 ? ways + begin * std::log(odds) : 0.0) + n * std::log1p(-p);
  return Inverted(u,
                  begin,
                  std::exp(logFirst),
                  std::min(n, LastCount(mean, variance)),
                  [n, odds](double count) { return odds * (n - count + 1.0) / count; });
}

template <typename TNumber>
at::Tensor
DrawEach(const at::Tensor & parameters, RandomStreams & random, const TNumber & number)
{
  const at::Tensor uniform = random.Uniform(parameters.sizes().slice(1), at::kDouble).contiguous();
  const at::Tensor normal = random.NormalLike(parameters).contiguous();
  const at::Tensor plain = parameters.contiguous();
  at::Tensor numbers = at::empty_like(plain);
  const double * parameter = plain.data_ptr<double>();
  const double * u = uniform.data_ptr<double>();
  const double * n = normal.data_ptr<double>();
  double * out = numbers.data_ptr<double>();
  for (std::int64_t i = 0; i < plain.numel(); ++i)
  {
    out[i] = number(parameter[i], u[i], n[i]);
  }
  return numbers;
}
} // namespace

at::Tensor
DrawPoisson(const at::Tensor & means, RandomStreams & random)
{
  return DrawEach(means, random, Poisson);
}

at::Tensor
DrawBinomial(const at::Tensor & counts, double probability, RandomStreams & random)
{
  const bool isRare = probability <= 0.5;
  const double p = isRare ? probability : 1.0 - probability;
  return DrawEach(counts,
                  random,
                  [isRare, p](double n, double u, double normal)
                  {
                    const double drawn = Binomial(n, p, u, normal);
                    return isRare ? drawn : n - drawn;
                  });
}
} // namespace tweedie
