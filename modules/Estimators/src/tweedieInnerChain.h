// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInnerChain_h
#define tweedieInnerChain_h

#include "tweedieDapsEstimator.h"
#include "tweedieEstimator.h"

#include <functional>

namespace tweedie
{
/** The density that a level of decoupled annealing draws from, by a Markov chain in the image:
 *
 *    U(x) = w (-log p(y | x)) + |x - center|^2 / (2 r^2)
 *
 * Tensors [B, shape...]; real and imaginary parts are independent real numbers. */
struct InnerTarget
{
  LikelihoodPointer likelihood; ///< null: no data
  double dataWeight = 1.0;      ///< w
  at::Tensor center;
  double variance = 1.0; ///< r^2
  /** Replaces the gradient of the second term where it is set. */
  std::function<at::Tensor(const at::Tensor & x)> priorScore;

  /** U without the constant [B]; of the Gaussian second term. */
  at::Tensor Energy(const at::Tensor & x) const;

  /** -grad U. */
  at::Tensor Score(const at::Tensor & x) const;
};

/** Largest eigenvalue of the Hessian of -log p(y | x) around a point [B] (double), of models that are not linear the
 * largest size of one, by power iteration on differences of its gradient; zero without data. */
at::Tensor DataCurvature(const LikelihoodPointer & likelihood, const at::Tensor & point, RandomStreams & random);

/** steps of the chain settings.inner from target.center, rate [B]:
 *
 *    langevin     x <- x - h grad U + sqrt(2 h) z
 *    underdamped  v <- m v - sqrt(h) grad U + sqrt(2 (1 - m)) z, x <- x + sqrt(h) v, v0 ~ N(0, I)
 *    metropolis   x + sqrt(h) z accepted with probability min(1, exp(U(x) - U(x + sqrt(h) z))) */
at::Tensor RunInnerChain(const InnerTarget & target,
                         const DapsSettings & settings,
                         const at::Tensor & rate,
                         RandomStreams & random);
} // namespace tweedie

#endif
