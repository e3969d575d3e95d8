// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNormActivationKernels_h
#define tweedieNormActivationKernels_h

#include <cstdint>

namespace tweedie
{
/** The bits of a bfloat16. */
struct BrainFloat
{
  std::uint16_t bits;
};

/** Kernels over rows [pixel][channel]. Each is compiled for several instruction sets and chosen at load time. */

/** sum[c] += x, squares[c] += x^2. */
void SumRows(const float * x, std::int64_t pixels, std::int64_t channels, float * sum, float * squares);
void SumRows(const BrainFloat * x, std::int64_t pixels, std::int64_t channels, float * sum, float * squares);

/** y = silu(a[c] x + b[c]). */
void AffineSiluRows(
    const float * x, std::int64_t pixels, std::int64_t channels, const float * a, const float * b, float * y);
void AffineSiluRows(
    const BrainFloat * x, std::int64_t pixels, std::int64_t channels, const float * a, const float * b, BrainFloat * y);

/** dz = dy silu'(a[c] x + b[c]); sum[c] += dz, withX[c] += dz x. */
void SiluBackwardRows(const float * x,
                      const float * dy,
                      std::int64_t pixels,
                      std::int64_t channels,
                      const float * a,
                      const float * b,
                      float * dz,
                      float * sum,
                      float * withX);
void SiluBackwardRows(const BrainFloat * x,
                      const BrainFloat * dy,
                      std::int64_t pixels,
                      std::int64_t channels,
                      const float * a,
                      const float * b,
                      BrainFloat * dz,
                      float * sum,
                      float * withX);

/** dz <- a[c] dz + k1[c] x + k2[c]. */
void CombineRows(const float * x,
                 std::int64_t pixels,
                 std::int64_t channels,
                 const float * a,
                 const float * k1,
                 const float * k2,
                 float * dz);
void CombineRows(const BrainFloat * x,
                 std::int64_t pixels,
                 std::int64_t channels,
                 const float * a,
                 const float * k1,
                 const float * k2,
                 BrainFloat * dz);
} // namespace tweedie

#endif
