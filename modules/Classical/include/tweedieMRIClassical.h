// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIClassical_h
#define tweedieMRIClassical_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Options of the classical reconstructions of an MRI scan. */
struct MRIClassicalOptions
{
  std::string method = "sense";  ///< zero-filled | sense | tv | wavelet | grappa | gaussian-field
  std::string combine = "sense"; ///< zero-filled, grappa: sense (A^H y) | rss (root of the sum of squares, no maps)
  std::optional<double> lambda;  ///< sense: weight of ||x||^2; tv, wavelet: of the penalty, absent: discrepancy
  std::int64_t iterations = 500; ///< at most
  double tolerance = 1e-4;       ///< sense: relative residual; tv, wavelet: relative duality gap
  bool randomShift = false;      ///< wavelet: moves its grid before each step; all iterations are made then
  std::optional<double> noise;   ///< overrides the scan's
  std::int64_t threads = 0;      ///< 0: as they are set
  std::string device = "cpu";
  std::int64_t samples = 0; ///< gaussian-field: draws behind the standard deviation; these three are not visited
  std::int64_t seed = 1;
  bool keepSamples = false;

  void Visit(OptionVisitor & v);
};

/** Reconstruction of all slices of a scan, in the units of the data; x is complex.
 *
 *    zero-filled  x = A^H y, or (combine = rss) the root of the sum of squares of the coils' images F^H y
 *    sense        argmin 1/2 ||A x - y||^2 + lambda/2 ||x||^2 by conjugate gradients (Pruessmann et al. 2001);
 *                 lambda absent: 0.01 max(sum |S|^2), whatever the noise
 *    tv           argmin 1/2 ||A x - y||^2 + lambda TV(x), stopped on the duality gap (tweedieTotalVariation.h);
 *                 lambda absent: slice by slice so that ||A x - y||^2 = samples sigma^2 (discrepancy principle)
 *    wavelet      argmin 1/2 ||A x - y||^2 + lambda ||W x||_1, stopped and weighed alike (tweedieWaveletSparsity.h)
 *                 tv and wavelet along a trajectory: by alternating directions, preconditioned by a circulant
 *                 (tweedieSplitSolver.h); where it has a k_z, of the volume, tv with the voxels' edges
 *    grappa       lines that were not measured from those that were (tweedieGrappa.h), combined like zero-filled
 *    gaussian-field  posterior mean, and with samples the standard deviation, under a Gaussian Markov field of that
 *                 precision of a difference of neighbours (tweedieGaussianField.h); absent: the most likely one
 *
 * With several sets of coil maps x is a stack of images, one per set; penalties are joint: the moduli of TV and of the
 * wavelets' coefficients are roots over the sets, (sum_s |.|^2)^(1/2). Where an object reaches beyond the field of view
 * two eigenvectors are as good as any two of their plane, and a joint penalty does not depend on which were taken. The
 * estimate's mean is CombineSets of the stack (tweedieSetCombination.h), which is its sets; gaussian-field is refused.
 *
 * The summary's data fit is ||A x - y||^2 / (samples sigma^2); NaN where the noise is unknown or for rss, which has no
 * A. Throws DataError for inconsistent data, UsageError for wrong options, NumericalError, Aborted when progress
 * returns false. */
VolumeEstimate
ReconstructClassical(const MRIScan & scan, const MRIClassicalOptions & options, const ProgressCallback & progress = {});

/** The weight of ||x||^2 that sense takes: lambda, or where it is absent 0.01 max(sum |S|^2). */
double SensePenalty(const MRIClassicalOptions & options, double largestSumOfSquares);

/** A row of the table of classical methods. */
struct ClassicalMethodInfo
{
  const char * name;
  const char * description; ///< one line
};

const std::vector<ClassicalMethodInfo> & ClassicalMethods();
} // namespace tweedie

#endif
