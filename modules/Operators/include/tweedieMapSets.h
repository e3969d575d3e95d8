// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMapSets_h
#define tweedieMapSets_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Maps of coils, one set [1 or batch, coil, z, y, x] or several [1 or batch, set, coil, z, y, x] (Uecker et al. 2014:
 * soft SENSE). Undefined: one coil of sensitivity 1. */
std::int64_t MapSets(const at::Tensor & maps);
std::int64_t MapCoils(const at::Tensor & maps);

/** Elements from one batch entry of contiguous maps to the next, 0 where they are shared or undefined. */
std::int64_t MapsPerBatch(const at::Tensor & maps);

/** sum_s S[s, c] x[s]: [batch, set, z, y, x] to [batch, coil, z, y, x]. */
at::Tensor SeenByCoils(const at::Tensor & x, const at::Tensor & maps);

/** sum_c conj(S[s, c]) y[c], its adjoint. */
at::Tensor CombinedByMaps(const at::Tensor & y, const at::Tensor & maps);
} // namespace tweedie

#endif
