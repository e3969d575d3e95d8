// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieResamplingOperators_h
#define tweedieResamplingOperators_h

#include "tweedieLinearOperator.h"

#include <vector>

namespace tweedie
{
/** The mean over blocks that do not overlap:
 *
 *    y[j] = (1 / b) sum of x over block j,   A^H A = P / b,   b = product of the factors
 *
 * with the projection P onto images constant in every block. Real and complex. */
class BlockAverageOperator final : public LinearOperator
{
public:
  /** domain: {channel, z, y, x}; factors: over (y, x) or (z, y, x). The range has every extent divided by its factor.
   * Throws UsageError unless each factor is positive and divides its extent. */
  BlockAverageOperator(Shape domain, const std::vector<std::int64_t> & factors);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  /** In each block: the constant, l = 1 / b, then the rest, l = 0 (a Householder reflection). */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  Shape m_Domain;
  Shape m_Factors; ///< {1, z, y, x}
};

/** Shrinks by the cubic convolution of Keys (1981, a = -1/2), widened by the factor f so that it does not alias:
 *
 *    y[j] = sum_n w[n] x[n] / sum_n w[n],   w[n] = k((n - u) / f),   u = (j + 1/2) f - 1/2
 *    k(t) = 3/2 |t|^3 - 5/2 |t|^2 + 1  for |t| <= 1,   -1/2 |t|^3 + 5/2 |t|^2 - 4 |t| + 2  for 1 < |t| < 2
 *
 * along each axis; beyond the border the image is mirrored, the border pixel repeated (x[-1] = x[0]). Each axis is a
 * small dense matrix, so that the adjoint is exact. Real and complex. */
class BicubicDownsampleOperator final : public LinearOperator
{
public:
  /** domain: {channel, z, y, x}; factors: over (y, x) or (z, y, x). The range has every extent divided by its factor.
   * Throws UsageError unless each factor is positive and divides its extent. */
  BicubicDownsampleOperator(Shape domain, const std::vector<std::int64_t> & factors);
  ~BicubicDownsampleOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  /** The product of the singular vectors along each axis. */
  NormalDecompositionPointer Decompose(const at::TensorOptions & images) const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  struct Data;
  std::unique_ptr<Data> m_Data;
};
} // namespace tweedie

#endif
