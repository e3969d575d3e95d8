// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTestMatrixOperator_h
#define tweedieTestMatrixOperator_h

#include "tweedieLinearOperator.h"

#include <ATen/ATen.h>

#include <string>
#include <utility>

namespace tweedie
{
namespace test
{
/** Rows of a dense real matrix [m, n] on states [B, n]. */
class MatrixOperator final : public LinearOperator
{
public:
  explicit MatrixOperator(at::Tensor matrix) : m_Matrix(std::move(matrix)) {}
  std::string
  Name() const override
  {
    return "MatrixOperator";
  }
  Shape
  DomainShape() const override
  {
    return {m_Matrix.size(1)};
  }
  Shape
  RangeShape() const override
  {
    return {m_Matrix.size(0)};
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return at::matmul(x, m_Matrix.transpose(0, 1));
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return at::matmul(y, m_Matrix);
  }

private:
  at::Tensor m_Matrix;
};
} // namespace test
} // namespace tweedie

#endif
