// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTransmissionLikelihood_h
#define tweedieTransmissionLikelihood_h

#include "tweedieGaussianLikelihood.h"

namespace tweedie
{
enum class TransmissionForm
{
  Poisson, ///< of the counts
  Weighted ///< Gaussian of their logarithms, weighted
};

struct TransmissionOptions
{
  TransmissionForm form = TransmissionForm::Weighted;
  double electronic = 0.0;     ///< standard deviation e of the detector's own noise, counts
  double modelDeviation = 0.0; ///< weighted: what A itself is wrong by, of a line integral
  /** weighted: a ray whose count without scatter is not above this many says nothing; > 0. */
  double leastCounts = 1.0;
  /** Poisson: F of a factor exp(-|F x|^2 / 2) beside p(y | x), in everything but Residual and DataFit; null: none. (Of
   * the weighted form it is rows of a GaussianLikelihood beside LineIntegrals.) */
  LinearOperatorPointer factor;
  ProximalOptions proximal; ///< of Proximal
};

/** Counts behind an object of the line integrals l = A x (Beer-Lambert),
 *
 *    y ~ Poisson(m) + N(0, e^2),   m = I0 exp(-l) + s,
 *
 * in one of two forms. Poisson (Yavuz and Fessler 1998, shifted by e^2, which matches mean and variance):
 *
 *    -log p(y | x) = sum M - Y + Y log(Y / M),   M = m + e^2,  Y = max(y + e^2, 0)
 *    d / dl = -a (1 - Y / M),  curvature a^2 / M (Fisher),  a = I0 exp(-l)
 *
 * which is not convex in l where scatter or electronic noise rule; below l = -5, where no object is, exp(-l) goes on as
 * a parabola. Weighted (Sauer and Bouman 1993, with a model error beside the noise):
 *
 *    -log p(y | x) = sum w (L - l)^2 / 2,   L = -log((y - s) / I0),   1 / w = (y + e^2) / (y - s)^2 + modelDeviation^2
 *
 * a GaussianLikelihood; L is too large by 1 / (2 y) on average, which shows below some 50 counts, and rays of no more
 * than leastCounts are left out. Draw and Fluctuation belong to the weighted form; the Poisson form has no exact draw
 * and throws UsageError.
 *
 * Residual is L - l, zero for rays that are left out, in either form. DataFit of the Poisson form is Pearson's
 * sum (Y - M)^2 / M over the number of rays. */
class TransmissionLikelihood final : public Likelihood
{
public:
  /** counts: [B or 1, range...], real, of either sign (electronic noise). unattenuated: I0 > 0; scatter: s >= 0
   * (undefined: 0), what else is expected where nothing is seen through the object (dark included); sampled: zeros and
   * ones (undefined: all). Each a scalar, [B], or of the shape of the counts. Throws DataError for other values or
   * shapes, and where no ray is left; UsageError for wrong options. */
  TransmissionLikelihood(LinearOperatorPointer model,
                         const at::Tensor & counts,
                         const at::Tensor & unattenuated,
                         const at::Tensor & scatter = {},
                         const at::Tensor & sampled = {},
                         const TransmissionOptions & options = {});
  ~TransmissionLikelihood() override;

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

  /** L, zero for rays that are left out; and 1 / sqrt(w), 1 there. */
  const at::Tensor & LineIntegrals() const;
  const at::Tensor & Deviations() const;
  /** Ones where a ray counts in the weighted form. */
  const at::Tensor & Used() const;

private:
  struct Implementation;
  explicit TransmissionLikelihood(std::unique_ptr<const Implementation> implementation);

  std::unique_ptr<const Implementation> m_Implementation;
};
} // namespace tweedie

#endif
