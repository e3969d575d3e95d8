// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRankNumbers_h
#define tweedieRankNumbers_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Ranks [cases] as numbers. Throws DataError unless each is from 0 to samples. */
std::vector<std::int64_t> RankNumbers(const at::Tensor & ranks, std::int64_t samples);
} // namespace tweedie

#endif
