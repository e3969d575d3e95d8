// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTSimulation_h
#define tweedieCTSimulation_h

#include "tweedieCTScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tweedie
{
struct CTSimulationOptions
{
  std::int64_t detector = 0;        ///< columns; 0: as many as see the whole image
  std::optional<std::int64_t> rows; ///< parallel, fan: one per slice; cone: required
  double pitch = 1.0;               ///< of columns, mm
  std::optional<double> rowPitch;   ///< mm; that of the slices (parallel, fan), or of the columns (cone)
  std::optional<double> photons;    ///< none: line integrals without noise
  double electronic = 0.0;
  double scatter = 0.0;
  std::int64_t oversample = 2; ///< rays per column, and pixels of the object per pixel of the image, along a side
  std::string units = "hu";    ///< of the image: hu | mu (1/mm)
  double muWater = 0.02;       ///< 1/mm
  std::int64_t seed = 1;

  void Visit(OptionVisitor & v);
};

/** Simulates the scan of an image.
 *
 * The data are not made by the operator that reconstructs them: the object is the image interpolated linearly to
 * oversample times its resolution, each pixel of the detector averages the intensity exp(-l) over oversample rays along
 * a side, and -log of that is its line integral; then SimulateCounts. Hounsfield units below -1000 count as air, and
 * the warnings say how many. A slice of the image is a row of the detector for parallel rays and fans, at the slice's
 * height; row pixels lie at -(N - 1) / 2 pitch.
 *
 * image: one real channel. Throws DataError for other images and values, and a negative attenuation; UsageError for
 * options that do not fit; Aborted. */
CTScan SimulateCT(const Volume & image,
                  const CTGeometry & geometry,
                  const CTSimulationOptions & options,
                  const ProgressCallback & progress = {});
} // namespace tweedie

#endif
