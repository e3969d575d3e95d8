// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTotalVariationTarget_h
#define tweedieTotalVariationTarget_h

#include "tweedieTargetDensity.h"

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Smoothed total variation of an image as a law, differences of neighbours around the edge:
 *
 *    -log p(x) = weight sum_i (|D_y x|_i^2 + |D_x x|_i^2 + smoothing^2)^(1/2) + weight share / 2 |x|^2 */
struct TotalVariationLaw
{
  double weight = 1.0;
  double smoothing = 0.05; ///< of a difference, units of the image; smaller ones make smaller steps
  double share = 1e-4;     ///< > 0 makes it a law
};

/** The posterior under that law, for a reference sampler: small images, to see how far a mode, or a Gaussian around it,
 * is from the truth of its own model. Coordinates are those of a Gaussian field of precision weight^2 / 2, what
 * differences of that law have (at most weight / smoothing), and of the data where their precision is said.
 *
 * shape: of one real image of the likelihood, {1, 1, y, x}; dataPrecision: A^T W A, [n, n], or undefined. Throws
 * UsageError unless the numbers are above 0 and the image is one plane. */
TargetDensityPointer MakeTotalVariationTarget(const TotalVariationLaw & law,
                                              LikelihoodPointer likelihood,
                                              std::vector<std::int64_t> shape,
                                              const at::Tensor & dataPrecision = {},
                                              at::ScalarType type = at::kDouble);
} // namespace tweedie

#endif
