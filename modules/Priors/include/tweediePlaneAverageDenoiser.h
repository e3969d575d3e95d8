// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePlaneAverageDenoiser_h
#define tweediePlaneAverageDenoiser_h

#include "tweedieDenoiser.h"

#include <cstdint>

namespace tweedie
{
enum class SlicePlanes
{
  Three,
  AcrossZ ///< only D_z: slices are independent, and exactly what the prior knows
};

/** A prior of slices as a prior of volumes, where an operator couples the slices: it is asked for the slices across
 * each of the three axes, and its answers are averaged,
 *
 *    D(x, sigma) = (D_z(x, sigma) + D_y(x, sigma) + D_x(x, sigma)) / 3,    D_z: every slice across axis z by itself
 *
 * The score is the mean of three scores: that of the geometric mean of three densities of the noisy volume, and what a
 * chain follows that takes the planes in turn, here without a memory of whose turn it is. Compare the two perpendicular
 * models of Lee et al. (2023, TPDM) and the coupling by total variation of Chung et al. (2023, DiffusionMBIR).
 *
 * Exact for white priors, and an approximation beyond: of a stationary Gaussian volume with the spectrum S it has the
 * transfer mean of S_p / (S_p + sigma^2), S_p the spectrum of its slices (S averaged over the frequency across them),
 * in place of S / (S + sigma^2). It presumes that slices across look like slices within, and equal voxel edges.
 *
 * A network takes the end of an image for the end of the object, which a slab is not: slices across may be mirrored
 * beyond both ends in z. On a slab of a head that ends inside it, this is worth 4.6 dB.
 *
 * State: [batch, channel, z, y, x], real or complex. Slices go through the prior some at a time, also for derivatives,
 * so that memory does not grow with the volume; differentiable, by JacobianProduct. */
class PlaneAverageDenoiser final : public Denoiser
{
public:
  /** slicePrior: of states [batch, channel, 1, y, x] of any y and x. mirrored: voxels beyond both ends in z (one less
   * than there are, at most). slicesAtOnce: > 0, that go through the prior together. */
  explicit PlaneAverageDenoiser(DenoiserPointer slicePrior,
                                std::int64_t mirrored = 0,
                                SlicePlanes planes = SlicePlanes::Three,
                                std::int64_t slicesAtOnce = 32);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool HasJacobianProduct() const override;
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  double PriorVariance() const override;
  double GuidanceVariance(double sigma) const override;
  bool NeedsNoise() const override;
  double MemoryPerPixel(bool withGradient) const override;
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  DenoiserPointer m_Prior;
  std::int64_t m_Mirrored;
  SlicePlanes m_Planes;
  std::int64_t m_SlicesAtOnce;
};
} // namespace tweedie

#endif
