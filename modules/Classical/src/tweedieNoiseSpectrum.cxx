// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoiseSpectrum.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
/** Averages of a plane [y, x] over rings. */
NoiseSpectrum
InRings(const at::Tensor & plane, double spacingY, double spacingX)
{
  const std::int64_t height = plane.size(0);
  const std::int64_t width = plane.size(1);
  const at::Tensor y = at::fft_fftfreq(height, spacingY, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor x = at::fft_fftfreq(width, spacingX, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor radius = (y.square().unsqueeze(1) + x.square().unsqueeze(0)).sqrt();
  const double ring =
      std::max(1.0 / (static_cast<double>(height) * spacingY), 1.0 / (static_cast<double>(width) * spacingX));
  const at::Tensor index = (radius / ring).round().to(at::kLong);
  const auto rings = static_cast<std::int64_t>(0.5 / std::max(spacingY, spacingX) / ring) + 1;
  const at::Tensor used = index.lt(rings);
  const at::Tensor where = index.masked_select(used);
  const at::Tensor zero = at::zeros({rings}, at::kDouble);
  const at::Tensor count = zero.index_add(0, where, at::ones({where.size(0)}, at::kDouble)).clamp_min(1.0);
  return {zero.index_add(0, where, radius.masked_select(used)) / count,
          zero.index_add(0, where, plane.masked_select(used)) / count,
          plane};
}
} // namespace

NoiseSpectrum
MeasureNoiseSpectrum(const at::Tensor & images, double spacingY, double spacingX)
{
  if (!images.defined() || images.dim() != 3 || images.size(0) < 2 || images.is_complex())
  {
    throw DataError("noise spectrum: given other than real images [n, y, x]; required two at least");
  }
  const at::Tensor x = images.to(at::kDouble);
  const at::Tensor transformed = at::fft_fft2(x - x.mean(0, true)).abs().square().sum(0);
  const double factor = spacingX * spacingY / static_cast<double>(x[0].numel()) / static_cast<double>(x.size(0) - 1);
  return InRings(transformed * factor, spacingY, spacingX);
}

NoiseSpectrum
ExpectedNoiseSpectrum(const at::Tensor & covariance, double spacingY, double spacingX)
{
  if (!covariance.defined() || covariance.dim() != 2 || covariance.size(0) % 2 == 0 || covariance.size(1) % 2 == 0)
  {
    throw DataError("noise spectrum: given a covariance without a pixel in the middle; required [2 y - 1, 2 x - 1]");
  }
  const std::int64_t height = (covariance.size(0) + 1) / 2;
  const std::int64_t width = (covariance.size(1) + 1) / 2;
  const auto overlap = [](std::int64_t n)
  { return 1.0 - at::arange(1 - n, n, at::kDouble).abs() / static_cast<double>(n); };
  const at::Tensor seen = covariance.to(at::kDouble) * overlap(height).unsqueeze(1) * overlap(width).unsqueeze(0);
  // Distances d and d - n fall together at the frequencies of n pixels.
  const at::Tensor padded = at::constant_pad_nd(seen, {1, 0, 1, 0});
  const at::Tensor folded = padded.view({2, height, 2, width}).sum(2).sum(0);
  const at::Tensor plane = at::real(at::fft_fft2(folded)).mul(spacingX * spacingY);
  return InRings(plane, spacingY, spacingX);
}
} // namespace tweedie
