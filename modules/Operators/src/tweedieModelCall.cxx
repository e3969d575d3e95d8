// SPDX-License-Identifier: Apache-2.0
#include "tweedieModelCall.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <sstream>

namespace tweedie
{
namespace
{
struct CallHolder : torch::CustomClassHolder
{
  ModelCall call;
};

struct ModelFunction : public torch::autograd::Function<ModelFunction>
{
  static at::Tensor
  forward(torch::autograd::AutogradContext * context,
          const at::Tensor & x,
          const c10::intrusive_ptr<CallHolder> & holder)
  {
    context->saved_data["call"] = c10::IValue::make_capsule(holder);
    if (holder->call.keepsInput)
    {
      context->save_for_backward({x});
    }
    return holder->call.value(x);
  }

  static torch::autograd::variable_list
  backward(torch::autograd::AutogradContext * context, torch::autograd::variable_list gradients)
  {
    const auto capsule = context->saved_data["call"].toCapsule();
    const auto & call = static_cast<const CallHolder &>(*capsule).call;
    const at::Tensor x = call.keepsInput ? context->get_saved_variables()[0] : at::Tensor();
    return {call.vjp(x, gradients[0]), {}};
  }
};

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
HasType(const at::Tensor & x, NumberKind numbers)
{
  switch (x.scalar_type())
  {
  case at::kComplexFloat:
  case at::kComplexDouble:
    return numbers != NumberKind::Real;
  case at::kFloat:
  case at::kDouble:
    return numbers != NumberKind::Complex;
  default:
    return false;
  }
}

const char *
TextOf(NumberKind numbers)
{
  switch (numbers)
  {
  case NumberKind::Real:
    return "real";
  case NumberKind::Complex:
    return "complex";
  default:
    return "real or complex";
  }
}
} // namespace

void
RequireInput(const at::Tensor & x, const ForwardModel & model, const Shape & shape, NumberKind numbers)
{
  if (x.defined() && HasShape(x, shape, model.BatchSize()) && HasType(x, numbers))
  {
    return;
  }
  std::ostringstream message;
  message << model.Name() << ": given ";
  if (x.defined())
  {
    message << "a tensor " << x.sizes() << " of type " << x.scalar_type();
  }
  else
  {
    message << "an undefined tensor";
  }
  message << "; required [" << (model.BatchSize() == 1 ? std::string("batch") : std::to_string(model.BatchSize()));
  for (const auto extent : shape)
  {
    message << ", " << extent;
  }
  message << "], " << TextOf(numbers) << ", float or double precision";
  throw DataError(message.str());
}

at::Tensor
Plain(const at::Tensor & x)
{
  return x.resolve_conj().resolve_neg().contiguous();
}

bool
IsRecorded(const at::Tensor & x)
{
  return x.requires_grad() && at::GradMode::is_enabled();
}

std::shared_ptr<const ForwardModel>
Shared(const ForwardModel & model)
{
  auto shared = model.weak_from_this().lock();
  if (!shared)
  {
    throw UsageError(model.Name() + ": input that requires a gradient; required: an operator "
                                    "owned by a shared_ptr");
  }
  return shared;
}

at::Tensor
Record(const at::Tensor & x, ModelCall call)
{
  auto holder = c10::make_intrusive<CallHolder>();
  holder->call = std::move(call);
  return ModelFunction::apply(x, holder);
}
} // namespace tweedie
