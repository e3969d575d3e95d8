// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePoissonLikelihood_h
#define tweediePoissonLikelihood_h

#include "tweedieGaussianLikelihood.h"

namespace tweedie
{
/** How the logarithm of the Poisson density enters. */
enum class PoissonApproximation
{
  Exact,
  Gaussian ///< a Gaussian of variance max(y, 1) counts
};

struct PoissonOptions
{
  PoissonApproximation approximation = PoissonApproximation::Exact;
  /** Expected counts below which the exact -log p is continued by a parabola; 0 < floor < 1. */
  double floor = 0.01;
  ProximalOptions proximal; ///< of Proximal
};

/** Counts y ~ Poisson(m) of the mean m = gain max(A(x) + background, 0), A(x) real (x may be complex):
 *
 *    exact      -log p(y | x) = sum m - y + y log(y / m)       (y = 0: m)
 *    gaussian   -log p(y | x) = sum (y - gain (A(x) + background))^2 / (2 max(y, 1))
 *
 * gain: counts per unit of A(x) (CT: the unattenuated counts, A(x) = exp(-line integrals)); background in the unit of
 * A(x). The exact form is infinite where m = 0 < y and has a kink at m = 0 = y, and a chain of denoised images meets
 * both. Below m = floor it is therefore continued, for m of either sign, by the parabola of the same value and slope:
 * of the same curvature y / floor^2 too, or for y = 0 of the curvature 1 / (2 floor), down to its apex at m = -floor.
 * The result is convex in A(x), has a continuous gradient, and is the exact one wherever m >= floor, for y = 0 within
 * floor / 4 everywhere.
 *
 * The gaussian form (Chung et al. 2023: sum (y - A x)^2 / (2 y)) is the GaussianLikelihood of y / gain - background
 * with the noise sqrt(max(y, 1)) / gain; max(., 0) is left out. Its weights come from the counts that they weigh: low
 * ones pull too hard, and the most likely constant m is the harmonic mean of the counts, about m - 1.
 *
 * Residual is y / gain - max(A(x) + background, 0), in the unit of A(x). DataFit is Pearson's sum (y - m)^2 /
 * max(m, floor) over its expectation sum m / max(m, floor), which counts as at least 1, in either form. Proximal of the
 * exact form goes by Gauss-Newton steps that never raise the sum, per sample. Draw and Fluctuation of the exact form
 * throw UsageError: no exact draw exists; those of the gaussian form are GaussianLikelihood's. */
class PoissonLikelihood final : public Likelihood
{
public:
  /** counts: [B or 1, range...], real, integers >= 0 within 1e-3. gain > 0, background >= 0 (undefined: 0), sampled of
   * zeros and ones (undefined: all counted): a scalar, [B], or of the shape of the counts. Throws DataError for other
   * values or shapes, UsageError for wrong options. */
  PoissonLikelihood(ForwardModelPointer model,
                    const at::Tensor & counts,
                    const at::Tensor & gain,
                    const at::Tensor & background = {},
                    const at::Tensor & sampled = {},
                    const PoissonOptions & options = {});
  ~PoissonLikelihood() override;

  const ForwardModel & Model() const override;
  at::Tensor NegativeLog(const at::Tensor & x) const override;
  at::Tensor Gradient(const at::Tensor & x) const override;
  at::Tensor Residual(const at::Tensor & x) const override;
  at::Tensor DataFit(const at::Tensor & x) const override;
  at::Tensor
  Proximal(const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start = {}) const override;
  at::Tensor Draw(const at::Tensor & center,
                  const at::Tensor & variance,
                  RandomStreams & random,
                  const at::Tensor & start = {}) const override;
  at::Tensor Fluctuation(const at::Tensor & like, const at::Tensor & variance, RandomStreams & random) const override;
  std::int64_t BatchSize() const override;
  LikelihoodPointer Select(const at::Tensor & index) const override;

  /** The counts, zero where not sampled. */
  const at::Tensor & Data() const;
  const PoissonOptions & Options() const;

private:
  struct Implementation;
  explicit PoissonLikelihood(std::unique_ptr<const Implementation> implementation);

  std::unique_ptr<const Implementation> m_Implementation;
};
} // namespace tweedie

#endif
