// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanWeights_h
#define tweedieScanWeights_h

#include "tweedieCTGeometry.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tweedie
{
/** What a circular scan says of itself to a filtered backprojection. Angles in radians, about the axis of rotation. */
struct CircularScan
{
  std::vector<double> angles; ///< of the source (divergent rays) or of the line (parallel ones, from 0 to pi), per view
  std::vector<double> steps;  ///< that each view stands for: half of the gaps beside it
  double arc = 0.0;           ///< covered, both ends' steps included
  bool isFull = false;        ///< the circle (parallel: half of it) is closed
  bool isDisplaced = false;   ///< one side of the detector is wider by more than two pixels: the whole circle is needed
  bool widerIsPositive = false; ///< it reaches further where rays pass the axis on the side of growing gantry angles
  bool widerIsLast = false;     ///< it is that of the last column
  double narrow = 0.0;          ///< how far the narrower side reaches from the axis: an angle; parallel: mm
  double widest = 0.0;
};

/** Throws UsageError for sources that do not lie on a circle about the axis (to 1 mm and a thousandth of its radius),
 * detectors whose rows are not perpendicular to the axis (to half a degree), and less than two views. A gap of more
 * than twice the median counts as missing. */
CircularScan DescribeScan(const CTGeometry & geometry, const CTDetector & detector);

/** What each ray counts for, [views, columns], steps of the views included, so that a line that is measured twice
 * counts once:
 *
 *    parallel, and a full circle with a centred detector    step, half of it for the circle
 *    full circle, displaced detector                        step (1 + sin(pi g / (2 g0))) / 2 for |g| <= g0, the
 *                                                           narrower side's angle; step beyond (Wang 2002)
 *    short scan                                             step * Parker's weight (1982), whose fan angle takes up
 *                                                           all of arc - pi (Wesarg et al. 2002)
 *
 * warnings gets a line for an arc that leaves lines unmeasured. */
at::Tensor RayWeights(const CTGeometry & geometry,
                      const CTDetector & detector,
                      const CircularScan & scan,
                      std::vector<std::string> & warnings);
} // namespace tweedie

#endif
