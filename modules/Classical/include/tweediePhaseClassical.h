// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseClassical_h
#define tweediePhaseClassical_h

#include "tweedieOptions.h"
#include "tweediePhaseScan.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Options of the classical methods of phase retrieval; those of the other methods have no effect. */
struct PhaseClassicalOptions
{
  std::string method = "hio";             ///< a row of PhaseClassicalTable()
  std::optional<std::int64_t> iterations; ///< absent: 1000; wirtinger-flow 2500
  double beta = 0.9;                      ///< hio, oss, raar, difference-map
  double finish = 0.05;                   ///< hio, raar, difference-map: share of the iterations, the last, that are er
  std::int64_t stages = 10;               ///< oss
  std::int64_t shrinkWrap = 0;            ///< iterations between two supports, far field; 0: the support stays
  std::optional<double> materialDelta;    ///< paganin, ctf: of the refractive index 1 - delta + i beta
  std::optional<double> materialBeta;
  std::int64_t starts = 10;     ///< random starts, side by side
  std::int64_t seed = 1;        ///< of the starts
  bool totalVariation = false;  ///< refine every end by total variation
  std::optional<double> lambda; ///< its weight; absent: by the discrepancy principle
  bool keepStarts = false;      ///< every end as a channel of samples
  std::int64_t threads = 0;

  void Visit(OptionVisitor & v);
};

struct PhaseClassicalRow
{
  const char * name;
  const char * description;
};

/** er, hio, oss, raar, difference-map, wirtinger-flow, truncated-wirtinger-flow, paganin, ctf. */
const std::vector<PhaseClassicalRow> & PhaseClassicalTable();

/** The objects of a scan, each from its own random starts: of the ends the one of the least residual sum | |A x| - b |
 * / sum b is the result. It knows nothing of the truth, and under noise the least residual is not always the best end
 * (summary.figures: residual, of the chosen end; residual-spread, that of the ends beside it).
 *
 * paganin and ctf of the near field make no iterations and give no wave: a thickness in m, a phase in rad.
 *
 * Objects are real or complex as the scan says. The far field of an isolated object goes by IteratePhases on its padded
 * plane, with the beam's centre at the nearest pixel; everything else between waves. Throws UsageError, DataError,
 * NumericalError, Aborted. */
VolumeEstimate ReconstructPhaseClassical(const PhaseScan & scan,
                                         const PhaseClassicalOptions & options,
                                         const ProgressCallback & progress = {});
} // namespace tweedie

#endif
