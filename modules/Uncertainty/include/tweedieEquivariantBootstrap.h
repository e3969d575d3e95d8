// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEquivariantBootstrap_h
#define tweedieEquivariantBootstrap_h

#include "tweedieReplicas.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** A motion of the slices of an image that can be undone: mirrored, then shifted around, then turned. */
struct ImageMotion
{
  bool flipY = false;
  bool flipX = false;
  std::int64_t shiftY = 0; ///< pixels, around the edge
  std::int64_t shiftX = 0;
  double angle = 0.0; ///< radian, from x towards y, about the middle of the frame
};

/** images [..., y, x], real or complex; aspect: spacing of y over that of x. Turning is by three shears, each a shift
 * of lines by their Fourier series (Unser, Thevenaz and Yaroslavsky 1995), so that the inverse undoes it but for the
 * highest frequency of even sizes. */
at::Tensor Moved(const at::Tensor & images, const ImageMotion & motion, double aspect = 1.0);
at::Tensor MovedBack(const at::Tensor & images, const ImageMotion & motion, double aspect = 1.0);

struct BootstrapOptions
{
  std::int64_t replicas = 100;
  std::int64_t replicaSeed = 1;
  double shift = 0.05;    ///< largest, as a share of a side
  double rotation = 10.0; ///< largest, degrees
  bool flips = true;
  double level = 0.0; ///< of the interval of a pixel; 0: none is made

  void Visit(OptionVisitor & v);
};

struct BootstrapEstimate
{
  VolumeEstimate estimate;
  Volume low; ///< of the interval, magnitudes of complex images; empty where no level is asked for
  Volume high;
};

/** What a method gets wrong, by what it gets wrong of its own estimate (equivariant bootstrap, Tachella and Pereyra
 * 2024):
 *
 *    y_r = noise of (A T_r x),   e_r = T_r^-1 x(y_r) - x,   x* in [x - q_(1+p)/2(e), x - q_(1-p)/2(e)],   s^2 = mean
 * e^2
 *
 * with random motions T_r, to which the object is indifferent and the operator is not: what it does not see of T_r x is
 * seen of x. Shifts alone tell little where A commutes with them (MRI of one coil, CT); turning does. Objects must lie
 * inside their frame. Far fields of isolated objects do not change by these motions: there all are the identity.
 *
 * It knows no structure that the estimate does not have: what the method erases is not missed. Standard deviation as of
 * ReconstructWithReplicas, but around the estimate. Throws UsageError for wrong options, DataError for an estimate that
 * the model does not take, Aborted. */
BootstrapEstimate ReconstructWithBootstrap(const MRIScan & scan,
                                           const BootstrapOptions & options,
                                           const Reconstruction<MRIScan> & reconstruct,
                                           const ProgressCallback & progress = {});
BootstrapEstimate ReconstructWithBootstrap(const CTScan & scan,
                                           const BootstrapOptions & options,
                                           const Reconstruction<CTScan> & reconstruct,
                                           const ProgressCallback & progress = {});
BootstrapEstimate ReconstructWithBootstrap(const PhaseScan & scan,
                                           const BootstrapOptions & options,
                                           const Reconstruction<PhaseScan> & reconstruct,
                                           const ProgressCallback & progress = {});
} // namespace tweedie

#endif
