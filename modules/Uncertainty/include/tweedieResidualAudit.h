// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieResidualAudit_h
#define tweedieResidualAudit_h

#include "tweedieProgress.h"
#include "tweedieResidualCheck.h"
#include "tweedieScanStudy.h"
#include "tweedieWhiteness.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Residuals of a coil, a view, a pattern; all per number, 1: the noise level. */
struct GroupResidual
{
  std::int64_t group = 0;
  std::int64_t numbers = 0;
  double ofSamples = 0.0; ///< mean over samples of |W (y - A x_i)|^2 / m
  double ofMean = 0.0;
};

/** What samples leave of the data, W (y - A x_i): against the law of chi^2, group by group, as white numbers, and as an
 * image. */
struct ResidualAudit
{
  ResidualCheck check;
  std::vector<GroupResidual> groups;
  Whiteness whiteness;      ///< of the first sample, along the axes of the data
  double correlation = 0.0; ///< its largest absolute correlation with itself

  /** A^H W^2 (y - A xbar), averaged over squares of `width` pixels, in deviations of what white noise gives there, of
   * the width where it stands out most: [B, z, y, x]; and how far it stands out. Noise about the truth is more than the
   * mean's residual has, so that the test errs on the side of silence. */
  at::Tensor structure;
  std::int64_t structureWidth = 1;
  double structurePeak = 0.0;  ///< largest |structure|
  double structureLevel = 0.0; ///< that white noise stays below in 99 of 100 draws
  double pOfStructure = 1.0;   ///< of the peak, by a Gumbel law fitted to the peaks of white noise
};

/** images: samples as ScanStudy::Images gives them, [n, B, shape...], n >= 2. seed: of the white noise. Throws
 * DataError for fewer samples, Aborted when progress returns false. */
ResidualAudit AuditResiduals(const ScanStudy & study,
                             const at::Tensor & images,
                             std::int64_t seed = 1,
                             const ProgressCallback & progress = {});
} // namespace tweedie

#endif
