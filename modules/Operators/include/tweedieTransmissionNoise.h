// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTransmissionNoise_h
#define tweedieTransmissionNoise_h

#include "tweedieOptions.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** How a detector counts. */
struct TransmissionNoiseOptions
{
  double photons = 1e5;    ///< I0, mean count of a ray that meets nothing
  double electronic = 0.0; ///< standard deviation e of the detector's own noise, counts
  double scatter = 0.0;    ///< s, mean count of what did not come straight from the source, dark counts included

  void Visit(OptionVisitor & v);
};

/** Counts behind objects of these line integrals, [B, ...] float or double:
 *
 *    y ~ Poisson(I0 exp(-l) + s) + N(0, e^2)
 *
 * Entry b has a random stream of its own, firstStream + b. Throws DataError for line integrals that are not finite,
 * UsageError for wrong options. */
at::Tensor SimulateCounts(const at::Tensor & lines,
                          const TransmissionNoiseOptions & options,
                          std::int64_t seed,
                          std::uint64_t firstStream = 0);

/** The counts of a scan with a share of the dose: each photon is kept with that probability, so that a Poisson number
 * stays one, and electronic noise is filled up to e again (share^2 e^2 of its variance is left). counts: whole numbers
 * >= 0 up to electronic noise, [B, ...]. Throws DataError for counts that are not finite, UsageError for a share
 * outside 0..1. */
at::Tensor ThinCounts(
    const at::Tensor & counts, double share, double electronic, std::int64_t seed, std::uint64_t firstStream = 0);

/** L = -log(max(y - s, least) / I0), the line integrals that counts speak of; clamped gets how many were below least.
 */
at::Tensor
LogarithmOfCounts(const at::Tensor & counts, double photons, double scatter, double least, std::int64_t & clamped);

/** A tube's spectrum behind its filters: what a detector would count of each energy, and the attenuation of water. */
struct BeamSpectrum
{
  std::vector<double> weights;     ///< of any sum > 0
  std::vector<double> attenuation; ///< of water, 1/mm
};

/** -log of the detected share behind this much water, mm: what a polychromatic scan measures of it. */
double PolychromaticIntegral(const BeamSpectrum & spectrum, double thickness);

/** Coefficients c_1.. of the polynomial that makes it proportional to the thickness,
 *
 *    sum_k c_k L^k ~ mu t,   L = PolychromaticIntegral(t),   mu = the attenuation at zero thickness, dL/dt(0)
 *
 * by least squares over 0..longest (Herman 1979: the water precorrection of beam hardening; c_1 is near 1). Throws
 * UsageError for a spectrum that is empty or not positive, degree < 1 or longest <= 0. */
std::vector<double> FitWaterPolynomial(const BeamSpectrum & spectrum, double longest, std::int64_t degree);

/** sum_k c_k L^k, c_1 first. */
at::Tensor ApplyPolynomial(const std::vector<double> & coefficients, const at::Tensor & lines);
} // namespace tweedie

#endif
