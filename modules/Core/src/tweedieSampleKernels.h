// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampleKernels_h
#define tweedieSampleKernels_h

#include <cstdint>

namespace tweedie
{
/** Vector arithmetic of a batch of samples as real numbers, [samples][count], on the CPU. Sums are taken over fixed
 * blocks in double, so that they depend neither on the batch nor on the number of threads. */
struct SampleExtent
{
  std::int64_t samples;
  std::int64_t count;
};

/** result[s] = sum a b. */
template <typename T> void BatchDot(SampleExtent extent, const T * a, const T * b, double * result);

/** x += alpha p, r -= alpha q, squaredNorm = sum r r; samples with alpha 0 are left alone. */
template <typename T>
void BatchStep(SampleExtent extent, const double * alpha, const T * p, const T * q, T * x, T * r, double * squaredNorm);

/** p = r + beta p, for active samples. */
template <typename T>
void BatchDirection(SampleExtent extent, const double * beta, const bool * active, const T * r, T * p);
} // namespace tweedie

#endif
