// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRealTensor_h
#define tweedieRealTensor_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** x in double on the CPU, contiguous. Throws DataError "what: ..." unless it is real, finite and has that many axes.
 */
at::Tensor RealTensor(const at::Tensor & x, std::int64_t axes, const char * what);
} // namespace tweedie

#endif
