// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOperatorDiagnostics_h
#define tweedieOperatorDiagnostics_h

#include "tweedieLinearOperator.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>

namespace tweedie
{
/** |<A u, v> - <u, A^H v>| / (|A u| |v|) for random normal u, v. The denominator is the size of what rounding can
 * reach; the inner product itself, of random sign, may be close to zero. dtype: of u and v; inner products in double.
 */
double AdjointError(const LinearOperator & op,
                    std::uint64_t seed,
                    c10::ScalarType dtype = c10::ScalarType::ComplexFloat,
                    c10::Device device = c10::Device(c10::DeviceType::CPU));

/** The largest singular value of A, from below, by power iteration on A^H A from a random start. */
double SpectralNorm(const LinearOperator & op,
                    std::int64_t iterations = 30,
                    std::uint64_t seed = 0,
                    c10::ScalarType dtype = c10::ScalarType::ComplexFloat,
                    c10::Device device = c10::Device(c10::DeviceType::CPU));
} // namespace tweedie

#endif
