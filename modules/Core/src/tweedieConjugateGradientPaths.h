// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieConjugateGradientPaths_h
#define tweedieConjugateGradientPaths_h

#include "tweedieConjugateGradient.h"

namespace tweedie
{
/** A system to solve, and when to stop. */
struct LinearSystem
{
  const std::function<at::Tensor(const at::Tensor &)> & product;
  at::Tensor rightHandSide;
  at::Tensor start; ///< undefined: zero
  std::int64_t maximumIterations;
  double tolerance;
};

/** Fused loops over memory: float or double numbers on the CPU. */
ConjugateGradientResult ConjugateGradientOnCpu(const LinearSystem & system);

/** Tensor arithmetic on any device, with one transfer to the host per iteration. */
ConjugateGradientResult ConjugateGradientOnDevice(const LinearSystem & system);

at::Tensor SampleDotOnDevice(const at::Tensor & a, const at::Tensor & b);

/** Throws NumericalError. */
[[noreturn]] void ThrowResidualNotFinite(std::int64_t iteration);
} // namespace tweedie

#endif
