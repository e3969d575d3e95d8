// SPDX-License-Identifier: Apache-2.0
#include "tweedieWhiteness.h"

#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieTailProbability.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
/** [..., rows, columns] as [images, rows, columns] in double; a complex image is two. */
at::Tensor
RealImages(const at::Tensor & residual)
{
  const at::Tensor real = residual.is_complex() ? at::view_as_real(residual).movedim(-1, 0) : residual;
  const at::Tensor image = real.dim() < 2 ? real.unsqueeze(0) : real;
  const std::int64_t rows = residual.dim() < 2 ? 1 : residual.size(-2);
  return image.to(at::kCPU, at::kDouble).reshape({-1, rows, residual.size(-1)});
}

/** sum x_i x_(i + lag). */
double
ShiftedProduct(const at::Tensor & x, std::int64_t rows, std::int64_t columns)
{
  const std::int64_t height = x.size(1) - rows;
  const std::int64_t width = x.size(2) - std::abs(columns);
  const std::int64_t left = columns < 0 ? -columns : 0;
  const at::Tensor first = x.narrow(1, 0, height).narrow(2, left, width);
  const at::Tensor second = x.narrow(1, rows, height).narrow(2, left + columns, width);
  return (first * second).sum().item<double>();
}
} // namespace

Whiteness
CheckWhiteness(const at::Tensor & residual, std::int64_t largest, const at::Tensor & mask)
{
  if (residual.dim() < 1 || residual.numel() == 0 || residual.size(-1) <= largest || largest < 1)
  {
    throw DataError("whiteness: given a residual that is not longer than the lags; required more than " +
                    std::to_string(largest) + " columns");
  }
  const at::Tensor keep =
      mask.defined() ? mask.ne(0).expand_as(residual) : at::ones_like(residual, residual.options().dtype(at::kBool));
  // the mask as images of the same number, also for two parts of a complex residual
  const at::Tensor inside = RealImages(residual.is_complex() ? at::complex(keep.to(at::kDouble), keep.to(at::kDouble))
                                                             : keep.to(at::kDouble));
  const at::Tensor r = RealImages(residual) * inside;
  const double numbers = inside.sum().item<double>();
  const double energy = r.square().sum().item<double>();
  if (!std::isfinite(energy) || !(energy > 0.0))
  {
    throw DataError("whiteness: given a residual of zeros or of numbers that are not finite; required other ones");
  }
  Whiteness found;
  const double width = StudentQuantile(0.995, std::numeric_limits<double>::infinity());
  for (std::int64_t rows = 0; rows <= std::min(largest, r.size(1) - 1); ++rows)
  {
    for (std::int64_t columns = rows == 0 ? 1 : -largest; columns <= largest; ++columns)
    {
      const double pairs = ShiftedProduct(inside, rows, columns);
      if (pairs < 1.0)
      {
        continue;
      }
      const double value = ShiftedProduct(r, rows, columns) / energy;
      const double deviation = std::sqrt(pairs / (numbers * (numbers + 2.0)));
      found.lags.push_back({rows, columns, value, width * deviation});
      found.statistic += value * value / (deviation * deviation);
      found.strongest = std::abs(value / deviation) > std::abs(found.strongest) ? value / deviation : found.strongest;
    }
  }
  found.pValue = found.lags.empty() ? 1.0 : ChiSquareTail(found.statistic, static_cast<double>(found.lags.size()));
  return found;
}
} // namespace tweedie
