// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLikelihood_h
#define tweedieLikelihood_h

#include "tweedieLinearOperator.h"
#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace tweedie
{
/** p(y | x) for a batch of measurements y [B, range...]: noise model, forward model and data as one object.
 *
 * Real and imaginary parts count as independent real numbers everywhere: the gradient of a complex x is
 * dL/dRe + i dL/dIm, and a proximal variance r^2 is that of each real component. */
class Likelihood
{
public:
  virtual ~Likelihood() = default;

  virtual const ForwardModel & Model() const = 0;

  /** -log p(y | x) up to a constant, shape [B]. Differentiable. */
  virtual at::Tensor NegativeLog(const at::Tensor & x) const = 0;

  /** Gradient of NegativeLog with respect to x. */
  virtual at::Tensor Gradient(const at::Tensor & x) const = 0;

  /** y - A(x), shape [B, range...]; zero where nothing was measured. */
  virtual at::Tensor Residual(const at::Tensor & x) const = 0;

  /** ||y - A(x)||^2 weighted by the noise, over its expectation for the truth, per sample [B]: 1 = the noise level. */
  virtual at::Tensor DataFit(const at::Tensor & x) const = 0;

  /** argmin_x NegativeLog(x) + ||x - center||^2 / (2 r^2). variance = r^2 [B] or scalar tensor; start: warm start of an
   * inner solver, or undefined. */
  virtual at::Tensor
  Proximal(const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start = {}) const = 0;

  /** One exact draw per sample from the density proportional to p(y | x) N(x; center, r^2 I). Throws UsageError for a
   * noise model that has none. */
  virtual at::Tensor Draw(const at::Tensor & center,
                          const at::Tensor & variance,
                          RandomStreams & random,
                          const at::Tensor & start = {}) const = 0;

  /** One exact draw per sample from N(0, H), H^-1 = A^H W A + I / r^2: what Draw adds to its mean. like: shape, type
   * and device of an image batch. Throws UsageError for a noise model that has none. */
  virtual at::Tensor
  Fluctuation(const at::Tensor & like, const at::Tensor & variance, RandomStreams & random) const = 0;

  /** Number of samples B the data hold; 1 means that one measurement serves a batch of any size. */
  virtual std::int64_t BatchSize() const = 0;

  /** This likelihood for some entries of its batch: index is an int64 tensor of entries (repetition allowed). */
  virtual std::shared_ptr<const Likelihood> Select(const at::Tensor & index) const = 0;
};

using LikelihoodPointer = std::shared_ptr<const Likelihood>;
} // namespace tweedie

#endif
