// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDiffractionOperator_h
#define tweedieDiffractionOperator_h

#include "tweedieLinearOperator.h"

#include <cstdint>
#include <memory>

namespace tweedie
{
/** Far-field waves of an object behind codes d_l (a support is one code of zeros and ones), l = 1 .. L:
 *
 *    (A x)_l = F P (d_l x) / sqrt(L),    A^H A = diag(sum_l |d_l|^2 / L)
 *
 * P pads the object with zeros to the pattern, centre on centre (floor(N / 2) in each dimension); F is the centred
 * unitary FourierTransform. Complex waves only; a real object is one whose imaginary part is zero.
 *
 * Candes, Li and Soltanolkotabi 2015, eq. 1.3, are the codes; padding: Miao, Sayre and Chapman 1998. */
class DiffractionOperator final : public LinearOperator
{
public:
  /** codes: [1 or batch, L, 1, y, x], real or complex, of the size of the object; pattern: rows and columns of the
   * detector. Throws DataError for other shapes and codes that are not finite or all zero. */
  DiffractionOperator(const at::Tensor & codes, std::int64_t rows, std::int64_t columns);
  ~DiffractionOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  bool IsMaskedUnitary() const override;
  bool RequiresComplex() const override;
  /** The pixels. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

  /** sum_l |d_l|^2 / L: [1 or batch, 1, 1, y, x], real. */
  at::Tensor NormalDiagonal() const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
