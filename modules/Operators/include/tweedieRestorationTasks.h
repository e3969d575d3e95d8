// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationTasks_h
#define tweedieRestorationTasks_h

#include "tweedieLinearOperator.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieRestorationMeasurement.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What is done to an image, within each slice. */
struct RestorationTaskOptions
{
  std::string task = "sr";      ///< a row of RestorationTaskTable()
  std::int64_t factor = 4;      ///< sr, sr-bicubic: along y and x
  double boxFraction = 0.25;    ///< inpaint-box: of each side
  double keep = 0.3;            ///< inpaint-random: share of the pixels that is measured
  std::int64_t kernelSize = 61; ///< blurs, in pixels
  double kernelDeviation = 3.0; ///< blur-gaussian, in pixels
  double motionIntensity = 0.5; ///< blur-motion, blur-nonlinear: 0 straight to 1 tangled
  double gamma = 2.2;           ///< blur-nonlinear: of the camera
  double exposure = 2.0;        ///< hdr: factor before clipping
  double low = 0.0;             ///< hdr, blur-nonlinear: black, in units of the image's 99.9th percentile
  double high = 1.0;            ///< hdr, blur-nonlinear: white
  std::int64_t seed = 1;        ///< of masks, kernels and noise

  void Visit(OptionVisitor & v);
};

/** Masks and kernels of a task, one per slice where they are random; undefined where a task has none. */
struct RestorationParts
{
  at::Tensor mask;   ///< [1 or slices, 1, 1, y, x]
  at::Tensor kernel; ///< [1 or slices, 1, 1, ky, kx]
};

/** What a forward model is made of beside its numbers. */
enum class RestorationPart
{
  None,
  Mask,
  Kernel
};

struct RestorationTaskRow
{
  const char * name;
  const char * description; ///< one line
  RestorationPart part;
  bool shrinks; ///< the data have fewer pixels, by the factor along each side
  /** Draws what is random. image: {channel, 1, y, x}. */
  RestorationParts (*draw)(const RestorationTaskOptions & options, const Shape & image, std::int64_t slices);
  /** The forward model of images in units of the 99.9th percentile. */
  ForwardModelPointer (*make)(const RestorationTaskOptions & options,
                              const Shape & image,
                              const RestorationParts & parts);
};

/** sr | sr-bicubic | inpaint-box | inpaint-random | blur-gaussian | blur-motion | blur-nonlinear | hdr | denoise. */
const std::vector<RestorationTaskRow> & RestorationTaskTable();

/** Throws UsageError for an unknown name. */
const RestorationTaskRow & FindRestorationTask(const std::string & name);

/** The task options a measurement carries. Throws DataError for a text that is none. */
RestorationTaskOptions ReadTaskOptions(const RestorationMeasurement & measurement);

/** The forward model of a measurement, batch entry = slice, on images and data divided by its scale. Throws DataError
 * where mask, kernel or grids do not fit, UsageError for numbers that are not possible (a factor that does not divide,
 * a kernel larger than the image, a mask that keeps nothing). */
ForwardModelPointer MakeRestorationModel(const RestorationMeasurement & measurement, const at::Device & device);

/** A degraded image that somebody else made: data, task, and its mask or kernel (else empty). The image's grid follows
 * from that of the data; the scale is the 99.9th percentile of the data. Throws DataError for empty, zero or non-finite
 * data. */
RestorationMeasurement DescribeRestoration(const Volume & data,
                                           const RestorationTaskOptions & task,
                                           const Volume & mask,
                                           const Volume & kernel);

struct RestorationNoiseOptions
{
  std::string model = "gaussian"; ///< gaussian | poisson
  double noise = 0.02;            ///< gaussian: standard deviation when the 99.9th percentile is 1; 0: none
  double counts = 1000.0;         ///< poisson: mean count where the image is at its 99.9th percentile

  void Visit(OptionVisitor & v);
};

/** Degrades an image, real or complex, with any number of channels, in double precision. The measurement keeps the
 * image's units and geometry; scale is the 99.9th percentile of |image|. Throws DataError for an empty, constant-zero
 * or non-finite image, and for negative or complex values with Poisson noise or a task that needs real ones. */
RestorationMeasurement SimulateRestoration(const Volume & image,
                                           const RestorationTaskOptions & task,
                                           const RestorationNoiseOptions & noise,
                                           const ProgressCallback & progress = {});
} // namespace tweedie

#endif
