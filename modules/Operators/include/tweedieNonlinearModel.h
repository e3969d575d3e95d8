// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonlinearModel_h
#define tweedieNonlinearModel_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
class RandomStreams;

/** Which numbers a model takes or gives. */
enum class NumberKind
{
  Real,
  Complex,
  Either
};

/** Base of the forward models z = A(x) that are not linear. Subclasses
 * implement DoApply and DoVjp; the checks of shape and type, and the record for
 * automatic differentiation (through DoVjp), are made here. */
class NonlinearModel : public ForwardModel
{
public:
  at::Tensor Apply(const at::Tensor & x) const final;
  /** Throws DataError where x, v, or their batches do not fit. */
  at::Tensor Vjp(const at::Tensor & x, const at::Tensor & v) const final;

  /** J(x) for each entry of x as an operator, for many products at one x; null where the model has none to offer that
   * is worth more than Vjp. */
  virtual LinearOperatorPointer
  Linearize(const at::Tensor &) const
  {
    return nullptr;
  }

  /** The global minimum of sum_i w_i (y_i - A(x)_i)^2 / 2 + |x - c|^2 / (2 r^2), where the model can give it in closed
   * form, else undefined. weights >= 0 and variance r^2 >= 0 broadcast against y and the center c. */
  virtual at::Tensor
  Proximal(const at::Tensor &, const at::Tensor &, const at::Tensor &, const at::Tensor &) const
  {
    return {};
  }

  /** One draw of the density whose negative logarithm that is, per batch entry from its own stream, where the model can
   * make one that is exact, else undefined. */
  virtual at::Tensor
  Draw(const at::Tensor &, const at::Tensor &, const at::Tensor &, const at::Tensor &, RandomStreams &) const
  {
    return {};
  }

  virtual NumberKind DomainNumbers() const = 0;
  virtual NumberKind RangeNumbers() const = 0;

protected:
  // Given: checked, contiguous tensors without pending conjugation. DoVjp
  // consists of differentiable operations, where second derivatives are to be
  // had.
  virtual at::Tensor DoApply(const at::Tensor & x) const = 0;
  virtual at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const = 0;
};
} // namespace tweedie

#endif
