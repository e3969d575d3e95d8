// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianLikelihood_h
#define tweedieGaussianLikelihood_h

#include "tweedieLikelihood.h"

namespace tweedie
{
/** The inner solver of Proximal and Draw. */
struct ProximalOptions
{
  /** Conjugate gradients stop at ||b - H d|| <= tolerance ||b||, d being the step from the centre; Gauss-Newton steps,
   * where -log p is not quadratic in x, at r^2 ||grad|| <= tolerance ||d||. */
  double tolerance = 1e-4;
  std::int64_t maximumIterations = 30; ///< conjugate gradients
  std::int64_t maximumSteps = 30;      ///< Gauss-Newton steps, of up to 50 conjugate gradients each
  /** Solve by the decomposition of A^H A instead, where the operator offers one and the noise is white: without
   * iterations, to rounding. Pays where one measurement is solved for some hundred times. */
  bool decompose = false;
  /** Conjugate gradients on the data's side, scaled by its diagonal: (r^2 A A^H + S) z = y - A c, x = c + r^2 A^H z, S
   * the noise. Pays where the noise is not the same everywhere: of two systems for one step this one does not have the
   * spread of the noise on top of that of A. Starts from nothing, whatever start is given. */
  bool dataSpace = false;
};

/** y = A(x) + n with white or coloured Gaussian noise of standard deviation sigma:
 *
 *    -log p(y | x) = sum |y - A(x)|^2 / (2 s_c^2),    s_c^2 = sigma^2 (real data), sigma^2 / 2 (complex data)
 *
 * sigma is that of a sample: E|n|^2 = sigma^2 (a complex sample has sigma^2 / 2 in each part). For a linear A,
 *
 *    Proximal: argmin_x -log p(y | x) + |x - c|^2 / (2 r^2)
 *    Draw:     the density ~ p(y | x) N(x; c, r^2 I), exactly, by perturb and solve (Papandreou and Yuille, 2010)
 *
 * are a closed form where A is a masked unitary transform or decomposed (ProximalOptions), else conjugate gradients on
 * the step from c.
 *
 * For a non-linear A, Proximal goes from c by Gauss-Newton steps that never raise the sum, per sample, to a stationary
 * point: a local minimum. Draw is the same perturb and solve,
 *
 *    argmin_x |y + s_c e_1 - A(x)|^2 / (2 s_c^2) + |x - c - r e_2|^2 / (2 r^2),   e ~ N(0, I),
 *
 * which is APPROXIMATE: its density is the wanted one times a factor that is constant only for a linear A (Oliver, He
 * and Reynolds 1996; Bardsley, Solonen, Haario and Laine 2014), and of several minima it weighs the basins. The smaller
 * r, the more linear A and the smaller the error. Fluctuation, which would have to know x, throws UsageError. */
class GaussianLikelihood final : public Likelihood
{
public:
  /** data: [B or 1, range...]. noise: sigma > 0, a tensor that is a scalar, [B], or of the shape of the data
   * (dimensions of size 1 broadcast). sampled: zeros and ones, broadcast against the data; where it is 0 nothing was
   * measured: the data are taken as 0 and not counted. Undefined: all measured. Throws DataError for other shapes,
   * non-finite data, noise that is not positive. */
  GaussianLikelihood(ForwardModelPointer model,
                     const at::Tensor & data,
                     const at::Tensor & noise,
                     const at::Tensor & sampled = {},
                     const ProximalOptions & options = {});
  GaussianLikelihood(ForwardModelPointer model,
                     const at::Tensor & data,
                     double noise,
                     const at::Tensor & sampled = {},
                     const ProximalOptions & options = {});
  ~GaussianLikelihood() override;

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

  /** The measured data y, zero where not sampled. */
  const at::Tensor & Data() const;
  /** s_c^2: variance of a real component of the noise, scalar-shaped [1 or B, 1, ...] or like the data. */
  const at::Tensor & ComponentVariance() const;
  /** Where the data were measured, broadcast against the data; undefined: everywhere. */
  const at::Tensor & Sampled() const;
  const ProximalOptions & Options() const;

private:
  struct Implementation;
  explicit GaussianLikelihood(std::unique_ptr<const Implementation> implementation);

  std::unique_ptr<const Implementation> m_Implementation;
};
} // namespace tweedie

#endif
