// SPDX-License-Identifier: Apache-2.0
#include "tweedieLinearOperator.h"

#include "tweedieModelCall.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

namespace tweedie
{
enum class LinearOperator::Direction
{
  Forward,
  Adjoint,
  Normal
};

std::shared_ptr<const ForwardModel>
ForwardModel::Select(const at::Tensor &) const
{
  return shared_from_this();
}

namespace
{
void
Require(const at::Tensor & x, const LinearOperator & op, const Shape & shape)
{
  RequireInput(x, op, shape, op.RequiresComplex() ? NumberKind::Complex : NumberKind::Either);
}
} // namespace

at::Tensor
LinearOperator::RunUnrecorded(Direction direction, const at::Tensor & x) const
{
  const WorkSpan span(WorkKind::Operator);
  const at::Tensor input = Plain(x);
  switch (direction)
  {
  case Direction::Forward:
    return DoForward(input);
  case Direction::Adjoint:
    return DoAdjoint(input);
  default:
    return DoNormal(input);
  }
}

at::Tensor
LinearOperator::Run(Direction direction, const at::Tensor & x) const
{
  if (!IsRecorded(x))
  {
    return RunUnrecorded(direction, x);
  }
  const auto self = std::static_pointer_cast<const LinearOperator>(Shared(*this));
  ModelCall call;
  call.keepsInput = false;
  call.value = [self, direction](const at::Tensor & input) { return self->RunUnrecorded(direction, input); };
  call.vjp = [self, direction](const at::Tensor &, const at::Tensor & v)
  {
    switch (direction)
    {
    case Direction::Forward:
      return self->Adjoint(v);
    case Direction::Adjoint:
      return self->Forward(v);
    default:
      return self->Normal(v);
    }
  };
  return Record(x, std::move(call));
}

at::Tensor
LinearOperator::Forward(const at::Tensor & x) const
{
  Require(x, *this, DomainShape());
  return Run(Direction::Forward, x);
}

at::Tensor
LinearOperator::Adjoint(const at::Tensor & y) const
{
  Require(y, *this, RangeShape());
  return Run(Direction::Adjoint, y);
}

at::Tensor
LinearOperator::Normal(const at::Tensor & x) const
{
  Require(x, *this, DomainShape());
  return Run(Direction::Normal, x);
}

at::Tensor
LinearOperator::Apply(const at::Tensor & x) const
{
  return Forward(x);
}

at::Tensor
LinearOperator::Vjp(const at::Tensor &, const at::Tensor & v) const
{
  return Adjoint(v);
}
} // namespace tweedie
