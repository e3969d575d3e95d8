// SPDX-License-Identifier: Apache-2.0
#include "tweediePropagationTransfer.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

bool
IsLength(double value)
{
  return std::isfinite(value) && value > 0.0;
}

std::int64_t
Padded(std::int64_t extent, double padding)
{
  // 1e-9: a product like 3 * 1.1 that rounding puts above a whole number.
  return std::max(extent, static_cast<std::int64_t>(std::ceil(static_cast<double>(extent) * padding - 1e-9)));
}

/** f_k of n pixels, zero first. */
at::Tensor
Frequencies(std::int64_t n, double pitch)
{
  const at::Tensor k = at::arange(n, at::kDouble);
  return at::where(k.mul(2.0).lt(static_cast<double>(n)), k, k - static_cast<double>(n)) /
         (static_cast<double>(n) * pitch);
}

/** H with all its rows: [distances, 1, N_y, N_x]. */
at::Tensor
AllRows(const at::Tensor & transfer, std::int64_t rows)
{
  const at::Tensor row = at::arange(rows, transfer.options().dtype(at::kLong));
  return transfer.index_select(1, at::minimum(row, rows - row)).unsqueeze(1);
}

at::Tensor
ImagePart(const at::Tensor & padded, const at::Tensor & like)
{
  return padded.narrow(-2, 0, like.size(-2)).narrow(-1, 0, like.size(-1)).contiguous();
}
} // namespace

PropagationKernel
PropagationKernelFromName(const std::string & name)
{
  if (name == "angular-spectrum" || name == "fresnel")
  {
    return name == "fresnel" ? PropagationKernel::Fresnel : PropagationKernel::AngularSpectrum;
  }
  throw UsageError("propagation: given the kernel '" + name + "'; required angular-spectrum or fresnel");
}

PropagationGeometry
ParallelGeometry(const PropagationGeometry & geometry, double sourceDistance)
{
  const std::vector<double> & z = geometry.distances;
  const bool isOne = !z.empty() && std::all_of(z.begin(), z.end(), [&](double other) { return other == z.front(); });
  if (!IsLength(sourceDistance) || !isOne || !IsLength(z.front()))
  {
    std::ostringstream message;
    message << "cone beam: given a source at " << sourceDistance << " m and " << z.size()
            << " distances; required lengths above 0 and one distance, as each has a magnification of its own";
    throw UsageError(message.str());
  }
  const double magnification = 1.0 + z.front() / sourceDistance;
  PropagationGeometry parallel = geometry;
  parallel.distances.assign(z.size(), z.front() / magnification);
  parallel.pitch = {geometry.pitch[0] / magnification, geometry.pitch[1] / magnification};
  return parallel;
}

Extent
PaddedExtent(Extent image, const PropagationGeometry & geometry, const PropagationOptions & options)
{
  const auto & [x, y] = geometry.pitch;
  const std::vector<double> & z = geometry.distances;
  if (image.rows < 1 || image.columns < 1 || !IsLength(geometry.wavelength) || !IsLength(x) || !IsLength(y) ||
      z.empty() || !std::all_of(z.begin(), z.end(), [](double value) { return std::isfinite(value); }))
  {
    std::ostringstream message;
    message << "propagation: given " << image.rows << " x " << image.columns << " pixels of " << y << " x " << x
            << " m, wavelength " << geometry.wavelength << " m, " << z.size()
            << " distances; required lengths above 0 and finite distances";
    throw UsageError(message.str());
  }
  if (!(options.padding >= 1.0 && options.padding <= largestPadding))
  {
    throw UsageError("propagation: given a padding of " + std::to_string(options.padding) + "; required 1 to 16");
  }
  return {Padded(image.rows, options.padding), Padded(image.columns, options.padding)};
}

double
SamplingLimit(std::int64_t rows,
              std::int64_t columns,
              const PropagationGeometry & geometry,
              const PropagationOptions & options)
{
  const Extent padded = PaddedExtent({rows, columns}, geometry, options);
  const auto & [x, y] = geometry.pitch;
  const double shortest =
      std::min(static_cast<double>(padded.columns) * x * x, static_cast<double>(padded.rows) * y * y);
  if (options.kernel == PropagationKernel::Fresnel)
  {
    return shortest / geometry.wavelength;
  }
  const double highest = 0.25 * (1.0 / (x * x) + 1.0 / (y * y));
  return shortest / geometry.wavelength *
         std::sqrt(std::max(0.0, 1.0 - geometry.wavelength * geometry.wavelength * highest));
}

at::Tensor
PropagationTransfer(Extent padded, const PropagationGeometry & geometry, const PropagationOptions & options)
{
  const double lambda = geometry.wavelength;
  const auto & [pitchX, pitchY] = geometry.pitch;
  const at::Tensor across = Frequencies(padded.columns, pitchX).square().unsqueeze(0);
  const at::Tensor down = Frequencies(padded.rows, pitchY).narrow(0, 0, padded.rows / 2 + 1).square().unsqueeze(1);
  const at::Tensor square = (across + down) * (lambda * lambda); // (lambda f)^2
  const bool isFresnel = options.kernel == PropagationKernel::Fresnel;
  // lambda times the cosine of the plane wave to the axis; Fresnel's phase has the slope of a cosine of 1.
  const at::Tensor cosine = isFresnel ? at::ones_like(square) : (1.0 - square).clamp_min(0.0).sqrt();
  // 1 - cosine without its cancellation
  const at::Tensor retard = isFresnel ? square / 2.0 : square / (1.0 + cosine);
  const at::Tensor travels = isFresnel ? at::ones_like(square) : square.lt(1.0).to(at::kDouble);
  std::vector<at::Tensor> planes;
  for (const double z : geometry.distances)
  {
    at::Tensor kept = travels;
    if (options.bandLimit)
    {
      const double stepX = 2.0 * z * lambda / (static_cast<double>(padded.columns) * pitchX);
      const double stepY = 2.0 * z * lambda / (static_cast<double>(padded.rows) * pitchY);
      const at::Tensor limit = cosine.square();
      kept = kept * (across * (stepX * stepX)).le(limit).to(at::kDouble);
      kept = kept * (down * (stepY * stepY)).le(limit).to(at::kDouble);
    }
    planes.push_back(at::polar(kept, retard * (-2.0 * pi * z / lambda)));
  }
  return at::stack(planes);
}

at::Tensor
PropagateByATen(const at::Tensor & x, const at::Tensor & transfer, Extent padded)
{
  const at::Tensor spectrum = at::fft_fft2(x, {{padded.rows, padded.columns}});
  return ImagePart(at::fft_ifft2(spectrum * AllRows(transfer, padded.rows)), x);
}

at::Tensor
PropagateBackByATen(const at::Tensor & y, const at::Tensor & transfer, Extent padded)
{
  const at::Tensor spectrum = at::fft_fft2(y, {{padded.rows, padded.columns}});
  return ImagePart(at::fft_ifft2((spectrum * AllRows(transfer, padded.rows).conj()).sum(1, true)), y);
}
} // namespace tweedie
