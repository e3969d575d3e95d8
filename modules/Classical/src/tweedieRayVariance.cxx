// SPDX-License-Identifier: Apache-2.0
#include "tweedieRayVariance.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
RayVariance(const CTScan & scan, const at::Tensor & projections)
{
  if (!scan.photons)
  {
    throw UsageError("projections: given line integrals without photons, whose noise is not known; required counts, or "
                     "the number of photons");
  }
  const double electronic = scan.electronic * scan.electronic;
  const at::Tensor values = projections.to(at::kDouble);
  if (scan.isCounts)
  {
    return (values.clamp_min(0.0) + electronic) / (values - scan.scatter).clamp_min(1.0).square();
  }
  const at::Tensor inverse = values.exp() / *scan.photons;
  return inverse + inverse.square() * electronic;
}
} // namespace tweedie
