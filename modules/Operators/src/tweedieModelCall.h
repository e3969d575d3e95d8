// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieModelCall_h
#define tweedieModelCall_h

#include "tweedieNonlinearModel.h"

#include <functional>

namespace tweedie
{
/** Throws DataError "name: given ...; required ..." unless x is [batch,
 * shape...] of the model's batch, of these numbers, in float or double
 * precision. */
void RequireInput(const at::Tensor & x, const ForwardModel & model, const Shape & shape, NumberKind numbers);

/** x as plain arithmetic wants it: contiguous, no conjugation pending. */
at::Tensor Plain(const at::Tensor & x);

/** One call of a model for the autograd graph: its value, and v -> J(x)^H v for
 * the way back. */
struct ModelCall
{
  std::function<at::Tensor(const at::Tensor & x)> value;
  std::function<at::Tensor(const at::Tensor & x, const at::Tensor & v)> vjp;
  bool keepsInput = true; ///< false: J does not depend on x, vjp is given an
                          ///< undefined one and x is not kept in memory
};

/** call.value(x), with a node in the autograd graph whose backward is call.vjp.
 */
at::Tensor Record(const at::Tensor & x, ModelCall call);

/** True when a call on x belongs into the autograd graph. */
bool IsRecorded(const at::Tensor & x);

/** The model as a shared pointer, because the graph outlives the call. Throws
 * UsageError where nothing owns it. */
std::shared_ptr<const ForwardModel> Shared(const ForwardModel & model);
} // namespace tweedie

#endif
