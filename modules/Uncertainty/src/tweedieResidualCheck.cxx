// SPDX-License-Identifier: Apache-2.0
#include "tweedieResidualCheck.h"

#include "tweedieError.h"
#include "tweedieRealTensor.h"
#include "tweedieTailProbability.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
/** tr K^2 from the products of n centred rows; unbiased for Gaussian rows. */
double
SquareTrace(const at::Tensor & centred, double trace)
{
  const double freedom = static_cast<double>(centred.size(0)) - 1.0;
  if (freedom < 2.0)
  {
    return 0.0;
  }
  const at::Tensor products = at::matmul(centred, centred.t()) / freedom;
  const double square = products.square().sum().item<double>() - trace * trace / freedom;
  return std::max(0.0, square * freedom * freedom / ((freedom - 1.0) * (freedom + 2.0)));
}

std::string
Short(double value)
{
  std::ostringstream text;
  text.precision(3);
  text << value;
  return text.str();
}
} // namespace

at::Tensor
WhitenedNumbers(const at::Tensor & residual, const at::Tensor & sigma)
{
  const at::Tensor scaled = residual / sigma;
  const at::Tensor parts = scaled.is_complex() ? at::view_as_real(scaled) * std::sqrt(2.0) : scaled;
  return parts.to(at::kCPU, at::kDouble).reshape({residual.size(0), -1});
}

ResidualCheck
CheckResiduals(const at::Tensor & whitened)
{
  const at::Tensor r = RealTensor(whitened, 2, "residuals");
  if (r.size(0) < 2)
  {
    throw DataError("residuals: given one sample; required two or more");
  }
  ResidualCheck check;
  check.samples = r.size(0);
  check.numbers = r.size(1);
  const auto n = static_cast<double>(check.samples);
  const auto m = static_cast<double>(check.numbers);
  const at::Tensor squares = r.square().sum(1);
  for (std::int64_t i = 0; i < check.samples; ++i)
  {
    const double square = squares[i].item<double>();
    check.perNumber.push_back(square / m);
    check.pValues.push_back(ChiSquareTwoSided(square, m));
  }
  check.meanPerNumber = squares.mean().item<double>() / m;
  std::vector<double> sorted = check.pValues;
  std::sort(sorted.begin(), sorted.end());
  check.pOfSamples = std::min(1.0, 2.0 * sorted[sorted.size() / 2]); // the upper median: on the safe side
  const at::Tensor mean = r.mean(0);
  const at::Tensor centred = r - mean;
  check.ofMean = mean.square().sum().item<double>();
  check.spread = centred.square().sum().item<double>() / (n - 1.0);
  const double square = SquareTrace(centred, check.spread);
  const double less = 1.0 - 1.0 / n;
  check.expected = m - less * check.spread;
  check.expectedError = less * std::sqrt(2.0 * square / (n - 1.0));
  // no eigenvalue of K exceeds 1 where the model is right: the variance is not below 2 m/n
  check.deviation = std::sqrt(std::max(2.0 * m / n, 2.0 * m - less * (4.0 * check.spread - 2.0 * square)));
  check.pOfMean = NormalTwoSided((check.ofMean - check.expected) / check.deviation);
  check.ratioOfMean = (check.ofMean - check.spread / n) / (m - check.spread);
  return check;
}

Verdict
SampleResidualVerdict(const ResidualCheck & check, double equivalence)
{
  Verdict verdict;
  verdict.key = "residual-of-samples";
  verdict.label = "Residual of the samples";
  verdict.value = check.meanPerNumber;
  verdict.low = 1.0 - equivalence;
  verdict.high = 1.0 + equivalence;
  verdict = JudgeRange(verdict);
  verdict.statement = "The squared misfit of a sample is " + Short(check.meanPerNumber) +
                      " times that of noise of the stated level (p = " + Short(check.pOfSamples) + ").";
  return verdict;
}

Verdict
MeanResidualVerdict(const ResidualCheck & check, double equivalence)
{
  Verdict verdict;
  verdict.key = "residual-of-mean";
  verdict.label = "Residual of the mean";
  const double rest = static_cast<double>(check.numbers) - check.spread;
  if (!(rest > 5.0 * check.deviation))
  {
    verdict.statement = "The samples fit the data so closely that the misfit of their mean says nothing about the "
                        "noise level.";
    return verdict;
  }
  const double width = equivalence + 2.6 * check.deviation / rest;
  verdict.value = check.ratioOfMean;
  verdict.low = 1.0 - width;
  verdict.high = 1.0 + width;
  verdict = JudgeRange(verdict);
  verdict.statement = "The squared misfit of the mean is " + Short(check.ratioOfMean) +
                      " times what the noise level and the spread of the samples leave (p = " + Short(check.pOfMean) +
                      ").";
  return verdict;
}
} // namespace tweedie
