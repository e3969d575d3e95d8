// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTProjection_h
#define tweedieCTProjection_h

#include "tweedieCTGeometry.h"
#include "tweedieProgress.h"
#include "tweedieVolume.h"

#include <optional>

namespace tweedie
{
/** Throws DataError unless a grid can be that of projections: axes u, v, view, which the geometry places in space and
 * no direction (but the identity, to 1e-4). */
void RequireProjectionGrid(const Grid & projections);

/** Line integrals, without unit, of a volume on the grid of projections (x, y, z: u, v and view, as in CTScan):
 *
 *    y = A x,   A: JosephProjector
 *
 * x: attenuation in 1/mm or, where muWater (1/mm) is given, Hounsfield units, x = muWater (1 + HU / 1000), not clamped.
 * Outside the volume there is no attenuation. Slice by slice where rows of the detector are slices of the volume (as in
 * CTModel). One real channel, finite. Throws DataError as RequireProjectionGrid, RequireScan, CTModel; UsageError for
 * muWater that is not positive; Aborted. */
Volume ProjectCT(const Volume & image,
                 const CTGeometry & geometry,
                 const Grid & projections,
                 const std::optional<double> & muWater = {},
                 const ProgressCallback & progress = {});

/** The transpose of ProjectCT, of attenuation in 1/mm, on the grid of an image:
 *
 *    x = A^T y,   <A x, y> = <x, A^T y>
 *
 * No reconstruction: nothing is filtered or weighted. Throws as ProjectCT. */
Volume BackProjectCT(const Volume & projections,
                     const CTGeometry & geometry,
                     const Grid & image,
                     const ProgressCallback & progress = {});
} // namespace tweedie

#endif
