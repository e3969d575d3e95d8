// SPDX-License-Identifier: Apache-2.0
#include "tweediePartialFourier.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t alongY = -2, alongX = -1;
constexpr std::int64_t fewestLines = 4; ///< on either side of the centre
constexpr int iterations = 20;          ///< pocs changes little after ten

at::Tensor
ToImage(const at::Tensor & kspace, std::int64_t dimension)
{
  const std::vector<std::int64_t> axis{dimension};
  return at::fft_fftshift(at::fft_ifft(at::fft_ifftshift(kspace, axis), c10::nullopt, dimension, "ortho"), axis);
}

at::Tensor
ToKspace(const at::Tensor & image, std::int64_t dimension)
{
  const std::vector<std::int64_t> axis{dimension};
  return at::fft_fftshift(at::fft_fft(at::fft_ifftshift(image, axis), c10::nullopt, dimension, "ortho"), axis);
}

/** The block of lines that were measured. */
struct Block
{
  std::int64_t first = 0;
  std::int64_t end = 0;
  std::int64_t half = 0; ///< lines on either side of the centre that are measured on both
};

Block
BlockOf(const at::Tensor & mask)
{
  const std::int64_t rows = mask.size(-2);
  const at::Tensor all = mask.amin(at::IntArrayRef{0, 1, 3}), any = mask.amax(at::IntArrayRef{0, 1, 3});
  const at::Tensor lines = at::nonzero(all).flatten();
  Block block;
  if (lines.numel() > 0)
  {
    block.first = lines[0].item<std::int64_t>();
    block.end = lines[-1].item<std::int64_t>() + 1;
    block.half = std::min(rows / 2 - block.first, block.end - 1 - rows / 2);
  }
  if (!at::equal(all, any) || lines.numel() != block.end - block.first || block.half < fewestLines)
  {
    throw DataError("partial Fourier: given lines that are no block around the centre; required one, the same in all "
                    "slices, with 4 lines on either side");
  }
  return block;
}

/** exp(i p) of the symmetric centre, [..., y, x] in the image; hybrid: transformed along x. */
at::Tensor
SmoothPhase(const at::Tensor & hybrid, const Block & block)
{
  const std::int64_t rows = hybrid.size(-2), length = 2 * block.half + 1;
  at::Tensor window = at::zeros({rows}, at::kFloat);
  window.narrow(0, rows / 2 - block.half, length).copy_(at::hann_window(length + 2, false).narrow(0, 1, length));
  return at::sgn(ToImage(hybrid * window.view({rows, 1}), alongY));
}

/** W of homodyne: from 0 to 2 across the symmetric centre, on the side where lines are missing 0. */
at::Tensor
HomodyneWeights(std::int64_t rows, const Block & block)
{
  const at::Tensor distance = at::arange(rows, at::kFloat) - static_cast<double>(rows / 2);
  const bool isLowMissing = block.first > rows - block.end;
  const at::Tensor ramp = 1.0 + (isLowMissing ? distance : -distance) / static_cast<double>(block.half + 1);
  return ramp.clamp(0.0, 2.0).view({rows, 1});
}
} // namespace

void
FillPartialFourier(MRIScan & scan, const std::string & method)
{
  if (method != "homodyne" && method != "pocs")
  {
    throw UsageError("partial Fourier: given the method '" + method + "'; required homodyne or pocs");
  }
  const at::NoGradGuard noGrad;
  at::Tensor mask = TensorView(scan.mask), kspace = TensorView(scan.kspace);
  if ((mask > 0).all().item<bool>())
  {
    return;
  }
  const Block block = BlockOf(mask);
  const std::int64_t rows = kspace.size(-2);
  const at::Tensor hybrid = ToImage(kspace, alongX), phase = SmoothPhase(hybrid, block);
  at::Tensor filled = hybrid;
  if (method == "homodyne")
  {
    const at::Tensor image = ToImage(hybrid * HomodyneWeights(rows, block), alongY);
    filled = ToKspace(at::real(image * phase.conj()) * phase, alongY);
  }
  for (int i = 0; method == "pocs" && i < iterations; ++i)
  {
    filled = ToKspace(ToImage(filled, alongY).abs() * phase, alongY);
    filled.narrow(-2, block.first, block.end - block.first)
        .copy_(hybrid.narrow(-2, block.first, block.end - block.first));
  }
  kspace.copy_(ToKspace(filled, alongX));
  mask.fill_(1.0);
  scan.warnings.push_back(std::to_string(rows - (block.end - block.first)) +
                          " lines were filled in by partial Fourier (" + method + "): they are no measurement");
}
} // namespace tweedie
