// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTrajectory_h
#define tweedieTrajectory_h

#include "tweedieLinearOperator.h"
#include "tweedieOptions.h"

namespace tweedie
{
struct TrajectoryOptions
{
  /** radial: readouts across the centre at angles pi v / V. golden-angle: at pi v (5^(1/2) - 1) / 2 (Winkelmann et al.
   * 2007). kooshball: a volume's, by the golden means (Chan et al. 2009). spiral: Archimedean arms from the centre
   * outwards at constant speed, as many turns as put neighbouring arms one cycle apart. */
  std::string kind = "radial";
  std::int64_t size = 256; ///< pixels across the field of view: reaches size / 2
  std::int64_t readouts = 64;
  std::int64_t samples = 0; ///< per readout; 0: twice the size

  /** "kind" is a choice of the visitor; the others numbers. */
  void Visit(OptionVisitor & v);
};

/** [readout, sample, 2] (k_x, k_y), or 3 with k_z, double, cycles per field of view: sample floor(S / 2) of a radial
 * readout and sample 0 of a spiral's are the centre. Throws UsageError for options out of range. */
at::Tensor MakeTrajectory(const TrajectoryOptions & options);

/** k in cycles per field of view, from that unit, cycles per sample (up to 0.5) or radians (up to pi).
 * unit: "cycles-per-fov", "cycles-per-sample", "radians", or "auto": the one whose largest number the trajectory's
 * largest one reaches to between 0.8 and 1.01 of. Throws DataError where none is, or two are. image: {.., z, y, x}. */
at::Tensor TrajectoryInCycles(const at::Tensor & trajectory, const Shape & image, const std::string & unit = "auto");

/** Weights w[j] that make sum_i w[i] K(k_j - k_i) = 1 (Pipe and Menon 1999), [readout, sample], double: the part of
 * k-space, in squared (cubed) cycles per field of view, that a sample stands for; 1 for Nyquist's grid. K: a triangle
 * over twice the field of view (of a volume: over it), transformed: without negative values. Step w / (K w).
 * Where neighbours are cycles apart K does not see the gap, and w stays near s_j of EffectiveAcceleration. */
at::Tensor DensityCompensation(const at::Tensor & trajectory, const Shape & image, std::int64_t iterations = 30);

/** The same for straight readouts across the centre, evenly over all angles: the part of an annulus (a shell) halfway
 * to the neighbours of a sample. Throws UsageError where a readout is not straight, evenly spaced, through 0. */
at::Tensor RadialDensity(const at::Tensor & trajectory);

/** The part of k-space the trajectory reaches (an ellipse, or a box) over the part its samples measure, sum_j min(w_j,
 * s_j): at most Nyquist's cell, or s_j < 1 of it where its neighbours in the readout are s_j cycles away. */
double EffectiveAcceleration(const at::Tensor & trajectory, const at::Tensor & density);
} // namespace tweedie

#endif
