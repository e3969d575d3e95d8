// SPDX-License-Identifier: Apache-2.0
#include "tweedieFlattenedOperator.h"

#include "tweedieCombinatorSupport.h"

#include <ATen/ATen.h>

#include <functional>
#include <numeric>

namespace tweedie
{
namespace
{
class FlattenedOperator final : public LinearOperator
{
public:
  explicit FlattenedOperator(LinearOperatorPointer a) : m_A(std::move(a)), m_Range(m_A->RangeShape()) {}

  std::string
  Name() const override
  {
    return m_A->Name();
  }
  Shape
  DomainShape() const override
  {
    return m_A->DomainShape();
  }
  Shape
  RangeShape() const override
  {
    return {std::accumulate(m_Range.begin(), m_Range.end(), std::int64_t{1}, std::multiplies<>()), 1, 1, 1};
  }
  std::int64_t
  BatchSize() const override
  {
    return m_A->BatchSize();
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    return FlattenRange(SelectOperator(m_A, index));
  }
  bool
  IsMaskedUnitary() const override
  {
    return m_A->IsMaskedUnitary();
  }
  bool
  IsUnitary() const override
  {
    return m_A->IsUnitary();
  }
  NormalDecompositionPointer
  Decompose(const at::TensorOptions & images) const override
  {
    return m_A->Decompose(images);
  }
  bool
  RequiresComplex() const override
  {
    return m_A->RequiresComplex();
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return m_A->Forward(x).flatten(1).reshape({x.size(0), -1, 1, 1, 1});
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    Shape sizes = m_Range;
    sizes.insert(sizes.begin(), y.size(0));
    return m_A->Adjoint(y.reshape(sizes));
  }
  at::Tensor
  DoNormal(const at::Tensor & x) const override
  {
    return m_A->Normal(x);
  }

private:
  LinearOperatorPointer m_A;
  Shape m_Range;
};
} // namespace

LinearOperatorPointer
FlattenRange(const LinearOperatorPointer & a)
{
  RequireOperator(a, "FlattenRange");
  return std::make_shared<const FlattenedOperator>(a);
}
} // namespace tweedie
