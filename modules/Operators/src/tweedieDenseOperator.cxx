// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorCombinators.h"

#include "tweedieCoefficient.h"
#include "tweedieCombinatorSupport.h"

#include <ATen/ATen.h>

#include <functional>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
class DenseOperator final : public LinearOperator
{
public:
  DenseOperator(const at::Tensor & matrix, Shape domain, Shape range)
      : m_Matrix(matrix), m_Transposed(matrix.transpose(0, 1).contiguous()), m_Adjoint(matrix.conj().resolve_conj()),
        m_Domain(std::move(domain)), m_Range(std::move(range))
  {
  }

  std::string
  Name() const override
  {
    return "DenseOperator";
  }
  Shape
  DomainShape() const override
  {
    return m_Domain;
  }
  Shape
  RangeShape() const override
  {
    return m_Range;
  }
  bool
  RequiresComplex() const override
  {
    return m_Matrix.Original().is_complex();
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return Product(x, m_Transposed, m_Range);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return Product(y, m_Adjoint, m_Domain);
  }

private:
  // Rows of x are samples: (M x)^T = x^T M^T.
  static at::Tensor
  Product(const at::Tensor & x, const Coefficient & right, Shape shape)
  {
    shape.insert(shape.begin(), x.size(0));
    return at::matmul(x.flatten(1), right.For(x)).reshape(shape);
  }

  Coefficient m_Matrix;
  Coefficient m_Transposed;
  Coefficient m_Adjoint;
  Shape m_Domain;
  Shape m_Range;
};

std::int64_t
Product(const Shape & shape)
{
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}
} // namespace

LinearOperatorPointer
Dense(const at::Tensor & matrix, const Shape & domain, const Shape & range)
{
  if (!matrix.defined() || matrix.dim() != 2 || !(matrix.is_floating_point() || matrix.is_complex()))
  {
    Mismatch("Dense", "no matrix", "a real or complex matrix [rows, columns]");
  }
  const Shape from = domain.empty() ? Shape{1, 1, 1, matrix.size(1)} : domain;
  const Shape to = range.empty() ? Shape{1, 1, 1, matrix.size(0)} : range;
  if (Product(from) != matrix.size(1) || Product(to) != matrix.size(0))
  {
    std::ostringstream given;
    given << "a matrix " << matrix.sizes() << " from " << ShapeText(from) << " to " << ShapeText(to);
    Mismatch("Dense", given.str(), "as many rows and columns as the range and the domain have elements");
  }
  return std::make_shared<DenseOperator>(matrix, from, to);
}
} // namespace tweedie
