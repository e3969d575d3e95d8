// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieParticles_h
#define tweedieParticles_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Weighted particles of several independent populations (images), population by population in one batch; numbers in
 * double on the CPU. */
class Particles
{
public:
  /** logWeight [populations * size]. Throws NumericalError where the weights of a population are not finite or all
   * zero. */
  Particles(const at::Tensor & logWeight, std::int64_t size);

  /** (sum w)^2 / sum w^2, [populations]. */
  at::Tensor EffectiveSize() const;

  /** log of the mean weight, [populations]. */
  at::Tensor LogMean() const;

  /** Systematic resampling (Kitagawa 1996): particle i of a population becomes the one in which (u + i) / size falls
   * among the cumulated weights. uniform [populations] in [0, 1). Index into the batch [populations, size]. */
  at::Tensor Systematic(const at::Tensor & uniform) const;

private:
  at::Tensor m_LogWeight; ///< [populations, size]
  at::Tensor m_Weight;    ///< likewise, the sum of a population is 1
};
} // namespace tweedie

#endif
