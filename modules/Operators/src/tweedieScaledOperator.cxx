// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorCombinators.h"

#include "tweedieCombinatorSupport.h"
#include "tweedieDecompositions.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class ScaledOperator final : public LinearOperator
{
public:
  ScaledOperator(std::complex<double> factor, LinearOperatorPointer original)
      : m_Factor(factor), m_Original(std::move(original))
  {
  }

  std::string
  Name() const override
  {
    return "scaled " + m_Original->Name();
  }
  Shape
  DomainShape() const override
  {
    return m_Original->DomainShape();
  }
  Shape
  RangeShape() const override
  {
    return m_Original->RangeShape();
  }
  std::int64_t
  BatchSize() const override
  {
    return m_Original->BatchSize();
  }
  ForwardModelPointer
  Select(const at::Tensor & index) const override
  {
    return Scale(m_Factor, SelectOperator(m_Original, index));
  }
  bool
  RequiresComplex() const override
  {
    return m_Factor.imag() != 0.0 || m_Original->RequiresComplex();
  }
  NormalDecompositionPointer
  Decompose(const at::TensorOptions & images) const override
  {
    const auto original = m_Original->Decompose(images);
    return original ? ScaleDecomposition(original, std::norm(m_Factor)) : nullptr;
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return Scaled(m_Original->Forward(x), m_Factor);
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    return Scaled(m_Original->Adjoint(y), std::conj(m_Factor));
  }
  at::Tensor
  DoNormal(const at::Tensor & x) const override
  {
    return m_Original->Normal(x) * std::norm(m_Factor);
  }

private:
  static at::Tensor
  Scaled(const at::Tensor & x, std::complex<double> factor)
  {
    return factor.imag() == 0.0 ? x * factor.real() : x * c10::complex<double>(factor.real(), factor.imag());
  }

  std::complex<double> m_Factor;
  LinearOperatorPointer m_Original;
};
} // namespace

LinearOperatorPointer
Scale(std::complex<double> factor, const LinearOperatorPointer & a)
{
  RequireOperator(a, "Scale");
  return std::make_shared<ScaledOperator>(factor, a);
}
} // namespace tweedie
