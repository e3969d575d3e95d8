// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBlurKernels_h
#define tweedieBlurKernels_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** exp(-|m - c|^2 / (2 s^2)) over its sum, c = floor(size / 2): [1, 1, size or 1, size, size] for 3 or 2 dimensions,
 * double. standardDeviation s in pixels. Throws UsageError unless size and s are positive and dimensions is 2 or 3. */
at::Tensor GaussianKernel(std::int64_t size = 61, double standardDeviation = 3.0, int dimensions = 2);

/** The blur of a camera that shakes during the exposure: [1, 1, 1, size, size], double, not negative, with the sum 1
 * and its centre of mass at floor(size / 2).
 *
 * A particle moves at constant speed along a random path of length size - 1 pixels, in the spirit of Boracchi and Foi
 * (2012, section III-B): noise turns its velocity, a pull towards the start keeps it near, and rare impulses reverse
 * it, as when somebody presses the button or corrects a drift. With the exposure h of one step, n normal numbers and p
 * the path so far over its full length, the direction d becomes
 *
 *    d + intensity (8 h^(1/2) n - 30 h p),   with probability 4 intensity h:  -d + n / 2,
 *
 * normalised. Intensity 0 is a straight line, 1 a tangle. Every point of the path is shared among its four neighbouring
 * pixels by bilinear weights. A path that would leave the kernel is shrunk.
 *
 * The same seed and stream give the same bits on every machine. Throws UsageError for size < 3 or an intensity outside
 * 0 to 1. */
at::Tensor MotionKernel(std::int64_t size, double intensity, std::uint64_t seed, std::uint64_t stream = 0);
} // namespace tweedie

#endif
