// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMaskCheck_h
#define tweedieMaskCheck_h

#include <ATen/core/Tensor.h>

#include <string>

namespace tweedie
{
/** Throws DataError "where: ..." unless the mask is real, not empty, and has no values but 0 and 1. */
void RequireMask(const at::Tensor & mask, const std::string & where);
} // namespace tweedie

#endif
