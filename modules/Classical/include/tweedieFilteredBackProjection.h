// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFilteredBackProjection_h
#define tweedieFilteredBackProjection_h

#include "tweedieCTGeometry.h"
#include "tweedieRampFilter.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tweedie
{
/** Filtered backprojection of a circular scan: of parallel rays, of fans on flat or equiangular detectors slice by
 * slice (Kak and Slaney 1988, chapter 3), of a cone by Feldkamp, Davis and Kress (1984).
 *
 *    parallel       x(p) = sum_k w_k q_k(u(p))
 *    flat           x(p) = sum_k w_k (D / l)^2 q_k(u(p), v(p)),        q = h * (p cos)
 *    equiangular    x(p) = sum_k w_k / (l^2 + t^2) q_k(angle, v(p)),   q = g * (p D cos)
 *
 * D: source to axis; l, t: from the source to p along the detector's normal and along u; cos: between ray and normal;
 * w: RayWeights (short scans, displaced detectors, angles at unequal distances); q is filtered by FilterRows with the
 * pitch at the axis, and interpolated linearly, 0 beyond the detector.
 *
 * projections: [B, C, views, rows, columns], line integrals, float or double, on the CPU. Returns [B, C, z, y, x] in
 * 1/mm. warnings gets a line for missing directions. The result does not depend on the number of threads. Throws
 * DataError for other shapes, UsageError for geometries that are no circle and bent detectors whose axis is not the
 * source. */
at::Tensor FilteredBackProjection(const CTGeometry & geometry,
                                  const CTDetector & detector,
                                  const Grid & image,
                                  const at::Tensor & projections,
                                  const RampFilterOptions & options,
                                  std::vector<std::string> & warnings);
} // namespace tweedie

#endif
