// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSenseNormal_h
#define tweedieSenseNormal_h

#include "tweedieBlockKernels.h"
#include "tweedieCoefficient.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** A^H A of Cartesian MRI without a single shift.
 *
 * F = P_c U P_b with the bare transform U and the permutations P that centre; hence F^H M F = P_b^H U^H (P_c^H M P_c) U
 * P_b, and P_b (a cyclic shift of the image) commutes with the circulant in the middle: F^H M F = U^H M' U with M' the
 * mask moved so that DC comes first. If M' is constant along a dimension, the transform along it cancels too. */
class SenseNormal
{
public:
  /** mask [1 or batch, 1, 1, y, x]. */
  explicit SenseNormal(const at::Tensor & mask);

  /** x: [batch, set, 1, y, x] contiguous complex; maps: as in tweedieMapSets.h, like x, or undefined. */
  at::Tensor Apply(const at::Tensor & x, const at::Tensor & maps) const;

  /** The same by ATen, for devices other than the CPU. */
  at::Tensor ApplyByATen(const at::Tensor & x, const at::Tensor & maps) const;

private:
  /** Which transforms are left. */
  enum class Kind
  {
    Columns, ///< along y: mask constant in x
    Rows,    ///< along x: mask constant in y
    Plane
  };

  template <typename T> struct Task;
  template <typename T> at::Tensor ApplyOnCpu(const at::Tensor & x, const at::Tensor & maps) const;

  Kind m_Kind;
  Extent m_Extent;
  Coefficient m_Mask;      ///< M', [1 or batch, 1, 1, y, x]
  Coefficient m_BlockMask; ///< M' / N as one block of the CPU path needs it, [1 or batch, rows, columns]
};
} // namespace tweedie

#endif
