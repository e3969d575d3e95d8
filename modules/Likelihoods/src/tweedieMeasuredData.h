// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMeasuredData_h
#define tweedieMeasuredData_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Throws DataError unless y is finite, floating or complex, [batch, range of the model...], and its batch fits the
 * model's. where: the class that asks, for the message. */
void RequireData(const char * where, const ForwardModelPointer & model, const at::Tensor & y);

/** Throws DataError unless x is a batch of this size (1: of any size) in the precision of the data. */
void RequireImage(const char * where, const at::Tensor & x, std::int64_t batch, const at::Tensor & data);

/** Values that go with the data - a scalar, [batch], or of the data's dimensions with sizes that broadcast - in the
 * data's real type: [1 or batch, 1, ...] or like the data. Throws DataError. */
at::Tensor WithDimensionsOf(const char * where, const at::Tensor & data, const at::Tensor & values, const char * what);

/** WithDimensionsOf for zeros and ones. */
at::Tensor SampledLike(const char * where, const at::Tensor & data, const at::Tensor & sampled);

/** A number per batch entry, [B, 1, ...], with as many dimensions as x. */
at::Tensor Shaped(const at::Tensor & numbers, const at::Tensor & x);

/** The same in the real type of x and on its device. */
at::Tensor Factor(const at::Tensor & numbers, const at::Tensor & x);

/** Entries of the first dimension, or the tensor itself when that has size 1 or the tensor is undefined. */
at::Tensor SelectEntries(const at::Tensor & tensor, const at::Tensor & index);
} // namespace tweedie

#endif
