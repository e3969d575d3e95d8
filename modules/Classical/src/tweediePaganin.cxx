// SPDX-License-Identifier: Apache-2.0
#include "tweediePaganin.h"

#include "tweedieError.h"
#include "tweedieExtendedPlane.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

void
RequireNumbers(const PropagationGeometry & geometry, const MaterialIndex & material)
{
  const double z = geometry.distances.empty() ? 0.0 : geometry.distances.front();
  const bool isMaterial =
      material.delta >= 0.0 && std::isfinite(material.delta) && material.beta > 0.0 && std::isfinite(material.beta);
  if (geometry.distances.size() != 1 || !(z >= 0.0 && std::isfinite(z)) || !isMaterial)
  {
    std::ostringstream message;
    message << "paganin: given " << geometry.distances.size() << " distances, the first " << z << " m, delta "
            << material.delta << ", beta " << material.beta
            << "; required one distance, 0 or more, delta 0 or more and beta above 0";
    throw UsageError(message.str());
  }
}
} // namespace

at::Tensor
PaganinThickness(const at::Tensor & intensity,
                 const PropagationGeometry & geometry,
                 const MaterialIndex & material,
                 PlaneExtension extension)
{
  const at::NoGradGuard noGradient;
  RequireNumbers(geometry, material);
  RequireIntensity("paganin", intensity);
  const std::int64_t rows = intensity.size(-2);
  const std::int64_t columns = intensity.size(-1);
  const ExtendedPlane plane(rows, columns, geometry, extension);
  const double mu = 4.0 * pi * material.beta / geometry.wavelength;
  const double strength = geometry.distances.front() * material.delta / mu * 4.0 * pi * pi;
  const at::Tensor gain = (1.0 / (1.0 + plane.SquaredFrequency() * strength)).to(intensity.device());
  const at::Tensor planes = intensity.detach().reshape({-1, rows, columns});
  at::Tensor thickness = at::empty_like(planes);
  std::vector<std::int64_t> dark(static_cast<std::size_t>(planes.size(0)));
  const auto invert = [&](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t i = begin; i < end; ++i) // one at a time: four times the pixels in complex double
    {
      const at::Tensor filtered = plane.Synthesize(plane.Analyze(planes[i]) * gain);
      dark[static_cast<std::size_t>(i)] = filtered.le(0.0).sum().item<std::int64_t>();
      thickness[i].copy_(filtered.log() / -mu);
    }
  };
  at::parallel_for(0, planes.size(0), 1, invert);
  for (std::size_t i = 0; i < dark.size(); ++i)
  {
    if (dark[i] > 0)
    {
      throw DataError("paganin: given " + std::to_string(dark[i]) + " pixels of pattern " + std::to_string(i) +
                      " without light; required intensities divided by those without object, dead pixels filled");
    }
  }
  return thickness.reshape(intensity.sizes());
}

at::Tensor
PhaseOfThickness(const at::Tensor & thickness, double delta, double wavelength)
{
  if (!std::isfinite(delta) || !(wavelength > 0.0) || !std::isfinite(wavelength))
  {
    throw UsageError("paganin: given delta " + std::to_string(delta) + " and a wavelength of " +
                     std::to_string(wavelength) + " m; required a finite number and a length above 0");
  }
  return thickness * (-2.0 * pi * delta / wavelength);
}
} // namespace tweedie
