// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieResidualCheck_h
#define tweedieResidualCheck_h

#include "tweedieVerdict.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** (y - A x)/sigma as real numbers of unit variance. A complex noise has E|n|^2 = sigma^2, sigma^2/2 per part: its
 * residual gives two numbers, times sqrt(2). residual [samples, ...], sigma broadcastable; returns [samples, m]. */
at::Tensor WhitenedNumbers(const at::Tensor & residual, const at::Tensor & sigma);

/** What the misfit of posterior samples says about the model and its noise level.
 *
 * With r(x) = S^-1/2 (y - A x) in m real numbers and a right model, truth and sample are exchangeable given y, so that
 * |r(x_i)|^2 has the law chi^2_m of the noise. The mean mu fits more closely. From r(x) = r(mu) + S^-1/2 A (mu - x),
 * where the second term has mean 0 and covariance K = S^-1/2 A C A^T S^-1/2 given y,
 *
 *    E |r(mu)|^2 = m - tr K,     and of the mean of n samples   E |r(mean)|^2 = m - (1 - 1/n) tr K
 *
 * tr K is estimated by the variances of the samples' own r. Then |r(mean)|^2 - m + (1 - 1/n) tr K equals the mean of
 * |r(x_i)|^2 - m, number for number: both tests judge one difference D, but by different laws. One sample has variance
 * 2 m; for a Gaussian posterior and a linear A
 *
 *    Var D = 2 m - (1 - 1/n)(4 tr K - 2 tr K^2)
 *
 * which is far less than 2 m where the data are fitted closely. tr K^2: unbiased for Gaussian samples (Srivastava
 * 2005). */
struct ResidualCheck
{
  std::int64_t numbers = 0;      ///< m
  std::int64_t samples = 0;      ///< n
  std::vector<double> perNumber; ///< |r(x_i)|^2/m
  std::vector<double> pValues;   ///< two-sided, chi^2_m, each sample for itself
  double meanPerNumber = 0.0;
  double pOfSamples = 1.0;    ///< twice their median, valid for dependent p-values (Rueschendorf 1982)
  double ofMean = 0.0;        ///< |r(mean)|^2
  double expected = 0.0;      ///< m - (1 - 1/n) tr K
  double expectedError = 0.0; ///< Monte-Carlo standard error of that, from n samples
  double spread = 0.0;        ///< tr K
  double deviation = 0.0;     ///< sqrt(Var D)
  double pOfMean = 1.0;       ///< two-sided, normal: D/deviation
  double ratioOfMean = 0.0;   ///< (|r(mean)|^2 - tr K/n)/(m - tr K): 1 for a right model, about (true/assumed noise)^2
};

/** whitened [n, m]: r of n >= 2 samples (WhitenedNumbers). */
ResidualCheck CheckResiduals(const at::Tensor & whitened);

/** "residual-of-samples": mean |r|^2/m inside 1 -+ equivalence; the p-value is in the statement only, as with many
 * measurements it rejects also what is good enough. */
Verdict SampleResidualVerdict(const ResidualCheck & check, double equivalence = 0.1);

/** "residual-of-mean": ratioOfMean inside 1 -+ (equivalence + 2.6 standard errors). NotTested where the data are
 * fitted so closely that m - tr K is less than five standard errors. */
Verdict MeanResidualVerdict(const ResidualCheck & check, double equivalence = 0.1);
} // namespace tweedie

#endif
