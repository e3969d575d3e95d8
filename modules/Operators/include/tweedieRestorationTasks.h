// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationTasks_h
#define tweedieRestorationTasks_h

#include "tweedieLinearOperator.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieRestorationMeasurement.h"
#include "tweedieRestorationTaskOptions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** Masks and kernels of a task, one per slice where they are random; undefined where a task has none. */
struct RestorationParts
{
  at::Tensor mask;   ///< [1 or slices, 1, 1, y, x]
  at::Tensor kernel; ///< [1 or slices, 1, 1, ky, kx], or [1, 1, kz, ky, kx] across slices
  c10::Device device = c10::Device(c10::DeviceType::CPU);
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
  /** Draws what is random. image: {channel, 1, y, x}, or {channel, z, y, x} where slices are coupled. */
  RestorationParts (*draw)(const RestorationTaskOptions & options, const Shape & image, std::int64_t slices);
  /** The forward model of images in units of the 99.9th percentile, on the device of the parts. */
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

/** What a forward model is made of: that of the row, but for a network in place of kernel and camera. */
RestorationPart PartOf(const RestorationTaskOptions & options);

/** The data or the mask of a measurement as its model takes them: [slice, channel, 1, y, x], or [1, channel, z, y, x]
 * where its task couples slices. A view. */
at::Tensor MeasurementBatch(const RestorationMeasurement & measurement, const Volume & part);

/** The forward model of a measurement, batch entry = slice (all slices, where they are coupled), on images and data
 * divided by its scale. Throws DataError where mask, kernel, grids or the network do not fit, UsageError for numbers
 * that are not possible (a factor that does not divide, a kernel larger than the image, a mask that keeps nothing) and
 * where the network's file is not named. */
ForwardModelPointer MakeRestorationModel(const RestorationMeasurement & measurement, const at::Device & device);

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
