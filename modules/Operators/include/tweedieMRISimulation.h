// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRISimulation_h
#define tweedieMRISimulation_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieSamplingPattern.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace tweedie
{
/** Sensitivities [coil, 1, y, x] (complex double) of loops around the field of view, each a pair of opposite line
 * currents (Biot-Savart in the plane), scaled to sum_c |S[c]|^2 = 1 everywhere. The maps are functions of position:
 * oversampling = 2 evaluates the same maps at half the spacing, [coil, 1, 2 y, 2 x]. */
at::Tensor SimulateSensitivities(
    std::int64_t coils, std::int64_t rows, std::int64_t columns, std::uint64_t seed, int oversampling = 1);

/** A random smooth phase [y, x] in radian (double): any constant, plus Legendre polynomials up to degree 3 in y and x
 * whose normal coefficients have standard deviation 1 (slopes), 1/2, 1/4; a function of position like the
 * sensitivities. stream: the slice. */
at::Tensor SimulateSmoothPhase(
    std::int64_t rows, std::int64_t columns, std::uint64_t seed, std::uint64_t stream, int oversampling = 1);

struct MRISimulationOptions
{
  std::string phase = "smooth";             ///< none | smooth
  std::string mask = "equispaced-fraction"; ///< one of SamplingPatternKinds()
  double acceleration = 4.0;
  double centerFraction = 0.08;
  std::int64_t coils = 8;
  double noise = 0.02; ///< sigma of a complex k-space sample when the image's 99.9th percentile is 1; 0: none
  std::int64_t seed = 1;

  void Visit(OptionVisitor & v);
};

struct MRISimulation
{
  MRIScan scan;     ///< noise absent when it was 0
  Volume reference; ///< complex, noise-free, fully sampled, in the units of the data: times scan.scale = image units
  SamplingPattern pattern;
};

/** Simulates the acquisition of a real image, slice by slice, on a Cartesian grid, or along a trajectory (as MRIScan
 * has it, within slices; the pattern's lines are its readouts) by the sum over the object in double precision.
 *
 * The data are not made by the operator that reconstructs them: each slice is interpolated to twice the resolution
 * (Fourier), multiplied there by phase and sensitivities evaluated on the fine grid, transformed in double precision,
 * and the centre of that k-space is kept. field: along a trajectory each sample is the sum over the object as it has
 * turned until then, the map between pixels linear; the scan knows it. The reference is the inverse transform of that
 * centre for a coil of sensitivity 1. For several coils the discrete model S[c] x therefore holds only as well as it
 * does for a scanner.
 *
 * scan.scale is the image's 99.9th percentile. Throws DataError for a complex, empty, constant-zero or non-finite
 * image, UsageError for wrong options. */
MRISimulation SimulateMRI(const Volume & image,
                          const MRISimulationOptions & options,
                          const ProgressCallback & progress = {},
                          const Volume & trajectory = {},
                          const MRIFieldMap & field = {});
} // namespace tweedie

#endif
