// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonlinearModel.h"

#include "tweedieError.h"
#include "tweedieModelCall.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
NonlinearModel::Apply(const at::Tensor & x) const
{
  RequireInput(x, *this, DomainShape(), DomainNumbers());
  if (!IsRecorded(x))
  {
    const WorkSpan span(WorkKind::Operator);
    return DoApply(Plain(x));
  }
  const auto self = std::static_pointer_cast<const NonlinearModel>(Shared(*this));
  ModelCall call;
  call.value = [self](const at::Tensor & input)
  {
    const WorkSpan span(WorkKind::Operator);
    return self->DoApply(Plain(input));
  };
  call.vjp = [self](const at::Tensor & input, const at::Tensor & v) { return self->Vjp(input, v); };
  return Record(x, std::move(call));
}

at::Tensor
NonlinearModel::Vjp(const at::Tensor & x, const at::Tensor & v) const
{
  RequireInput(x, *this, DomainShape(), DomainNumbers());
  RequireInput(v, *this, RangeShape(), RangeNumbers());
  if (x.size(0) != v.size(0))
  {
    throw DataError(Name() + ": given a batch of " + std::to_string(x.size(0)) + " images and " +
                    std::to_string(v.size(0)) + " vectors; required equal batches");
  }
  const WorkSpan span(WorkKind::Operator);
  return DoVjp(Plain(x), Plain(v));
}
} // namespace tweedie
