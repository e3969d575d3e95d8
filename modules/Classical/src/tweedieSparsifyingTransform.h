// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSparsifyingTransform_h
#define tweedieSparsifyingTransform_h

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace tweedie
{
/** The T of a penalty R(x) = sum over places of |T x|, of slices [n, 1, 1, y, x] and volumes [n, 1, z, y, x]. */
class SparsifyingTransform
{
public:
  virtual ~SparsifyingTransform() = default;

  /** T x, [n, ...]. */
  virtual at::Tensor Analyze(const at::Tensor & x) const = 0;
  /** T^H c. */
  virtual at::Tensor Adjoint(const at::Tensor & c) const = 0;
  /** T^H T x. */
  virtual at::Tensor Normal(const at::Tensor & x) const = 0;
  /** |c| of each place: broadcasts against c, one number per place. */
  virtual at::Tensor Magnitude(const at::Tensor & c) const = 0;
  /** Eigenvalues of T^H T on a torus of that size, [z, y, x], double, k as in ATen's transforms. */
  virtual at::Tensor Spectrum(at::IntArrayRef size) const = 0;
};

/** Total variation, isotropic: T x = (w_d (x[n + e_d] - x[n])) for the axes d with more than one voxel, zero across the
 * border, w_d the least of these axes' voxel edges over that of d: R(x) is the integral of the gradient's magnitude, in
 * units of voxels of that edge. edges: of a voxel along z, y, x; a slice's are taken for equal. */
std::unique_ptr<const SparsifyingTransform> MakeGradient(const std::array<double, 3> & edges);

/** Orthonormal wavelets (tweedieWaveletTransform.h). Of a volume the corner of low ones is halved along z too, as long
 * as 16 slices are left. levels: within slices; absent: WaveletLevels. */
std::unique_ptr<const SparsifyingTransform> MakeWavelets(const std::optional<std::int64_t> & levels = {});
} // namespace tweedie

#endif
