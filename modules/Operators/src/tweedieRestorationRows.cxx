// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationRows.h"

#include "tweedieBlurKernels.h"
#include "tweedieCirculantBlurOperator.h"
#include "tweedieInpaintingMasks.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieRandom.h"
#include "tweedieResamplingOperators.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
std::function<LinearOperatorPointer(std::uint64_t)>
RandomBlur(const Shape & shape, const Shape & kernel)
{
  // Of both signs: more than any kernel of a camera asks for.
  return [shape, kernel](std::uint64_t seed)
  {
    return std::make_shared<CirculantBlurOperator>(shape,
                                                   RandomStreams(seed, {0}).Normal(kernel, at::kDouble).squeeze(0));
  };
}

std::vector<OperatorRow>
ResamplingRows()
{
  return {{"block-average-2d",
           "mean over blocks in y, x",
           [](std::uint64_t) {
             return std::make_shared<BlockAverageOperator>(Shape{2, 3, 6, 8}, std::vector<std::int64_t>{3, 2});
           }},
          {"block-average-3d",
           "mean over blocks in z, y, x",
           [](std::uint64_t) {
             return std::make_shared<BlockAverageOperator>(Shape{1, 4, 6, 8}, std::vector<std::int64_t>{2, 3, 4});
           }},
          {"bicubic-2d",
           "cubic convolution that shrinks y, x",
           [](std::uint64_t) {
             return std::make_shared<BicubicDownsampleOperator>(Shape{2, 3, 12, 10}, std::vector<std::int64_t>{4, 2});
           }},
          {"bicubic-3d", "cubic convolution that shrinks z, y, x", [](std::uint64_t) {
             return std::make_shared<BicubicDownsampleOperator>(Shape{1, 4, 6, 10}, std::vector<std::int64_t>{2, 3, 1});
           }}};
}
} // namespace

std::vector<OperatorRow>
RestorationRows()
{
  std::vector<OperatorRow> rows = ResamplingRows();
  const std::vector<OperatorRow> others{
      {"blur-2d", "circular convolution in y, x", RandomBlur({2, 3, 13, 18}, {1, 1, 1, 5, 4})},
      {"blur-3d", "circular convolution in z, y, x", RandomBlur({1, 5, 6, 7}, {1, 1, 2, 3, 7})},
      {"blur-batch", "circular convolution with a kernel per batch entry", RandomBlur({1, 1, 9, 8}, {3, 1, 1, 3, 4})},
      {"blur-scaled",
       "circular convolution times a number",
       [](std::uint64_t seed) {
         return Scale({-1.7, 0.0}, RandomBlur({1, 1, 9, 8}, {1, 1, 1, 3, 3})(seed));
       }},
      {"blur-motion",
       "circular convolution with the kernel of a camera that shakes",
       [](std::uint64_t seed) {
         return std::make_shared<CirculantBlurOperator>(Shape{1, 1, 13, 18}, MotionKernel(9, 0.5, seed));
       }},
      {"inpainting", "keeps some pixels", [](std::uint64_t seed) {
         return std::make_shared<SamplingMaskOperator>(Shape{3, 2, 13, 18}, RandomPixelMask(13, 18, 0.3, seed));
       }}};
  rows.insert(rows.end(), others.begin(), others.end());
  return rows;
}
} // namespace tweedie
