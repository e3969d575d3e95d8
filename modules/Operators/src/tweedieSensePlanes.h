// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSensePlanes_h
#define tweedieSensePlanes_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** y[c] = M F sum_s S[s, c] x[s] for x [batch, set, 1, y, x]; mask [1 or batch, 1, 1, y, x] real; maps as in
 * tweedieMapSets.h or undefined; all of one precision, on one device, contiguous. */
at::Tensor SenseForward(const at::Tensor & x, const at::Tensor & mask, const at::Tensor & maps);

/** sum_c conj(S[s, c]) F^H M y[c]. */
at::Tensor SenseAdjoint(const at::Tensor & y, const at::Tensor & mask, const at::Tensor & maps);

/** The same by ATen, for devices other than the CPU. */
at::Tensor SenseForwardByATen(const at::Tensor & x, const at::Tensor & mask, const at::Tensor & maps);
at::Tensor SenseAdjointByATen(const at::Tensor & y, const at::Tensor & mask, const at::Tensor & maps);
} // namespace tweedie

#endif
