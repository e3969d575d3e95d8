// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseScan_h
#define tweediePhaseScan_h

#include "tweedieVolume.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How an object becomes a pattern. */
enum class PhaseExperiment
{
  Fourier,  ///< far field of an isolated object: |F P (s x)|, P zero-pads to the detector, s the support
  Coded,    ///< far fields behind known codes: |F P (d_l x)| / sqrt(L), l = 1 .. L
  NearField ///< the wave at distances z_l behind the object, periodic beyond its frame: |H(z_l) x|
};

/** Diffraction patterns and what is known of how they were made. Lengths are metres, but those of grids, which are
 * millimetres as everywhere. F is the centred unitary Fourier transform. */
struct PhaseScan
{
  PhaseExperiment experiment = PhaseExperiment::Fourier;
  /** Real, [pattern][object][y][x]: amplitudes |A x| or counts. x and y of the grid are the detector's, spacing its
   * pitch; objects are independent. */
  Volume patterns;
  bool isCounts = false;
  Volume mask;    ///< real 0/1, like the patterns or with one pattern or object for all; 0: beam stop, dead, saturated
  Volume codes;   ///< Coded: complex, [pattern][1][y][x] on the grid of the object
  Volume support; ///< real 0/1 on the grid of the object, one for all or one for each; empty: all of that grid
  double wavelength = 0.0;              ///< m
  std::vector<double> distances;        ///< m, object to detector: one, or one for each pattern of a near field
  std::optional<double> sourceDistance; ///< m, point source to object, near field; none: parallel beam
  std::array<double, 2> beamCentre{};   ///< x, y in pixels, from the centre of the first: where the direct beam meets
  Grid object;                          ///< of the objects; z as in patterns
  bool isReal = true;                   ///< the object has no phase of its own
  bool isNonNegative = true;            ///< of a real object
  std::optional<double> noise;          ///< standard deviation of an amplitude
  std::optional<double> countsPerUnit;  ///< mean count where |A x|^2 = 1; needed for counts
  double dark = 0.0;                    ///< mean count beside those of the object
  double scale = 1.0;                   ///< what a prior's unit is in units of x
  /** x = (HU + 1000) / that: the object is an attenuation, and a prior of CT knows its scale by itself */
  std::optional<double> hounsfieldPerUnit;
  std::vector<std::string> warnings;
};

/** "fourier", "coded", "near-field"; and back, throwing UsageError for other names. */
const char * ToString(PhaseExperiment experiment);
PhaseExperiment PhaseExperimentFromName(const std::string & name);

/** m: 12.398419843320026e-10 / E[keV] (h c, exact in the SI of 2019). Throws UsageError unless above 0. */
double WavelengthOfEnergy(double kiloelectronvolts);

/** Throws DataError unless the patterns are finite, real, not negative and not all zero, wavelength, pitch and
 * distances positive, mask, codes and support fit and leave something (support: at most half of the pattern along each
 * side that it is cut from), counts have a scale and beam centre lies on the detector. */
void RequirePhaseScan(const PhaseScan & scan);

/** Detector pixels per object pixel, x and y: size of the pattern over that of the object, or of its support's bounding
 * box. 2 and more determine an object of unknown phases in the far field. */
std::array<double, 2> OversamplingOf(const PhaseScan & scan);

/** a^2 / (lambda z), a: half the object's longer side; the shortest distance counts. Behind a point source z is z_eff.
 */
double FresnelNumberOf(const PhaseScan & scan);

/** Pixel pitch of the object, m: far field lambda z / (M pitch); near field the detector's over the magnification. */
std::array<double, 2> ObjectPitch(const PhaseScan & scan);

/** 1 + z / z_source; 1 for a parallel beam. */
double MagnificationOf(const PhaseScan & scan, double distance);
} // namespace tweedie

#endif
