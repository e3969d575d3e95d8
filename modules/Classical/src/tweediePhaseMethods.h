// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseMethods_h
#define tweediePhaseMethods_h

#include "tweediePhaseClassical.h"
#include "tweediePhaseIterations.h"

namespace tweedie
{
/** One object of a scan as tensors. */
struct PhaseProblem
{
  const PhaseScan & scan;
  LinearOperatorPointer wave;
  at::Tensor diagonal;                ///< [1, 1, 1, y, x]
  at::Tensor amplitude;               ///< [1, patterns, 1, y, x], double
  at::Tensor measured;                ///< like it, or undefined
  at::Tensor support;                 ///< [1, 1, 1, y, x]
  std::array<std::int64_t, 2> centre; ///< pixels right and down from floor(N / 2) to the beam
  PhaseConstraints constraints;
  std::optional<double> expected; ///< sum of the variances of the amplitudes
  const PhaseClassicalOptions & options;
  std::function<bool(std::int64_t, std::int64_t)> progress;
};

struct PhaseMethod
{
  PhaseClassicalRow info;
  PhaseIterates (*retrieve)(const PhaseProblem & problem, const at::Tensor & starts);
  std::int64_t iterations; ///< unless the options say otherwise; 0: none are made, and the result is no wave
};

const std::vector<PhaseMethod> & PhaseMethods();

/** Thickness by Paganin's inversion, and phase by contrast transfer: no starts, residual 0. */
PhaseIterates RetrieveThickness(const PhaseProblem & problem, const at::Tensor & starts);
PhaseIterates RetrieveWeakPhase(const PhaseProblem & problem, const at::Tensor & starts);

/** Every end refined by total variation; without lambda by the one for which sum (b - |A x|)^2 is what noise makes. */
PhaseIterates RefinePhases(const PhaseProblem & problem, const PhaseIterates & ends);
} // namespace tweedie

#endif
