// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonuniformNormal_h
#define tweedieNonuniformNormal_h

#include "tweedieCoefficient.h"
#include "tweedieNonuniformSampling.h"

namespace tweedie
{
/** sum_c conj(S[s, c]) A^H W A sum_t S[t, c] x[t] of a NonuniformFourierOperator A, as convolutions: see
 * NonuniformNormalOperator.
 */
class NonuniformNormal
{
public:
  /** weights: real [readout, sample], 0 or more; undefined: ones. */
  NonuniformNormal(const NonuniformSampling & sampling, const at::Tensor & weights, const char * name);

  /** x: contiguous [batch, set, z, y, x], planes or volumes. maps: as in tweedieMapSets.h, or undefined. On other
   * devices than the CPU by ATen. */
  at::Tensor Apply(const at::Tensor & x, const at::Tensor & maps) const;

  /** Eigenvalues of the circulant matrix nearest to it: see NoncartesianSenseOperator::CirculantNormal. */
  at::Tensor Circulant(const at::Tensor & maps) const;

  bool
  IsVolume() const
  {
    return m_Rank == 3;
  }

private:
  template <typename T> struct Task;
  template <typename T> at::Tensor ApplyOnCpu(const at::Tensor & x, const at::Tensor & maps) const;
  at::Tensor ApplyByATen(const at::Tensor & x, const at::Tensor & maps) const;
  at::Tensor Lags() const;

  std::array<std::int64_t, 3> m_Size;
  std::array<std::int64_t, 3> m_Padded; ///< the transforms' size: m_Size, or a little more where that is a bad one
  int m_Rank;
  Coefficient m_Spectra; ///< real [part, z, y, x] of the transforms' size, over the number of points
  Coefficient m_Phases;  ///< [part, z, y, x] of the image
};
} // namespace tweedie

#endif
