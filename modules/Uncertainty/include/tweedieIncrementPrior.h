// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIncrementPrior_h
#define tweedieIncrementPrior_h

#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace tweedie
{
enum class IncrementLaw
{
  Gauss,
  Laplace,
  BernoulliLaplace,
  StudentT
};

/** Signals of one dimension with independent increments, sparse or not:
 *
 *    x_1 ~ N(0, v_0),   x_i = x_(i-1) + u_i,   u_i independent of one law      (Unser and Tafti, 2014)
 *
 *    gauss              N(0, scale^2)
 *    laplace            exp(-|u| / scale) / (2 scale)
 *    bernoulli-laplace  0, or with probability jump a Laplace number
 *    student-t          Student's t with freedom degrees of freedom, times scale */
struct IncrementPrior
{
  IncrementLaw law = IncrementLaw::Gauss;
  std::int64_t length = 64;
  double scale = 1.0;
  double jump = 1.0;        ///< bernoulli-laplace
  std::int64_t freedom = 3; ///< student-t
  double firstVariance = 1.0;

  /** "gauss", "laplace", "bernoulli-laplace" or "student-t". */
  std::string Name() const;

  /** Of an increment; infinite for two degrees of freedom or fewer. */
  double IncrementVariance() const;

  /** log p(u) elementwise, in double; of bernoulli-laplace the density that it has besides its atom at 0. */
  at::Tensor LogIncrement(const at::Tensor & u) const;

  /** d log p / du; zero at the kink of the Laplace law. */
  at::Tensor IncrementScore(const at::Tensor & u) const;

  /** x_1 and the increments of signals [B, n], and back. */
  at::Tensor Increments(const at::Tensor & signals) const;
  at::Tensor Signals(const at::Tensor & increments) const;

  /** log p(x) of signals [B, n] up to a constant; of bernoulli-laplace over increments that are exactly 0 (taken as
   * such below 1e-9 scales) and others, each in its own measure. */
  at::Tensor LogDensity(const at::Tensor & signals) const;

  /** One signal per stream, [streams, n] in double. */
  at::Tensor Draw(RandomStreams & random) const;
};

/** The laws of the benchmark of Zach, Haouchat and Unser (2025): gauss of variance 0.25, laplace 1, bernoulli-laplace
 * (0.1, 1), student-t of 1, 2 and 3 degrees of freedom. */
IncrementPrior GaussIncrements(std::int64_t length, double variance = 0.25);
IncrementPrior LaplaceIncrements(std::int64_t length, double scale = 1.0);
IncrementPrior BernoulliLaplaceIncrements(std::int64_t length, double jump = 0.1, double scale = 1.0);
IncrementPrior StudentIncrements(std::int64_t length, std::int64_t freedom = 3);

/** Throws UsageError unless lengths, scales, variances and degrees of freedom are positive and 0 < jump <= 1. */
void RequireValid(const IncrementPrior & prior);
} // namespace tweedie

#endif
