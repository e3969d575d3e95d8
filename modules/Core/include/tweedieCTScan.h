// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTScan_h
#define tweedieCTScan_h

#include "tweedieCTGeometry.h"
#include "tweedieVolume.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Projections and what is known of how they were made. */
struct CTScan
{
  CTGeometry geometry;
  /** x, y, z of the grid are u, v and view; spacing and origin of x and y in mm on the detector. One channel, real. */
  Volume projections;
  bool isCounts = false;         ///< else line integrals, without unit
  std::optional<double> photons; ///< I0, mean count of a ray that meets nothing; needed for counts, else sets weights
  double electronic = 0.0;       ///< standard deviation of the detector's own noise, counts
  double scatter = 0.0;          ///< mean count of scatter and dark current
  std::optional<Grid> image;     ///< of the object, where a simulation recorded it
  std::optional<double> muWater; ///< attenuation of water in 1/mm, where the scanner's files say it
  std::vector<std::string> warnings;
};

/** The detector that the grid of projections describes. */
CTDetector DetectorOf(const Grid & projections);

/** The grid of projections of a detector. */
Grid ProjectionGrid(const CTDetector & detector, std::size_t views);

/** Throws DataError unless the projections are finite, real and of one channel, belong to the geometry (number of
 * views, pitches above 0), and counts come with photons. */
void RequireScan(const CTScan & scan);

/** Attenuation in 1/mm of Hounsfield units, muWater (1 + HU / 1000), that of air being 0; and back. Numbers or
 * tensors. */
template <typename T>
T
AttenuationOfHounsfield(const T & hu, double muWater)
{
  return (hu / 1000.0 + 1.0) * muWater;
}

template <typename T>
T
HounsfieldOfAttenuation(const T & mu, double muWater)
{
  return (mu / muWater - 1.0) * 1000.0;
}
} // namespace tweedie

#endif
