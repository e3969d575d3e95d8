// SPDX-License-Identifier: Apache-2.0
#include "tweedieWaveletTransform.h"

#include "tweedieError.h"
#include "tweedieWaveletKernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t leastSide = 16;
constexpr std::array<double, 4> filter{
    0.48296291314453414337, 0.83651630373780790557, 0.22414386804201338103, -0.12940952255126038117};

void
RequireImage(const at::Tensor & x, std::int64_t levels)
{
  if (!x.defined() || x.dim() < 2 || !(x.is_floating_point() || x.is_complex()) || levels < 0)
  {
    throw DataError("wavelet transform: " + std::to_string(levels) +
                    " levels of an image that is not one; required at "
                    "least 0, of floating-point numbers [..., y, x]");
  }
}

/** Sizes of the corner that each level halves, outermost first. */
std::vector<WaveletPlane>
Corners(const at::Tensor & x, std::int64_t levels)
{
  const std::int64_t parts = x.is_complex() ? 2 : 1;
  std::vector<WaveletPlane> corners;
  WaveletPlane plane{x.size(-2), x.size(-1), parts, x.size(-1) * parts};
  for (std::int64_t level = 0; level < levels; ++level)
  {
    corners.push_back(plane);
    plane.height = (plane.height + 1) / 2;
    plane.width = (plane.width + 1) / 2;
  }
  return corners;
}

template <typename T>
void
TransformPlanes(const at::Tensor & real, const std::vector<WaveletPlane> & corners, std::int64_t planes, bool forward)
{
  T * const data = real.data_ptr<T>();
  const std::int64_t numbers = real.numel() / planes;
  const auto run = [&](std::int64_t begin, std::int64_t end)
  {
    std::vector<T> scratch(static_cast<std::size_t>(numbers));
    for (std::int64_t plane = begin; plane < end; ++plane)
    {
      T * const x = data + plane * numbers;
      for (std::size_t level = 0; level < corners.size(); ++level)
      {
        forward ? AnalyzeLevel(corners[level], x, scratch.data())
                : SynthesizeLevel(corners[corners.size() - 1 - level], x, scratch.data());
      }
    }
  };
  at::parallel_for(0, planes, 1, run);
}

at::Tensor
TransformOnHost(const at::Tensor & x, std::int64_t levels, bool forward)
{
  at::Tensor result = x.resolve_conj().clone(at::MemoryFormat::Contiguous);
  const std::int64_t planes = result.numel() / std::max<std::int64_t>(result.size(-1) * result.size(-2), 1);
  if (planes == 0)
  {
    return result;
  }
  const at::Tensor real = result.is_complex() ? at::view_as_real(result) : result;
  const std::vector<WaveletPlane> corners = Corners(result, levels);
  real.scalar_type() == at::kDouble ? TransformPlanes<double>(real, corners, planes, forward)
                                    : TransformPlanes<float>(real, corners, planes, forward);
  return result;
}

/** Coefficient j of the high-pass filter. */
double
High(std::int64_t j)
{
  return (j % 2 == 0 ? 1.0 : -1.0) * filter[3 - j];
}

at::Tensor
AnalyzeAlong(const at::Tensor & x, std::int64_t dim)
{
  const std::int64_t even = x.size(dim) / 2 * 2;
  const at::Tensor pairs = x.narrow(dim, 0, even);
  at::Tensor low = at::zeros_like(pairs.slice(dim, 0, even, 2));
  at::Tensor high = at::zeros_like(low);
  for (std::int64_t j = 0; j < 4; ++j)
  {
    const at::Tensor shifted = pairs.roll({-j}, {dim}).slice(dim, 0, even, 2);
    low.add_(shifted, filter[j]);
    high.add_(shifted, High(j));
  }
  return at::cat({low, x.narrow(dim, even, x.size(dim) - even), high}, dim);
}

at::Tensor
SynthesizeAlong(const at::Tensor & x, std::int64_t dim)
{
  const std::int64_t half = x.size(dim) / 2;
  const std::int64_t odd = x.size(dim) - 2 * half;
  const at::Tensor low = x.narrow(dim, 0, half);
  const at::Tensor high = x.narrow(dim, half + odd, half);
  at::Tensor result = at::zeros_like(x);
  for (std::int64_t j = 0; j < 4; ++j)
  {
    const at::Tensor part = (low * filter[j] + high * High(j)).roll({j / 2}, {dim});
    result.slice(dim, j % 2, 2 * half, 2).add_(part);
  }
  result.narrow(dim, 2 * half, odd).copy_(x.narrow(dim, half, odd));
  return result;
}
} // namespace

std::int64_t
WaveletLevels(std::int64_t rows, std::int64_t columns)
{
  std::int64_t levels = 0;
  for (std::int64_t side = std::min(rows, columns); (side + 1) / 2 >= leastSide; side = (side + 1) / 2)
  {
    ++levels;
  }
  return levels;
}

at::Tensor
WaveletTransformOnDevice(const at::Tensor & x, std::int64_t levels)
{
  RequireImage(x, levels);
  at::Tensor result = x.clone();
  for (const WaveletPlane & plane : Corners(x, levels))
  {
    const at::Tensor corner = result.narrow(-2, 0, plane.height).narrow(-1, 0, plane.width);
    corner.copy_(AnalyzeAlong(AnalyzeAlong(corner, -1), -2));
  }
  return result;
}

at::Tensor
InverseWaveletTransformOnDevice(const at::Tensor & coefficients, std::int64_t levels)
{
  RequireImage(coefficients, levels);
  at::Tensor result = coefficients.clone();
  std::vector<WaveletPlane> corners = Corners(coefficients, levels);
  std::reverse(corners.begin(), corners.end());
  for (const WaveletPlane & plane : corners)
  {
    const at::Tensor corner = result.narrow(-2, 0, plane.height).narrow(-1, 0, plane.width);
    corner.copy_(SynthesizeAlong(SynthesizeAlong(corner, -2), -1));
  }
  return result;
}

at::Tensor
WaveletTransform(const at::Tensor & x, std::int64_t levels)
{
  RequireImage(x, levels);
  return x.is_cpu() ? TransformOnHost(x, levels, true) : WaveletTransformOnDevice(x, levels);
}

at::Tensor
InverseWaveletTransform(const at::Tensor & coefficients, std::int64_t levels)
{
  RequireImage(coefficients, levels);
  return coefficients.is_cpu() ? TransformOnHost(coefficients, levels, false)
                               : InverseWaveletTransformOnDevice(coefficients, levels);
}
} // namespace tweedie
