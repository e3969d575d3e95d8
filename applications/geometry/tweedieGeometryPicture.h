// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGeometryPicture_h
#define tweedieGeometryPicture_h

#include "tweedieCTGeometry.h"
#include "tweediePicture.h"

#include <optional>

namespace tweedie
{
/** A CT geometry seen along the axis of rotation and from the side: isocentre, the sources of all views, and of the
 * first view the outer rays and the detector; with a detector also the field of view. Without one a detector of two
 * fifths of the distance from the source is drawn. The letters are those of a patient who lies on the back, head first:
 * left, right, anterior, posterior, superior, inferior. */
Picture DrawCTGeometry(const CTGeometry & geometry, const std::optional<CTDetector> & detector);
} // namespace tweedie

#endif
