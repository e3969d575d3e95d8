// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCoilMaps_h
#define tweedieCoilMaps_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <string>

namespace tweedie
{
struct CoilMapOptions
{
  std::string method = "espirit";
  std::int64_t calibration = 24; ///< samples across the centre of k-space, at most
  std::int64_t kernel = 6;       ///< espirit: samples across a patch, at most; half of a small centre's
  double threshold = 0.001;      ///< espirit: least power of a patch that counts as signal, of the largest
  double crop = 0.8;             ///< espirit: least eigenvalue of a pixel that has maps
  bool softCrop = false;         ///< espirit: maps fade around it
  std::int64_t mapSets = 1;      ///< espirit: sets of maps

  void Visit(OptionVisitor & v);
};

struct CoilMaps
{
  Volume maps;           ///< complex, sum over the coils of |S|^2 is 1, or 0 where they are cropped; sets x coils
  Volume eigenvalues;    ///< espirit, one per set: 1 where the coils explain a pixel; empty for walsh
  std::int64_t sets = 1; ///< of maps
};

/** Sensitivities of the coils, slice by slice, from the fully sampled centre of k-space.
 *
 *    espirit  patches of the centre span a space with projection P; each pixel's maps are the eigenvector of
 *             G(q)[c, d] = 1 / kernel^2 sum_{u, v} P[c u, d v] exp(-2 pi i (v - u) q / N)
 *             with the largest eigenvalue (Uecker et al. 2014); set s has that of the s-th largest. Where an object
 *             reaches beyond the field of view two of them are near 1, and any two vectors of their plane are as good
 *    walsh    the eigenvector of mean(I I^H) over 5 x 5 pixels around it, I the images of the centre (Walsh et al.
 * 2000)
 *
 * softCrop: a set is weighed by w(l) = s((l^(1/2) - crop) / (1 - crop)), s(t) = 1/2 + t / (1 + t^2) within -1..1, 0
 * below and 1 above: what "bart ecalib -S" makes of an eigenvalue l.
 *
 * The phase of the strongest virtual coil is 0, in every set. mask: where k-space was measured, one slice or as many.
 * Throws DataError for a centre smaller than the kernel, one without signal, and more sets than coils. */
CoilMaps EstimateCoilMaps(const Volume & kspace,
                          const Volume & mask,
                          const CoilMapOptions & options,
                          const ProgressCallback & progress = {});

/** The same of a scan's own centre, which is gridded along a trajectory (tweedieGriddedCenter.h). */
CoilMaps EstimateCoilMaps(const MRIScan & scan, const CoilMapOptions & options, const ProgressCallback & progress = {});
} // namespace tweedie

#endif
