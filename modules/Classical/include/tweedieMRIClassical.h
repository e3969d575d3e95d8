// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIClassical_h
#define tweedieMRIClassical_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <string>

namespace tweedie
{
/** Options of the classical reconstructions of an MRI scan. */
struct MRIClassicalOptions
{
  std::string method = "sense";  ///< zero-filled | sense | tv
  std::string combine = "sense"; ///< zero-filled: sense (A^H y) | rss (root of the sum of squares, no maps)
  std::optional<double> lambda;  ///< sense: weight of ||x||^2; tv: weight of TV; tv absent: discrepancy
  std::int64_t iterations = 500; ///< at most
  double tolerance = 1e-4;       ///< sense: relative residual; tv: relative duality gap
  std::optional<double> noise;   ///< overrides the scan's
  std::int64_t threads = 0;

  void Visit(OptionVisitor & v);
};

/** zero-filled: A^H y. sense: argmin 1/2||A x - y||^2 + lambda/2 ||x||^2 (Pruessmann et al. 2001) by conjugate
 * gradients. tv: argmin 1/2||A x - y||^2 + lambda TV(x) by a primal-dual method stopped on the duality gap. */
VolumeEstimate
ReconstructClassical(const MRIScan & scan, const MRIClassicalOptions & options, const ProgressCallback & progress = {});
} // namespace tweedie

#endif
