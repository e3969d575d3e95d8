// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormDenoiser_h
#define tweedieClosedFormDenoiser_h

#include "tweedieDenoiser.h"

#include <cstdint>
#include <vector>

namespace tweedie
{
/** A prior (or, after conditioning on data, a posterior) whose law is known exactly: D, its Jacobian and Cov[x0 | x]
 * are closed forms, and so are the law's own moments and draws.
 *
 *    Cov[x0 | x] u = sigma^2 J u          (second-order Tweedie; Efron 2011, eq. 2.8)
 *
 * Every method works in double inside and returns the type and device of x. Products and Denoise throw DataError when x
 * is not [batch, shape...] of the right kind (real or complex). sigma > 0 where a Jacobian is asked for. */
class ClosedFormDenoiser : public Denoiser
{
public:
  bool
  HasJacobianProduct() const final
  {
    return true;
  }
  bool
  HasCovarianceProduct() const final
  {
    return true;
  }
  bool
  HasCovarianceDraw() const final
  {
    return true;
  }

  /** Shape of one sample, without the batch. */
  virtual std::vector<std::int64_t> DomainShape() const = 0;

  /** True when the state is complex. */
  virtual bool IsComplex() const = 0;

  /** Exact mean [shape...], double or complex double. */
  virtual at::Tensor Mean() const = 0;

  /** Exact marginal variances [shape...] in double; of a complex element the sum of both components' variances,
   * E|x - mean|^2, as RunningMoments has it. */
  virtual at::Tensor MarginalVariance() const = 0;

  /** One exact draw from the law per stream, [streams, shape...], double or complex double. */
  virtual at::Tensor Draw(RandomStreams & random) const = 0;

  at::Tensor
  PriorMean() const final
  {
    return Mean();
  }

  /** Mean of MarginalVariance over all elements, halved for a complex state: that of a real component. */
  double PriorVariance() const final;

protected:
  /** Throws DataError unless x is [batch, DomainShape()] and real or complex as IsComplex() says. */
  void CheckState(const at::Tensor & x) const;
};
} // namespace tweedie

#endif
