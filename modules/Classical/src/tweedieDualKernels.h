// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDualKernels_h
#define tweedieDualKernels_h

#include <cstdint>

namespace tweedie
{
/** A planar image [part][y][x] with one or two parts. */
struct PlaneExtent
{
  std::int64_t parts;
  std::int64_t height;
  std::int64_t width;
};

/** One step of DualSteps on one sample, in one pass over memory:
 *
 *    p' = projection of q + step grad(b - grad^H q);   q = p' + beta (p' - p);   p = p'
 *
 * p, q: [2][part][y][x], zero across the border. rows: scratch of 2 * parts * width numbers. */
void
DualSweep(PlaneExtent extent, const float * b, float limit, float step, float beta, float * p, float * q, float * rows);
void DualSweep(PlaneExtent extent,
               const double * b,
               double limit,
               double step,
               double beta,
               double * p,
               double * q,
               double * rows);

/** x = b - grad^H p. */
void PrimalSweep(PlaneExtent extent, const float * b, const float * p, float * x);
void PrimalSweep(PlaneExtent extent, const double * b, const double * p, double * x);
} // namespace tweedie

#endif
