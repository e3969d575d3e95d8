// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieResidualAudit_h
#define tweedieResidualAudit_h

#include "tweedieProgress.h"
#include "tweedieScanStudy.h"

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

/** What samples leave of the data, with W = S^(-1/2) and m real numbers:
 *
 *    sample   |W (y - A x_i)|^2 ~ chi^2_m                 the law that it has for the truth, averaged over cases
 *    mean     E |W (y - A xbar)|^2 = m - (1 - 1/n) tr(W A C A^H W)
 *
 * because truth and sample are exchangeable given the data, and because |W (y - A mu)|^2 lacks the spread that the
 * samples have about mu, of which xbar keeps 1/n. The trace is the variance of the predicted data over the samples, its
 * error from their fourth moments. Source: Gelman, Meng and Stern (1996), section 2, for the samples. */
struct ResidualAudit
{
  std::int64_t numbers = 0;   ///< m
  std::int64_t samples = 0;   ///< n
  std::vector<double> ofEach; ///< of each sample, over m
  double ofSamples = 0.0;     ///< their mean
  double pOfSamples = 1.0;    ///< two-sided, of m times that mean as one draw of chi^2_m
  double ofMean = 0.0;
  double expectedOfMean = 0.0;
  double expectedError = 0.0; ///< Monte-Carlo standard error of it
  std::vector<GroupResidual> groups;

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
