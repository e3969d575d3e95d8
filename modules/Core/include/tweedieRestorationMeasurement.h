// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationMeasurement_h
#define tweedieRestorationMeasurement_h

#include "tweedieVolume.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** A degraded image, slice by slice: y = A(x) + n, with what A is made of. */
struct RestorationMeasurement
{
  Volume data;                         ///< channels as in the image; the grid is that of the measurement
  Grid image;                          ///< the grid of the image to restore
  std::string options;                 ///< the task and its numbers (RestorationTaskOptions) as JSON text
  Volume mask;                         ///< inpainting: real 0/1, size.z = 1 or that of the image; else empty
  Volume kernel;                       ///< blur: real, size.z = 1 or a kernel per slice of the image; else empty
  double scale = 1.0;                  ///< what a prior's unit is in the units of the data
  std::optional<double> noise;         ///< standard deviation of a sample (complex: E|n|^2 = noise^2), data units
  std::optional<double> countsPerUnit; ///< set: the data are counts / countsPerUnit, Poisson
  /** A TorchScript file that is the forward model, named by the user in this run; never from a description, because
   * loading it runs its code. */
  std::string operatorNetwork;
  std::string operatorFingerprint;   ///< SHA-256 of the file that the data were made with; empty: none, or not known
  std::vector<std::string> warnings; ///< what a reader had to assume
};
} // namespace tweedie

#endif
