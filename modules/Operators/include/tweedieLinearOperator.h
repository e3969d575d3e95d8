// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLinearOperator_h
#define tweedieLinearOperator_h

#include "tweedieNormalDecomposition.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** Shape of one sample, without the batch: usually {channel, z, y, x}. */
using Shape = std::vector<std::int64_t>;

/** A (possibly non-linear) forward model z = A(x) between tensors [batch, shape...].
 *
 * Apply is differentiable: gradients flow through Vjp in the autograd graph. */
class ForwardModel : public std::enable_shared_from_this<ForwardModel>
{
public:
  virtual ~ForwardModel() = default;

  /** For messages: "SenseOperator". */
  virtual std::string Name() const = 0;
  virtual Shape DomainShape() const = 0;
  virtual Shape RangeShape() const = 0;

  /** A(x). Throws DataError naming the operator, the given and the required shape. */
  virtual at::Tensor Apply(const at::Tensor & x) const = 0;

  /** J(x)^H v: the vector-Jacobian product at x, with real and imaginary parts as independent real numbers. */
  virtual at::Tensor Vjp(const at::Tensor & x, const at::Tensor & v) const = 0;

  /** Number of batch entries the model holds parameters for (masks, coil maps); 1: the same for every sample. */
  virtual std::int64_t
  BatchSize() const
  {
    return 1;
  }

  /** This model for some entries of its batch, index being an int64 tensor; the model itself where BatchSize() is 1. */
  virtual std::shared_ptr<const ForwardModel> Select(const at::Tensor & index) const;
};

/** A linear operator as a value: Forward, Adjoint, and Normal = Adjoint after Forward.
 *
 *    <A x, y> = <x, A^H y>,   <a, b> = sum conj(a) b
 *
 * Subclasses implement plain arithmetic on [batch, shape...] tensors; shape checks and automatic differentiation (the
 * backward of one direction is the other one) are done here, once. Works on complex and real tensors of float or double
 * precision; an operator with complex coefficients takes complex input only. */
class LinearOperator : public ForwardModel
{
public:
  at::Tensor Forward(const at::Tensor & x) const;
  at::Tensor Adjoint(const at::Tensor & y) const;
  /** A^H A x, by DoNormal: an operator with a short cut overrides that. */
  at::Tensor Normal(const at::Tensor & x) const;

  at::Tensor Apply(const at::Tensor & x) const final;
  at::Tensor Vjp(const at::Tensor & x, const at::Tensor & v) const final;

  /** True when A A^H = I on the sampled range, i.e. A is a masked unitary transform: (A^H A)^2 = A^H A. Proximal steps
   * then have a closed form. */
  virtual bool
  IsMaskedUnitary() const
  {
    return IsUnitary();
  }

  /** True when A^H A = A A^H = I. */
  virtual bool
  IsUnitary() const
  {
    return false;
  }

  /** The decomposition of A^H A for images of this type and device; null where the operator offers none. Takes seconds
   * where it is numerical; an operator keeps what it has made. */
  virtual NormalDecompositionPointer
  Decompose(const at::TensorOptions &) const
  {
    return nullptr;
  }

  /** True when the coefficients are complex: real input is refused. */
  virtual bool
  RequiresComplex() const
  {
    return false;
  }

protected:
  // Given: checked, contiguous tensors without pending conjugation; the result may alias nothing that is kept.
  virtual at::Tensor DoForward(const at::Tensor & x) const = 0;
  virtual at::Tensor DoAdjoint(const at::Tensor & y) const = 0;
  virtual at::Tensor
  DoNormal(const at::Tensor & x) const
  {
    return DoAdjoint(DoForward(x));
  }

private:
  enum class Direction;
  at::Tensor Run(Direction direction, const at::Tensor & x) const;
  at::Tensor RunUnrecorded(Direction direction, const at::Tensor & x) const;
};

using LinearOperatorPointer = std::shared_ptr<const LinearOperator>;
using ForwardModelPointer = std::shared_ptr<const ForwardModel>;
} // namespace tweedie

#endif
