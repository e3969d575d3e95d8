// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedScore_h
#define tweedieSimulatedScore_h

#include "tweedieCaseScore.h"
#include "tweedieSimulatedKind.h"

namespace tweedie
{
/** Masks by name of the regions of a slice: of --roi, or the object and its quadrants. */
using SliceRegions = std::vector<std::pair<std::string, at::Tensor>>;

/** roi: labels of one slice, or empty: the object and its quarters. Regions without a pixel of the object are left
 * out. object: [y, x], bool. */
SliceRegions RegionsOf(const Volume & roi, const at::Tensor & object);

/** Everything about one estimate of one scan. samples: as many as were asked for. */
CaseScore ScoreSimulated(const SimulatedKind & kind,
                         const SimulatedScan & scan,
                         const SimulatedEstimate & estimate,
                         const Volume & roi,
                         std::int64_t samples,
                         std::uint64_t seed);

/** The standard deviation of the magnitude of a mean; empty: there is none. */
Volume ShownDeviation(const VolumeEstimate & estimate);
} // namespace tweedie

#endif
