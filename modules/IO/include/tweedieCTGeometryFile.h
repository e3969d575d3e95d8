// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTGeometryFile_h
#define tweedieCTGeometryFile_h

#include "tweedieCTGeometry.h"

#include <string>

namespace tweedie
{
/** Reads the XML file of rtk::ThreeDCircularProjectionGeometry, versions 2 and 3. As in RTK a number that stands once
 * holds for all projections that follow, one that stands nowhere is 0, and a matrix must agree with the nine numbers to
 * 0.001. What RTK does not do: a file with matrices alone is read too (rays that diverge: u, v in mm), numbers and
 * elements that are not understood, and a file that ends early, are refused, and
 *
 *    <?tweedie beam="fan"?>
 *
 * which other readers pass over, makes fans of what else are cones. Throws DataError: no such file, no XML, no
 * projections, a missing distance, parallel rays beside divergent ones, collimation, declarations of entities. */
CTGeometry ReadCTGeometry(const std::string & path);

/** Writes version 3, whole or not at all. A number that is the same for all views stands once at the top; the matrix of
 * each view is RTK's, in which a detector is flat. A parallel detector at the isocentre is written 1000 mm before it:
 * the rays are the same, and RTK makes not-a-number of a distance of 0. Throws DataError for parallel rays that are not
 * perpendicular to the detector, and as CTGeometry::Require. */
void WriteCTGeometry(const std::string & path, const CTGeometry & geometry);
} // namespace tweedie

#endif
