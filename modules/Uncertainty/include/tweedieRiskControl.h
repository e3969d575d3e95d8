// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRiskControl_h
#define tweedieRiskControl_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** The share of pixels outside [x - scale * w, x + scale * w], for each case and scale: where the pixel's score
 * (ConformalScores) exceeds the scale. scores [cases, ...], scales [S] rising; mask: pixels to use, broadcastable to
 * the scores. Returns [cases, S]. Throws DataError for a case of which the mask keeps nothing. */
at::Tensor MissedShares(const at::Tensor & scores, const at::Tensor & scales, const at::Tensor & mask = {});

/** Conformal risk control (Angelopoulos et al. 2022): the smallest scale with
 *
 *    n/(n + 1) R(scale) + B/(n + 1) <= alpha,   R: mean loss of n cases, B: largest possible loss
 *
 * then the expected loss of a further, exchangeable case is at most alpha, on average over calibration sets. losses
 * [n, S], none rising with the scale. Throws UsageError where n cases cannot promise alpha (alpha < B/(n + 1)),
 * DataError for rising losses or where no scale is large enough. */
double ConformalRiskScale(const at::Tensor & losses, const at::Tensor & scales, double alpha, double largestLoss = 1.0);

/** The largest risk that n losses in [0, 1] of mean R do not contradict at level delta (Hoeffding and Bentkus, in Bates
 * et al. 2021, section 3.1.3): the m >= R with
 *
 *    min(exp(-n h(min(R, m), m)), e P(Bin(n, m) <= ceil(n R))) = delta
 *    h(p, q) = p ln(p/q) + (1 - p) ln((1 - p)/(1 - q)) */
double HoeffdingBentkusBound(double risk, std::int64_t cases, double delta);

/** Risk-controlling scaled intervals (Angelopoulos et al. 2022, arXiv 2202.05265): the smallest scale such that at it
 * and at all larger ones the bound is at most alpha. With probability 1 - delta over the calibration cases, the
 * expected loss of a further case is at most alpha. losses [n, S] in [0, 1]. Throws DataError where no scale is. */
double RiskControllingScale(const at::Tensor & losses, const at::Tensor & scales, double alpha, double delta);
} // namespace tweedie

#endif
