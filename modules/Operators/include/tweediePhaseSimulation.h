// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseSimulation_h
#define tweediePhaseSimulation_h

#include "tweedieOptions.h"
#include "tweediePhaseScan.h"
#include "tweedieProgress.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How patterns of an image are made. */
struct PhaseSimulationOptions
{
  std::string experiment = "fourier";  ///< fourier | coded | near-field
  double oversampling = 2.0;           ///< fourier: detector pixels per object pixel along each side
  std::int64_t patterns = 4;           ///< coded: number of codes
  std::string code = "phase";          ///< coded: phase (uniform) | octonary
  std::optional<double> energy;        ///< keV
  double wavelength = 1.5e-10;         ///< m, where no energy is given
  std::vector<double> distance{1.0};   ///< m; near field: one for each pattern
  std::optional<double> source;        ///< m, near field: from a point source to the object
  double pixelPitch = 55e-6;           ///< m, of the detector
  std::string support = "square";      ///< square: the whole frame | tight: where the object is not zero
  double beamStop = 0.0;               ///< pixels: radius around the centre that sees nothing
  std::string noiseModel = "gaussian"; ///< of amplitudes | poisson: of counts
  double noise = 0.0;                  ///< gaussian: standard deviation of an amplitude, units of the object; 0: none
  double photons = 1e6;                ///< poisson: mean count of all patterns of an object together
  double dark = 0.0;                   ///< poisson: mean count of a pixel beside
  bool hounsfield = false;             ///< the image is CT: x = (HU + 1000) / 2000, not below 0
  std::int64_t seed = 1;               ///< of codes and noise

  void Visit(OptionVisitor & v);
};

/** Patterns of the slices of an image, in double precision. The image is the object x itself, in its own
 * units (scan.scale is its 99.9th percentile), or with hounsfield an attenuation. scan.object gets the pitch that
 * experiment, wavelength and distance give it, and the image's number of pixels. Throws DataError for an empty, zero or
 * non-finite image and for one with negative values, UsageError for wrong options. */
PhaseScan SimulatePhase(const Volume & image,
                        const PhaseSimulationOptions & options,
                        const Volume & codes = {},
                        const ProgressCallback & progress = {});

/** The objects of an image as SimulatePhase sees them, on the grid of the scan's object. */
Volume PhaseObject(const Volume & image, const PhaseScan & scan);
} // namespace tweedie

#endif
