// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTargetDensity_h
#define tweedieTargetDensity_h

#include "tweedieIncrementPrior.h"
#include "tweedieLikelihood.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace tweedie
{
class GaussianDenoiser;

/** log density and its gradient at a batch of states. */
struct LogDensity
{
  at::Tensor value;    ///< [B], up to a constant
  at::Tensor gradient; ///< [B, n]
};

/** A posterior prior(x) p(y | x) in coordinates z that suit the prior, x = m + R z; complex elements of x as two real
 * ones, one after the other. All in double, but for the likelihood, which gets images of its own type. */
class TargetDensity
{
public:
  virtual ~TargetDensity() = default;

  /** log prior of z [B, n]. */
  virtual LogDensity Prior(const at::Tensor & z) const = 0;

  /** True when the prior is N(0, I) in z. */
  virtual bool
  IsWhite() const
  {
    return false;
  }

  /** A draw of the prior per stream, [streams, n]. */
  virtual at::Tensor Start(RandomStreams & random) const = 0;

  /** False where Start only comes near the prior. */
  virtual bool
  StartsFromPrior() const
  {
    return true;
  }

  /** log p(y | x(z)). */
  LogDensity Data(const at::Tensor & z) const;

  /** Prior plus power times data. */
  LogDensity Posterior(const at::Tensor & z, double power = 1.0) const;

  /** The real components of x, [B, n]. */
  at::Tensor Image(const at::Tensor & z) const;

protected:
  /** mean [n], root R [n, n] over real components; shape of one image; type of the images that the likelihood gets. */
  TargetDensity(LikelihoodPointer likelihood,
                at::Tensor mean,
                at::Tensor root,
                std::vector<std::int64_t> shape,
                at::ScalarType type);

  const at::Tensor &
  ImageMean() const
  {
    return m_Mean;
  }
  const at::Tensor &
  Root() const
  {
    return m_Root;
  }

private:
  LikelihoodPointer m_Likelihood;
  at::Tensor m_Mean;
  at::Tensor m_Root;
  std::vector<std::int64_t> m_Shape;
  at::ScalarType m_Type;
};

using TargetDensityPointer = std::shared_ptr<const TargetDensity>;

/** N(m, P) in its white coordinates: R R^T = P. */
TargetDensityPointer
MakeGaussianTarget(const GaussianDenoiser & prior, LikelihoodPointer likelihood, at::ScalarType type = at::kDouble);

/** sum_k w_k N(m_k, P_k): weights [K], means [K, shape...] real, covariances [K, n, n], in coordinates that whiten the
 * covariance of the whole. */
TargetDensityPointer MakeMixtureTarget(const at::Tensor & weights,
                                       const at::Tensor & means,
                                       const at::Tensor & covariances,
                                       LikelihoodPointer likelihood,
                                       at::ScalarType type = at::kDouble);

/** A signal in coordinates x_1 / sqrt(v_0), u_2, u_3 ...; shape: of the likelihood's image. Throws UsageError for a law
 * with an atom, which has no density. */
TargetDensityPointer MakeIncrementTarget(const IncrementPrior & prior,
                                         LikelihoodPointer likelihood,
                                         std::vector<std::int64_t> shape,
                                         at::ScalarType type = at::kDouble);
} // namespace tweedie

#endif
