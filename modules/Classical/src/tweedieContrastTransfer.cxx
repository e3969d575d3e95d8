// SPDX-License-Identifier: Apache-2.0
#include "tweedieContrastTransfer.h"

#include "tweedieError.h"
#include "tweedieExtendedPlane.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

bool
IsWeight(double value)
{
  return std::isfinite(value) && value >= 0.0;
}

void
RequireNumbers(const PropagationGeometry & geometry, const ContrastTransferOptions & options)
{
  const std::vector<double> & z = geometry.distances;
  const bool isSingle = options.object == ContrastObject::SingleMaterial;
  const std::size_t needed = options.object == ContrastObject::PhaseAndAttenuation ? 2 : 1;
  const bool isAhead = std::all_of(z.begin(), z.end(), [](double value) { return std::isfinite(value) && value > 0; });
  if (z.size() < needed || !isAhead)
  {
    throw UsageError("contrast transfer: given " + std::to_string(z.size()) + " distances; required " +
                     std::to_string(needed) + " or more, all above 0");
  }
  if (isSingle && !(options.deltaOverBeta > 0.0 && std::isfinite(options.deltaOverBeta)))
  {
    throw UsageError("contrast transfer: given delta / beta " + std::to_string(options.deltaOverBeta) +
                     "; required a number above 0 for a single material");
  }
  // Without any penalty the zeros of the transfer divide by nothing.
  if (!IsWeight(options.lowRegularization) || !(options.highRegularization > 0.0) ||
      !IsWeight(options.highRegularization))
  {
    std::ostringstream message;
    message << "contrast transfer: given the regularizations " << options.lowRegularization << " and "
            << options.highRegularization << "; required 0 or more and above 0";
    throw UsageError(message.str());
  }
}

/** The sums over the distances that all three kinds of object are made of. */
struct Normal
{
  at::Tensor phase;       ///< sum (2 sin)^2, of a single material sum (2 sin + 2 cos beta / delta)^2
  at::Tensor attenuation; ///< sum (2 cos)^2
  at::Tensor both;        ///< -sum 4 sin cos
  at::Tensor penalty;     ///< a
};

/** 2 sin(chi_l), and of a single material 2 cos(chi_l) beta / delta with it. */
at::Tensor
PhaseTransfer(const at::Tensor & chi, const ContrastTransferOptions & options)
{
  const at::Tensor sine = chi.sin() * 2.0;
  return options.object == ContrastObject::SingleMaterial ? sine + chi.cos() * (2.0 / options.deltaOverBeta) : sine;
}

Normal
NormalOf(const at::Tensor & chi, const ContrastTransferOptions & options)
{
  const at::Tensor sine = PhaseTransfer(chi, options);
  const at::Tensor cosine = chi.cos() * 2.0;
  const double ratio = options.object == ContrastObject::SingleMaterial ? 1.0 / options.deltaOverBeta : 1.0;
  const at::Tensor first = chi.amax(0).clamp_max(pi / 2.0).sin().square();
  return {sine.square().sum(0),
          cosine.square().sum(0),
          (sine * cosine).sum(0).neg(),
          first * options.highRegularization + options.lowRegularization * ratio * ratio};
}

/** F phi and F B of one object from the spectra D [distances, y, x]. */
std::pair<at::Tensor, at::Tensor>
Solve(const at::Tensor & D, const at::Tensor & chi, const Normal & normal, const ContrastTransferOptions & options)
{
  const at::Tensor phaseData = (D * PhaseTransfer(chi, options)).sum(0);
  if (options.object != ContrastObject::PhaseAndAttenuation)
  {
    const double ratio = options.object == ContrastObject::SingleMaterial ? -1.0 / options.deltaOverBeta : 0.0;
    const at::Tensor phase = phaseData / (normal.phase + normal.penalty);
    return {phase, phase * ratio};
  }
  const at::Tensor attenuationData = (D * chi.cos()).sum(0) * -2.0;
  const at::Tensor a = normal.phase + normal.penalty;
  const at::Tensor b = normal.attenuation + normal.penalty;
  const at::Tensor determinant = a * b - normal.both.square();
  return {(b * phaseData - normal.both * attenuationData) / determinant,
          (a * attenuationData - normal.both * phaseData) / determinant};
}

/** Where the penalties do not apply: the means. */
void
SetMeans(const at::Tensor & D, at::Tensor & phase, at::Tensor & attenuation, const ContrastTransferOptions & options)
{
  const std::int64_t row = D.size(-2) / 2;
  const std::int64_t column = D.size(-1) / 2;
  const at::Tensor mean = D.select(-2, row).select(-1, column).mean() * -0.5;
  const bool isSingle = options.object == ContrastObject::SingleMaterial;
  const bool hasAttenuation = options.object != ContrastObject::PhaseOnly;
  phase[row][column] = isSingle ? mean * -options.deltaOverBeta : at::zeros_like(mean);
  attenuation[row][column] = hasAttenuation ? mean : at::zeros_like(mean);
}
} // namespace

WeakObject
RetrieveByContrastTransfer(const at::Tensor & intensity,
                           const PropagationGeometry & geometry,
                           const ContrastTransferOptions & options)
{
  const at::NoGradGuard noGradient;
  RequireNumbers(geometry, options);
  RequireIntensity("contrast transfer", intensity);
  const auto distances = static_cast<std::int64_t>(geometry.distances.size());
  if (intensity.dim() != 5 || intensity.size(1) != distances || intensity.size(2) != 1)
  {
    std::ostringstream message;
    message << "contrast transfer: given intensities " << intensity.sizes() << " of " << distances
            << " distances; required [batch, distances, 1, y, x]";
    throw DataError(message.str());
  }
  const ExtendedPlane plane(intensity.size(3), intensity.size(4), geometry, options.extension);
  const at::Tensor z = at::tensor(geometry.distances, at::kDouble).reshape({-1, 1, 1});
  const at::Tensor chi = (plane.SquaredFrequency() * (z * (pi * geometry.wavelength))).to(intensity.device());
  const Normal normal = NormalOf(chi, options);
  auto sizes = intensity.sizes().vec();
  sizes[1] = 1;
  WeakObject result{at::empty(sizes, intensity.options()), at::empty(sizes, intensity.options())};
  for (std::int64_t i = 0; i < intensity.size(0); ++i)
  {
    const at::Tensor D = plane.Analyze(intensity[i].squeeze(1).detach().to(at::kDouble) - 1.0);
    auto [phase, attenuation] = Solve(D, chi, normal, options);
    SetMeans(D, phase, attenuation, options);
    result.phase[i][0][0].copy_(plane.Synthesize(phase));
    result.attenuation[i][0][0].copy_(plane.Synthesize(attenuation));
  }
  return result;
}
} // namespace tweedie
