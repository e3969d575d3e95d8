// SPDX-License-Identifier: Apache-2.0
#include "tweedieLinearOperator.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <sstream>

namespace tweedie
{
enum class LinearOperator::Direction
{
  Forward,
  Adjoint,
  Normal
};

// The autograd graph outlives the call that made it, so it shares ownership of the operator.
struct OperatorHolder : torch::CustomClassHolder
{
  std::shared_ptr<const LinearOperator> op;
};

struct LinearOperatorFunction : public torch::autograd::Function<LinearOperatorFunction>
{
  using Direction = LinearOperator::Direction;

  static at::Tensor
  forward(torch::autograd::AutogradContext * context,
          const at::Tensor & x,
          const c10::intrusive_ptr<OperatorHolder> & holder,
          std::int64_t direction)
  {
    context->saved_data["operator"] = c10::IValue::make_capsule(holder);
    context->saved_data["direction"] = direction;
    return holder->op->RunUnrecorded(static_cast<Direction>(direction), x);
  }

  static torch::autograd::variable_list
  backward(torch::autograd::AutogradContext * context, torch::autograd::variable_list gradients)
  {
    const auto capsule = context->saved_data["operator"].toCapsule();
    const auto & op = *static_cast<const OperatorHolder &>(*capsule).op;
    switch (static_cast<Direction>(context->saved_data["direction"].toInt()))
    {
    case Direction::Forward:
      return {op.Adjoint(gradients[0]), {}, {}};
    case Direction::Adjoint:
      return {op.Forward(gradients[0]), {}, {}};
    default:
      return {op.Normal(gradients[0]), {}, {}};
    }
  }
};

std::shared_ptr<const ForwardModel>
ForwardModel::Select(const at::Tensor &) const
{
  return shared_from_this();
}

namespace
{
bool
HasShape(const at::Tensor & x, const Shape & shape, std::int64_t batch)
{
  if (x.dim() != static_cast<std::int64_t>(shape.size()) + 1 || (batch != 1 && x.size(0) != batch))
  {
    return false;
  }
  return x.sizes().slice(1).equals(shape);
}

bool
HasType(const at::Tensor & x, bool requiresComplex)
{
  switch (x.scalar_type())
  {
  case at::kComplexFloat:
  case at::kComplexDouble:
    return true;
  case at::kFloat:
  case at::kDouble:
    return !requiresComplex;
  default:
    return false;
  }
}

void
Require(const at::Tensor & x, const LinearOperator & op, const Shape & shape)
{
  if (x.defined() && HasShape(x, shape, op.BatchSize()) && HasType(x, op.RequiresComplex()))
  {
    return;
  }
  std::ostringstream message;
  message << op.Name() << ": given ";
  if (x.defined())
  {
    message << "a tensor " << x.sizes() << " of type " << x.scalar_type();
  }
  else
  {
    message << "an undefined tensor";
  }
  message << "; required [" << (op.BatchSize() == 1 ? std::string("batch") : std::to_string(op.BatchSize()));
  for (const auto extent : shape)
  {
    message << ", " << extent;
  }
  message << "], " << (op.RequiresComplex() ? "complex" : "real or complex") << ", float or double precision";
  throw DataError(message.str());
}
} // namespace

at::Tensor
LinearOperator::RunUnrecorded(Direction direction, const at::Tensor & x) const
{
  const at::Tensor input = x.resolve_conj().resolve_neg().contiguous();
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
  if (!(x.requires_grad() && at::GradMode::is_enabled()))
  {
    return RunUnrecorded(direction, x);
  }
  const auto self = std::dynamic_pointer_cast<const LinearOperator>(weak_from_this().lock());
  if (!self)
  {
    throw UsageError(Name() + ": input that requires a gradient; required: an operator owned by a shared_ptr");
  }
  auto holder = c10::make_intrusive<OperatorHolder>();
  holder->op = self;
  return LinearOperatorFunction::apply(x, holder, static_cast<std::int64_t>(direction));
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
