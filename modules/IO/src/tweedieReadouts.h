// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReadouts_h
#define tweedieReadouts_h

#include "tweedieBartFile.h"

#include <string>

namespace tweedie
{
/** Samples along a trajectory, [coil][slice][readout][sample], of BART's layout 1 x samples x readouts x coils, slices
 * in dimension 13. Throws DataError for another one. */
Volume ReadoutsFromBart(const BartArray & array, const std::string & name);
BartArray BartFromReadouts(const Volume & volume);

/** See tweedieTrajectoryFile.h. */
Volume TrajectoryFromBart(const BartArray & array, const std::string & name);
BartArray BartFromTrajectory(const Volume & trajectory);

/** The pixels of a square image whose k-space a trajectory in cycles per field of view reaches the edge of. Throws
 * DataError where its unit must be another one. */
std::int64_t PixelsOfTrajectory(const Volume & trajectory, const std::string & name);
} // namespace tweedie

#endif
