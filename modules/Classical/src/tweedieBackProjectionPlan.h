// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBackProjectionPlan_h
#define tweedieBackProjectionPlan_h

#include "tweedieBackProjectionKernels.h"
#include "tweedieCTGeometry.h"
#include "tweedieRampFilter.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What a filtered backprojection does to the numbers of a scan, before it sees them. */
struct BackProjectionPlan
{
  CTDetector detector;     ///< with room on the narrower side of a displaced one
  std::int64_t before = 0; ///< columns that this adds
  std::int64_t after = 0;
  at::Tensor weights; ///< of line integrals before the ramp, [views, rows or 1, columns], double
  double step = 1.0;  ///< between columns, mm or radians
  RampKind kind = RampKind::Flat;
  std::vector<BackProjectionView> views;
  bool sharesRows = false; ///< slice z of the image is row z of the detector, in all views

  /** Rows [..., columns] with zeros in the added columns. */
  at::Tensor Widened(const at::Tensor & rows) const;
};

/** Throws as FilteredBackProjection. */
BackProjectionPlan PlanBackProjection(const CTGeometry & geometry,
                                      const CTDetector & detector,
                                      const Grid & image,
                                      std::vector<std::string> & warnings);

/** Throws DataError unless the projections are real, [B, C, views, rows, columns], on the CPU. */
void RequireProjections(const CTGeometry & geometry, const CTDetector & detector, const at::Tensor & projections);
} // namespace tweedie

#endif
