// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSenseNoise_h
#define tweedieSenseNoise_h

#include "tweedieMRIClassical.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace tweedie
{
struct SenseNoiseOptions
{
  double lambda = 0.0;      ///< of the l2 penalty; 0: none
  std::int64_t draws = 200; ///< where neither sets of aliased pixels nor lines divide the problem
  std::uint64_t seed = 1;   ///< of these draws
  double tolerance = 1e-8;  ///< of conjugate gradients for them
  std::int64_t iterations = 500;
};

/** What SENSE does to white noise of E|n|^2 = 1. */
struct SenseNoise
{
  at::Tensor variance; ///< [slice, 1, 1, y, x], double: E|x - E x|^2; 0 where no coil is, infinite where none tells
  std::string route;   ///< "aliased sets" | "lines" | "draws"
  double relativeError = 0.0; ///< of a standard deviation; 0: exact
};

/** The diagonal of the noise covariance of x = (A^H A + lambda)^-1 A^H y, A: SenseOperator(mask, maps),
 *
 *    C = (A^H A + lambda)^-1 A^H A (A^H A + lambda)^-1,   lambda = 0: (A^H A)^-1      (Pruessmann et al. 1999)
 *
 * exactly where every R-th sample along y and x is taken, R dividing the size: set by set of the R pixels that fold
 * onto each other, with A^H A = S^H S / R; exactly where whole lines along x (or y) are taken, by an N x N matrix a
 * column; else from draws of x for white noise, solved by conjugate gradients, whose relative standard error is 1 / (2
 * draws^(1/2)).
 *
 * mask: [1 or slice, 1, 1, y, x]; maps: [1 or slice, coil, 1, y, x], complex, or undefined for one coil of sensitivity
 * 1. Throws DataError as SenseOperator. */
SenseNoise SenseVariance(const at::Tensor & mask, const at::Tensor & maps, const SenseNoiseOptions & options = {});

/** g = (variance sum |S|^2 / R)^(1/2) of SENSE without penalty, R: pixels over samples: by what the noise is larger
 * than that of all samples, times R^(1/2) for the fewer of them. 1 for R = 1, never below (up to the error of draws).
 * SNR(R) = SNR(1) / (g R^(1/2)). Like the variance; 0 where no coil is. */
at::Tensor GeometryFactor(const at::Tensor & mask, const at::Tensor & maps, const SenseNoise & unpenalized);

/** Maps as those of coils of white noise, L^-1 S: psi = L L^H, the covariance of the coils' noise, [coil, coil]. Data
 * are whitened likewise. Throws DataError unless psi is Hermitian and positive definite. */
at::Tensor WhitenedMaps(const at::Tensor & maps, const at::Tensor & psi);

/** The standard deviation of an estimate of this scan by zero-filled (combine: sense) or sense, from the formula; what
 * the noise is must be known. Kind: Replica, what infinitely many replicas would show. Throws UsageError for other
 * methods. */
void SetAnalyticDeviation(VolumeEstimate & estimate, const MRIScan & scan, const MRIClassicalOptions & options);

/** The g-factor of a scan's maps and mask on its grid. Throws DataError where some pixels cannot be told apart. */
Volume GeometryFactor(const MRIScan & scan);
} // namespace tweedie

#endif
