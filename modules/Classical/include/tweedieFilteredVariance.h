// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFilteredVariance_h
#define tweedieFilteredVariance_h

#include "tweedieCTClassical.h"
#include "tweedieCTGeometry.h"
#include "tweedieRampFilter.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>

namespace tweedie
{
/** The variance of FilteredBackProjection for independent rays of these variances (Kak and Slaney 1988; Wunderlich and
 * Noo 2008 for fans). A pixel between the columns i and i + 1 of a view, f beyond the first, is made of
 *
 *    a_k(p) sum_s ((1 - f) h(i - s) + f h(i + 1 - s)) w_k(s) p_k(s)
 *
 * with the weights a and w and the windowed ramp h that the method itself has, so that
 *
 *    var x(p) = sum_k a_k^2 sum_s (...)^2 w_k(s)^2 var p_k(s),
 *
 * and likewise across the rows of a cone. Exact for what the method does, interpolation included.
 *
 * variance: [B, C, views, rows, columns], >= 0. Returns [B, C, z, y, x], double, 1/mm^2. Throws as
 * FilteredBackProjection, and UsageError for an extension, which is not linear. */
at::Tensor FilteredVariance(const CTGeometry & geometry,
                            const CTDetector & detector,
                            const Grid & image,
                            const at::Tensor & variance,
                            const RampFilterOptions & options);

/** The covariance of every voxel with one, indices (x, y, z): [1, 1, z, y, x] for variance [1, 1, views, rows,
 * columns]. Throws likewise, and UsageError for a voxel outside. */
at::Tensor FilteredCovariance(const CTGeometry & geometry,
                              const CTDetector & detector,
                              const Grid & image,
                              const at::Tensor & variance,
                              const RampFilterOptions & options,
                              const std::array<std::int64_t, 3> & voxel);

/** The standard deviation of a filtered backprojection of this scan, from the formula and RayVariance. Kind: Replica,
 * what infinitely many replicas would show to first order in 1 / counts. Throws UsageError for other methods. */
void SetAnalyticDeviation(VolumeEstimate & estimate, const CTScan & scan, const CTClassicalOptions & options);
} // namespace tweedie

#endif
