// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMetrics_h
#define tweedieMetrics_h

#include <ATen/core/Tensor.h>

#include <optional>

namespace tweedie
{
/** Image metrics. Tensors of equal shape, real or complex (SSIM: real); mask: boolean or real tensor of the same shape
 * (or broadcastable to it), undefined for "everywhere"; a mask that keeps nothing throws DataError. Arithmetic in
 * double. The values equal those of scikit-image (tests/Core/ReferenceMetrics.py). */

/** ||estimate - reference|| / ||reference||. */
double
NormalizedRootMeanSquareError(const at::Tensor & reference, const at::Tensor & estimate, const at::Tensor & mask = {});

/** ||estimate - reference||^2 / ||reference||^2 (Zbontar et al. 2018). */
double
NormalizedMeanSquareError(const at::Tensor & reference, const at::Tensor & estimate, const at::Tensor & mask = {});

/** 10 log10(range^2 / mean |estimate - reference|^2) in dB; range: the maximum of |reference| (inside the mask) unless
 * given. Infinite for equal images. */
double PeakSignalToNoiseRatio(const at::Tensor & reference,
                              const at::Tensor & estimate,
                              const at::Tensor & mask = {},
                              std::optional<double> range = {});

/** Structural similarity (Wang et al. 2004): Gaussian window of 11 x 11, sigma 1.5, population covariance, K1 = 0.01,
 * K2 = 0.03, over the last two dimensions; the mean leaves out a border of 5 pixels as scikit-image does. range: the
 * maximum of |reference| (inside the mask) unless given. A mask averages the map inside it. Throws DataError below
 * 11 x 11. */
double StructuralSimilarity(const at::Tensor & reference,
                            const at::Tensor & estimate,
                            const at::Tensor & mask = {},
                            std::optional<double> range = {});

/** Head (body) mask of a real image [..., y, x], slice by slice: above fraction of the slice's maximum, largest
 * component (connected over corners), holes filled. Boolean tensor on the CPU. */
at::Tensor ForegroundMask(const at::Tensor & image, double fraction = 0.05);
} // namespace tweedie

#endif
