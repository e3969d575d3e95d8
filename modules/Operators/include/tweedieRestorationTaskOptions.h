// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationTaskOptions_h
#define tweedieRestorationTaskOptions_h

#include "tweedieOptions.h"
#include "tweedieRestorationMeasurement.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What is done to an image, within each slice unless CouplesSlices. */
struct RestorationTaskOptions
{
  std::string task = "sr"; ///< a row of RestorationTaskTable()
  std::int64_t factor = 4; ///< sr, sr-bicubic: along y and x
  /** sr, sr-bicubic: along x, y and z in place of factor; empty: factor, factor, 1 */
  std::vector<double> axisFactor;
  double boxFraction = 0.25;    ///< inpaint-box: of each side
  double keep = 0.3;            ///< inpaint-random: share of the pixels that is measured
  std::int64_t kernelSize = 61; ///< blurs, in pixels
  double kernelDeviation = 3.0; ///< blur-gaussian, in pixels
  std::int64_t dimensions = 2;  ///< blur-gaussian: 2 within each slice, 3 also across slices
  double motionIntensity = 0.5; ///< blur-motion, blur-nonlinear: 0 straight to 1 tangled
  double gamma = 2.2;           ///< blur-nonlinear: of the camera
  std::string operatorNetwork;  ///< blur-nonlinear: a NetworkModel's file in place of kernel and camera
  double exposure = 2.0;        ///< hdr: factor before clipping
  double low = 0.0;             ///< hdr, blur-nonlinear: black, in units of the image's 99.9th percentile
  double high = 1.0;            ///< hdr, blur-nonlinear: white
  std::int64_t seed = 1;        ///< of masks, kernels and noise

  void Visit(OptionVisitor & v);
};

/** How many times fewer pixels the data have along each axis: 1 under a task that does not shrink. Throws UsageError
 * for an unknown task, and for axis factors other than three whole numbers from 1 to 64. */
Axes<std::int64_t> ShrinkingFactors(const RestorationTaskOptions & task);

/** Whether slices depend on each other: super-resolution or a blur across them. Images are then [1, channel, z, y, x]
 * in place of [slice, channel, 1, y, x]. */
bool CouplesSlices(const RestorationTaskOptions & task);

/** Task and numbers as JSON text, for a measurement: without the file of a network, which is of this run alone. */
std::string TaskOptionsText(RestorationTaskOptions options);

/** The grid of the image that data on this grid were made from: the field of view of the data, under a task that
 * shrinks in factor times more pixels along x and y, or along each axis, so that
 *
 *    spacing' = spacing / factor,    origin' = origin + direction (spacing' - spacing) / 2   along them.
 *
 * Throws UsageError for an unknown task. */
Grid RestoredGrid(const Grid & data, const RestorationTaskOptions & task);

/** A degraded image that somebody else made: data, task, and its mask (not 0 where measured) or kernel (else empty).
 * The image's grid is RestoredGrid; the scale is the 99.9th percentile of the data. What stands where a mask is 0 is no
 * data, be it metal or not-a-number: it is replaced by zeros, and counts neither for the scale nor for the fit. Throws
 * DataError for empty, zero or non-finite data. */
RestorationMeasurement DescribeRestoration(const Volume & data,
                                           const RestorationTaskOptions & task,
                                           const Volume & mask,
                                           const Volume & kernel);
} // namespace tweedie

#endif
