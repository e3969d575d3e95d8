// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTClassical_h
#define tweedieCTClassical_h

#include "tweedieCTScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieRampFilter.h"
#include "tweedieVolumeEstimate.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Options of the classical reconstructions of CT; those of the other methods have no effect. */
struct CTClassicalOptions
{
  std::string method = "fbp"; ///< a row of CTClassicalTable()
  RampFilterOptions filter;   ///< fbp, fdk
  std::optional<std::int64_t>
      iterations; ///< absent: 50 passes (sirt, ml-tr), 10 (os-sart), 30 (cgls), 500 (tv, pwls), 2000 (gaussian-field)
  std::int64_t subsets = 10;     ///< os-sart
  double relaxation = 1.0;       ///< sirt, os-sart
  bool nonNegative = true;       ///< sirt, os-sart, pwls
  std::optional<double> lambda;  ///< tv: share of max |A^T W L|, absent: by the discrepancy principle;
                                 ///< gaussian-field: precision of a difference, absent: the most likely
  double beta = 1.0;             ///< pwls: share of the curvature that the data give to a voxel
  double edge = 5e-4;            ///< pwls: 1/mm; larger differences cost linearly; 0: none do
  double tolerance = 1e-4;       ///< tv, pwls: relative gap
  double modelDeviation = 0.005; ///< of a line integral, beside the noise of the counts
  std::int64_t threads = 0;
  std::int64_t samples = 0; ///< gaussian-field: draws behind the standard deviation; these three are not visited
  std::int64_t seed = 1;
  bool keepSamples = false;

  void Visit(OptionVisitor & v);
};

struct CTClassicalRow
{
  const char * name;
  const char * description;
};

/** fbp (for a cone: fdk), sirt, os-sart, cgls, tv, pwls, ml-tr, gaussian-field. */
const std::vector<CTClassicalRow> & CTClassicalTable();

/** A scan on a grid: attenuation in 1/mm. Counts become logarithms (rays of no count are clamped, and the warnings say
 * how many); weights of cgls, tv and pwls are 1 / (variance of a logarithm + modelDeviation^2). ml-tr needs counts. The
 * data fit is over rays that were measured, with those weights; not-a-number for line integrals without photons. Throws
 * UsageError, DataError, Aborted, NumericalError. */
VolumeEstimate ReconstructCTClassical(const CTScan & scan,
                                      const Grid & image,
                                      const CTClassicalOptions & options,
                                      const ProgressCallback & progress = {});
} // namespace tweedie

#endif
