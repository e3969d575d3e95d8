// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorCombinators.h"

#include "tweedieCombinatorSupport.h"
#include "tweedieDecompositions.h"
#include "tweedieWeightedOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class IdentityOperator final : public LinearOperator
{
public:
  explicit IdentityOperator(Shape shape) : m_Shape(std::move(shape)) {}

  std::string
  Name() const override
  {
    return "Identity";
  }
  Shape
  DomainShape() const override
  {
    return m_Shape;
  }
  Shape
  RangeShape() const override
  {
    return m_Shape;
  }
  bool
  IsUnitary() const override
  {
    return true;
  }
  NormalDecompositionPointer
  Decompose(const at::TensorOptions & images) const override
  {
    return DecomposePixels(at::ones({1}), m_Shape, images);
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return x;
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return y;
  }
  at::Tensor
  DoNormal(const at::Tensor & x) const override
  {
    return x;
  }

private:
  Shape m_Shape;
};

class ComposedOperator final : public LinearOperator
{
public:
  ComposedOperator(LinearOperatorPointer outer, LinearOperatorPointer inner)
      : m_Outer(std::move(outer)), m_Inner(std::move(inner)),
        m_Batch(CommonBatch(m_Outer->BatchSize(), m_Inner->BatchSize(), "Compose"))
  {
  }

  std::string
  Name() const override
  {
    return m_Outer->Name() + " * " + m_Inner->Name();
  }
  Shape
  DomainShape() const override
  {
    return m_Inner->DomainShape();
  }
  Shape
  RangeShape() const override
  {
    return m_Outer->RangeShape();
  }
  std::int64_t
  BatchSize() const override
  {
    return m_Batch;
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    return Compose(SelectOperator(m_Outer, index), SelectOperator(m_Inner, index));
  }
  bool
  IsMaskedUnitary() const override
  {
    return m_Outer->IsMaskedUnitary() && m_Inner->IsUnitary();
  }
  bool
  IsUnitary() const override
  {
    return m_Outer->IsUnitary() && m_Inner->IsUnitary();
  }
  bool
  RequiresComplex() const override
  {
    return m_Outer->RequiresComplex() || m_Inner->RequiresComplex();
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return m_Outer->Forward(m_Inner->Forward(x));
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return m_Inner->Adjoint(m_Outer->Adjoint(y));
  }
  at::Tensor
  DoNormal(const at::Tensor & x) const override
  {
    return m_Inner->Adjoint(m_Outer->Normal(m_Inner->Forward(x)));
  }

private:
  LinearOperatorPointer m_Outer;
  LinearOperatorPointer m_Inner;
  std::int64_t m_Batch;
};

class SumOperator final : public LinearOperator
{
public:
  SumOperator(LinearOperatorPointer a, LinearOperatorPointer b)
      : m_A(std::move(a)), m_B(std::move(b)), m_Batch(CommonBatch(m_A->BatchSize(), m_B->BatchSize(), "Add"))
  {
  }

  std::string
  Name() const override
  {
    return "(" + m_A->Name() + " + " + m_B->Name() + ")";
  }
  Shape
  DomainShape() const override
  {
    return m_A->DomainShape();
  }
  Shape
  RangeShape() const override
  {
    return m_A->RangeShape();
  }
  std::int64_t
  BatchSize() const override
  {
    return m_Batch;
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    return Add(SelectOperator(m_A, index), SelectOperator(m_B, index));
  }
  bool
  RequiresComplex() const override
  {
    return m_A->RequiresComplex() || m_B->RequiresComplex();
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return m_A->Forward(x) + m_B->Forward(x);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return m_A->Adjoint(y) + m_B->Adjoint(y);
  }

private:
  LinearOperatorPointer m_A;
  LinearOperatorPointer m_B;
  std::int64_t m_Batch;
};

class AdjointOperator final : public LinearOperator
{
public:
  explicit AdjointOperator(LinearOperatorPointer original) : m_Original(std::move(original)) {}

  std::string
  Name() const override
  {
    return m_Original->Name() + "^H";
  }
  Shape
  DomainShape() const override
  {
    return m_Original->RangeShape();
  }
  Shape
  RangeShape() const override
  {
    return m_Original->DomainShape();
  }
  std::int64_t
  BatchSize() const override
  {
    return m_Original->BatchSize();
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    return AdjointOf(SelectOperator(m_Original, index));
  }
  bool
  IsMaskedUnitary() const override
  {
    return m_Original->IsMaskedUnitary(); // (A A^H)^2 = A A^H as well
  }
  bool
  IsUnitary() const override
  {
    return m_Original->IsUnitary();
  }
  bool
  RequiresComplex() const override
  {
    return m_Original->RequiresComplex();
  }
  const LinearOperatorPointer &
  Original() const
  {
    return m_Original;
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return m_Original->Adjoint(x);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return m_Original->Forward(y);
  }

private:
  LinearOperatorPointer m_Original;
};
} // namespace

LinearOperatorPointer
Compose(const LinearOperatorPointer & outer, const LinearOperatorPointer & inner)
{
  RequireOperator(outer, "Compose");
  RequireOperator(inner, "Compose");
  if (outer->DomainShape() != inner->RangeShape())
  {
    Mismatch("Compose",
             outer->Name() + " from " + ShapeText(outer->DomainShape()) + " after " + inner->Name() + " to " +
                 ShapeText(inner->RangeShape()),
             "equal shapes");
  }
  return IsIdentity(*outer) ? inner : IsIdentity(*inner) ? outer : std::make_shared<ComposedOperator>(outer, inner);
}

LinearOperatorPointer
Add(const LinearOperatorPointer & a, const LinearOperatorPointer & b)
{
  RequireOperator(a, "Add");
  RequireOperator(b, "Add");
  if (a->DomainShape() != b->DomainShape() || a->RangeShape() != b->RangeShape())
  {
    Mismatch("Add",
             a->Name() + " from " + ShapeText(a->DomainShape()) + " to " + ShapeText(a->RangeShape()) + " and " +
                 b->Name() + " from " + ShapeText(b->DomainShape()) + " to " + ShapeText(b->RangeShape()),
             "equal shapes");
  }
  return std::make_shared<SumOperator>(a, b);
}

LinearOperatorPointer
Weigh(const at::Tensor & weights, const LinearOperatorPointer & a)
{
  RequireOperator(a, "Weigh");
  if (weights.dim() < 2 || weights.is_complex() || weights.sizes().slice(1) != at::IntArrayRef(a->RangeShape()))
  {
    Mismatch("Weigh", "weights for " + a->Name() + " to " + ShapeText(a->RangeShape()), "real ones of that shape");
  }
  Shape sizes = a->DomainShape();
  sizes.insert(sizes.begin(), weights.size(0));
  return std::make_shared<const WeightedOperator>(a, at::ones({}, weights.options()).expand(sizes), weights);
}

LinearOperatorPointer
AdjointOf(const LinearOperatorPointer & a)
{
  RequireOperator(a, "AdjointOf");
  if (const auto adjoint = std::dynamic_pointer_cast<const AdjointOperator>(a))
  {
    return adjoint->Original();
  }
  return IsIdentity(*a) ? a : std::make_shared<AdjointOperator>(a);
}

LinearOperatorPointer
Identity(const Shape & shape)
{
  return std::make_shared<IdentityOperator>(shape);
}

bool
IsIdentity(const LinearOperator & a)
{
  return dynamic_cast<const IdentityOperator *>(&a) != nullptr;
}
} // namespace tweedie
