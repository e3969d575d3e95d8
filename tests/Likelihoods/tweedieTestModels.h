// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTestModels_h
#define tweedieTestModels_h

#include "tweedieLinearOperator.h"

#include <ATen/ATen.h>

#include <functional>
#include <string>

namespace tweedie
{
namespace test
{
/** A forward model made of two functions. */
class FunctionModel final : public ForwardModel
{
public:
  using Map = std::function<at::Tensor(const at::Tensor &)>;
  using Product = std::function<at::Tensor(const at::Tensor &, const at::Tensor &)>;

  FunctionModel(Shape domain, Shape range, Map map, Product product)
      : m_Domain(std::move(domain)), m_Range(std::move(range)), m_Map(std::move(map)), m_Product(std::move(product))
  {
  }
  std::string
  Name() const override
  {
    return "FunctionModel";
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
  at::Tensor
  Apply(const at::Tensor & x) const override
  {
    return m_Map(x);
  }
  at::Tensor
  Vjp(const at::Tensor & x, const at::Tensor & v) const override
  {
    return m_Product(x, v);
  }

private:
  Shape m_Domain;
  Shape m_Range;
  Map m_Map;
  Product m_Product;
};

/** x -> x^2 for real x of shape {1, 1, 1, n}. */
inline ForwardModelPointer
Square(std::int64_t n)
{
  return std::make_shared<FunctionModel>(
      Shape{1, 1, 1, n},
      Shape{1, 1, 1, n},
      [](const at::Tensor & x) { return x.square(); },
      [](const at::Tensor & x, const at::Tensor & v) { return 2.0 * x * v; });
}

/** x -> |M x|^2 for complex x: intensities. */
inline ForwardModelPointer
Intensity(const LinearOperatorPointer & matrix)
{
  return std::make_shared<FunctionModel>(
      matrix->DomainShape(),
      matrix->RangeShape(),
      [matrix](const at::Tensor & x) { return at::view_as_real(matrix->Forward(x)).square().sum(-1); },
      [matrix](const at::Tensor & x, const at::Tensor & v) { return matrix->Adjoint(2.0 * matrix->Forward(x) * v); });
}

/** x -> tanh(M x) for real x. */
inline ForwardModelPointer
Saturation(const LinearOperatorPointer & matrix)
{
  return std::make_shared<FunctionModel>(
      matrix->DomainShape(),
      matrix->RangeShape(),
      [matrix](const at::Tensor & x) { return matrix->Forward(x).tanh(); },
      [matrix](const at::Tensor & x, const at::Tensor & v)
      { return matrix->Adjoint(v * (1.0 - matrix->Forward(x).tanh().square())); });
}

/** x -> z + |z|^2 z / 4, z = M x, for complex x. */
inline ForwardModelPointer
Cubic(const LinearOperatorPointer & matrix)
{
  return std::make_shared<FunctionModel>(
      matrix->DomainShape(),
      matrix->RangeShape(),
      [matrix](const at::Tensor & x)
      {
        const auto z = matrix->Forward(x);
        return z + z * z * z.conj() / 4.0;
      },
      [matrix](const at::Tensor & x, const at::Tensor & v)
      {
        const auto z = matrix->Forward(x);
        return matrix->Adjoint(v * (1.0 + z * z.conj() / 2.0) + z * z * v.conj() / 4.0);
      });
}

/** x -> exp(-M x): transmission. */
inline ForwardModelPointer
Transmission(const LinearOperatorPointer & matrix)
{
  return std::make_shared<FunctionModel>(
      matrix->DomainShape(),
      matrix->RangeShape(),
      [matrix](const at::Tensor & x) { return (-matrix->Forward(x)).exp(); },
      [matrix](const at::Tensor & x, const at::Tensor & v)
      { return matrix->Adjoint(-v * (-matrix->Forward(x)).exp()); });
}

/** A linear operator that does not say so. */
inline ForwardModelPointer
Hidden(const LinearOperatorPointer & matrix)
{
  return std::make_shared<FunctionModel>(
      matrix->DomainShape(),
      matrix->RangeShape(),
      [matrix](const at::Tensor & x) { return matrix->Forward(x); },
      [matrix](const at::Tensor &, const at::Tensor & v) { return matrix->Adjoint(v); });
}

/** The gradient of value(x) [B] by central differences of step h in every real component. */
inline at::Tensor
DifferencesOf(const std::function<at::Tensor(const at::Tensor &)> & value, const at::Tensor & x, double h)
{
  const at::Tensor result = at::zeros_like(x);
  const auto real = [](const at::Tensor & t) { return t.is_complex() ? at::view_as_real(t) : t; };
  for (std::int64_t i = 0; i < real(x)[0].numel(); ++i)
  {
    const at::Tensor up = x.clone();
    const at::Tensor down = x.clone();
    real(up).flatten(1).select(1, i).add_(h);
    real(down).flatten(1).select(1, i).sub_(h);
    real(result).view({x.size(0), -1}).select(1, i).copy_((value(up) - value(down)) / (2.0 * h));
  }
  return result;
}
} // namespace test
} // namespace tweedie

#endif
