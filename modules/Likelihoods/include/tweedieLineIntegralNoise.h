// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLineIntegralNoise_h
#define tweedieLineIntegralNoise_h

#include "tweedieCTScan.h"
#include "tweedieGaussianLikelihood.h"

#include <optional>

namespace tweedie
{
/** Standard deviation of line integrals l, like them: of the given noise s, or of what was counted behind I0 photons,
 * and what the projector itself is wrong by (m):
 *
 *    (s^2 + m^2)^(1/2)   or   (exp(l) / I0 + e^2 exp(2 l) / I0^2 + m^2)^(1/2)
 *
 * the latter from the variance of a logarithm. Throws UsageError where neither noise nor photons are known. */
at::Tensor LineIntegralDeviation(const CTScan & scan,
                                 const at::Tensor & lines,
                                 const std::optional<double> & noise,
                                 double modelDeviation);

/** The Gaussian of a scan's line integrals, or of the logarithms of its counts (TransmissionLikelihood, weighted), for
 * images that A takes to line integrals. projections: CTModel::Batch of the scan's. Throws UsageError as above, and for
 * a noise of counts, whose own is known. */
std::shared_ptr<const GaussianLikelihood> WeightedCTLikelihood(const CTScan & scan,
                                                               const LinearOperatorPointer & A,
                                                               const at::Tensor & projections,
                                                               const std::optional<double> & noise,
                                                               double modelDeviation,
                                                               const ProximalOptions & options = {});
} // namespace tweedie

#endif
