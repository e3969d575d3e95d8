// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataSpace_h
#define tweedieDataSpace_h

#include "tweedieDenoiser.h"
#include "tweedieEstimatorOptions.h"
#include "tweedieGaussianLikelihood.h"

namespace tweedie
{
/** Linear algebra with C = Cov[x0 | x] of a denoiser and Gaussian data, in data space:
 *
 *    Solve(b) = (A C A^H + s_c^2 I)^-1 b,    Gain(z) = C A^H z
 *
 * so that D + Gain(Solve(y - A D)) is the exact conditional mean for a Gaussian prior. */
class DataSpace
{
public:
  /** True where the options ask for the covariance product, or leave it to the prior and it has one. Throws UsageError
   * where they ask for it in vain. */
  static bool Wanted(const Denoiser & prior, const EstimatorOptions & options);

  /** Throws UsageError unless the likelihood is Gaussian with a linear model. */
  DataSpace(DenoiserPointer prior, LikelihoodPointer likelihood, const EstimatorOptions & options);

  /** Conjugate gradients at the state x; start: z of a nearby state, or undefined. */
  at::Tensor
  Solve(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & b, const at::Tensor & start) const;
  at::Tensor Gain(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & z) const;

  /** One exact draw per sample from p(x0 | x, y) for x0 | x ~ N(denoised, C): x0' + C A^H Solve(y - A x0' - n'), x0'
   * and n' drawn from N(denoised, C) and the noise (Matheron's rule; Hoffman and Ribak 1991). */
  at::Tensor
  Draw(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & denoised, RandomStreams & random) const;

private:
  at::Tensor Sampled(const at::Tensor & data) const;

  DenoiserPointer m_Prior;
  LikelihoodPointer m_Likelihood;
  const GaussianLikelihood * m_Gaussian; ///< the same object
  const LinearOperator * m_Operator;     ///< its model
  std::int64_t m_Iterations;
  double m_Tolerance;
};
} // namespace tweedie

#endif
