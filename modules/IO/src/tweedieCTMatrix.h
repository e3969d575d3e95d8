// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTMatrix_h
#define tweedieCTMatrix_h

#include "tweedieCTGeometry.h"

#include <array>

namespace tweedie
{
/** Row by row: (w u, w v, w) = P (x, y, z, 1) is where a point of the fixed system is seen, in mm on the flat detector.
 */
using CTMatrix = std::array<double, 12>;

/** With the axes e_u, e_v, n of the view, source offsets s, projection offsets p:
 *
 *    divergent   rows (s_x - p_x) (n, -sid) - sdd (e_u, -s_x),   (s_y - p_y) (n, -sid) - sdd (e_v, -s_y),   (n, -sid)
 *    parallel    rows (e_u, -p_x),                               (e_v, -p_y),                               (0, 0, 0,
 * 1)
 *
 * as rtk::ThreeDCircularProjectionGeometry::GetMatrix (Rit et al. 2014). */
CTMatrix MatrixOfGantry(const CTGantry & gantry);

/** The inverse for a matrix times any factor; sdd > 0 or, parallel, 0. Throws DataError where it is not that of a
 * detector with perpendicular axes on which u and v are in the same unit as space. */
CTGantry GantryOfMatrix(const CTMatrix & matrix);
} // namespace tweedie

#endif
