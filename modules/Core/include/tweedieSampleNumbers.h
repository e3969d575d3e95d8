// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampleNumbers_h
#define tweedieSampleNumbers_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** A number for each sample of a batch, [B], beside x: [B, 1, ...], in its real type and on its device; a choice of
 * samples (bool) stays one. */
at::Tensor PerSample(const at::Tensor & numbers, const at::Tensor & x);

/** The sum over each sample, [B], in double. */
at::Tensor SampleSums(const at::Tensor & x);
} // namespace tweedie

#endif
