// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDenoiser_h
#define tweedieDenoiser_h

#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace tweedie
{
/** The prior, as the posterior mean of a clean image given a noisy one:
 *
 *    x = x0 + sigma n,  n ~ N(0, I),    D(x, sigma) = E[x0 | x]        (Tweedie's formula: D = x + sigma^2 score)
 *
 * Tensors [batch, shape...]; sigma is a tensor [batch] (or scalar) of the state's real type and is the noise of each
 * REAL component: a complex state has E|sigma n|^2 = 2 sigma^2. */
class Denoiser
{
public:
  virtual ~Denoiser() = default;

  virtual std::string Name() const = 0;

  /** D(x, sigma). Differentiable with respect to x where HasJacobianProduct(). */
  virtual at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const = 0;

  /** True when JacobianProduct is available. */
  virtual bool
  HasJacobianProduct() const
  {
    return false;
  }
  /** J^T v with J = dD/dx (J is symmetric for an exact denoiser), real and imaginary parts as real numbers. */
  virtual at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const;

  /** True when CovarianceProduct is available. */
  virtual bool
  HasCovarianceProduct() const
  {
    return false;
  }
  /** Cov[x0 | x] u: = sigma^2 J u (second-order Tweedie). */
  virtual at::Tensor CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const;

  /** True when CovarianceDraw is available. */
  virtual bool
  HasCovarianceDraw() const
  {
    return false;
  }
  /** One draw per sample from N(0, Cov[x0 | x]). */
  virtual at::Tensor CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const;

  /** Mean of the prior [shape...] or [1, shape...]: where a chain may start; undefined tensor = zero. */
  virtual at::Tensor
  PriorMean() const
  {
    return {};
  }
  /** v: mean variance of a real component under the prior. */
  virtual double PriorVariance() const = 0;

  /** r^2(sigma): the scalar that stands for Cov[x0 | x] where D(x, sigma) is weighed against data. Here
   * IsotropicVariance(PriorVariance(), sigma); a prior that knows better overrides it. */
  virtual double GuidanceVariance(double sigma) const;

  /** True for a denoiser that knows only inputs that carry noise of the level it is told, as a network does; a formula
   * takes any. */
  virtual bool
  NeedsNoise() const
  {
    return false;
  }

  /** Bytes that a pixel of an image takes while it is denoised, about; withGradient: and differentiated. 0: next to
   * none.
   */
  virtual double
  MemoryPerPixel(bool) const
  {
    return 0.0;
  }

  /** The noise levels the prior is valid for. */
  virtual double
  SigmaMinimum() const
  {
    return 0.0;
  }
  virtual double SigmaMaximum() const;
};

/** r^2 = v sigma^2 / (v + sigma^2): variance of x0 given x under the prior N(m, v I). */
double IsotropicVariance(double variance, double sigma);

using DenoiserPointer = std::shared_ptr<const Denoiser>;

/** The three other names of a denoiser's output, derived here and nowhere else:
 *  score = (D - x) / sigma^2,  eps = (x - D) / sigma,  x0 = D. */
at::Tensor ScoreFromDenoised(const at::Tensor & x, const at::Tensor & denoised, const at::Tensor & sigma);
at::Tensor EpsFromDenoised(const at::Tensor & x, const at::Tensor & denoised, const at::Tensor & sigma);
at::Tensor DenoisedFromScore(const at::Tensor & x, const at::Tensor & score, const at::Tensor & sigma);
at::Tensor DenoisedFromEps(const at::Tensor & x, const at::Tensor & eps, const at::Tensor & sigma);

/** sigma [B] (or scalar) shaped [B, 1, 1, ...] to broadcast against x. */
at::Tensor BroadcastSigma(const at::Tensor & sigma, const at::Tensor & x);
} // namespace tweedie

#endif
