// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationVolume_h
#define tweedieRestorationVolume_h

#include "tweedieProgress.h"
#include "tweedieRestorationClassical.h"
#include "tweedieRestorationMeasurement.h"
#include "tweedieVolumeEstimate.h"

#include <optional>
#include <string>

namespace tweedie
{
/** Options of a classical restoration of a file: those of the methods, and where to compute. */
struct RestorationVolumeOptions : RestorationClassicalOptions
{
  std::string method = "tikhonov"; ///< a row of RestorationClassicalTable()
  std::optional<double> noise;     ///< overrides the measurement's
  std::int64_t threads = 0;        ///< 0: as they are set
  std::string device = "cpu";

  void Visit(OptionVisitor & v);
};

/** A degraded image restored by a row of RestorationClassicalTable(), slice by slice, in the units and on the grid of
 * the image. Poisson data count as Gaussian of the noise sqrt(mean count) where a method needs a noise, but for
 * richardson-lucy, whose model they are. The deviation of a complex image's magnitude is that of one of its parts, to
 * first order and for a circular posterior. Throws UsageError for a task that is not linear, else as its parts do. */
VolumeEstimate RestoreClassical(const RestorationMeasurement & measurement,
                                const RestorationVolumeOptions & options,
                                const ProgressCallback & progress = {});
} // namespace tweedie

#endif
