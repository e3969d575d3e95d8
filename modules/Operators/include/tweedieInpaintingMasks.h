// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieInpaintingMasks_h
#define tweedieInpaintingMasks_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** A rectangle of pixels. */
struct PixelBox
{
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t top = 0;
  std::int64_t left = 0;
};

/** A box of this many rows and columns, uniformly placed in an image of y x x pixels at least margin pixels from its
 * borders. Throws UsageError where it does not fit. */
PixelBox RandomBox(std::int64_t y,
                   std::int64_t x,
                   std::int64_t rows,
                   std::int64_t columns,
                   std::int64_t margin,
                   std::uint64_t seed,
                   std::uint64_t stream = 0);

/** A mask [1, 1, 1, y, x] for SamplingMaskOperator, float: 0 inside the box, which is missing, 1 elsewhere. Throws
 * UsageError for a box that is empty, reaches outside the image, or leaves nothing. */
at::Tensor BoxMask(std::int64_t y, std::int64_t x, const PixelBox & box);

/** A mask [1, 1, 1, y, x], float, that keeps exactly round(keep y x) pixels, every choice of as many being equally
 * likely. Throws UsageError for a fraction outside 0 to 1 or one that keeps nothing. */
at::Tensor RandomPixelMask(std::int64_t y, std::int64_t x, double keep, std::uint64_t seed, std::uint64_t stream = 0);
} // namespace tweedie

#endif
