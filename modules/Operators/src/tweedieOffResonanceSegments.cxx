// SPDX-License-Identifier: Apache-2.0
#include "tweedieOffResonanceSegments.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::int64_t pixelsAtATime = 16384; ///< bounds the table of phases

at::Tensor
RequireNumbers(const at::Tensor & given, const char * what, const char * name)
{
  if (!given.defined() || !given.is_floating_point() || given.numel() == 0)
  {
    std::ostringstream message;
    message << name << ": given " << what << " ";
    given.defined() ? message << given.sizes() << " of type " << given.scalar_type() : message << "undefined";
    message << "; required real numbers";
    throw DataError(message.str());
  }
  if (!at::isfinite(given).all().item<bool>())
  {
    throw DataError(std::string(name) + ": given " + what + " with NaN or infinite values; required finite ones");
  }
  return given.detach().cpu().to(at::kDouble).contiguous();
}

/** exp(-2 pi i f t), [frequency, time]. */
at::Tensor
Phases(const at::Tensor & frequencies, const at::Tensor & times)
{
  const at::Tensor angle = at::outer(frequencies, times) * (-2.0 * pi);
  return at::polar(at::ones_like(angle), angle);
}

/** Orthonormal [time, segment], as many as leave at most the tolerance of any phase. */
at::Tensor
BasisOf(const at::Tensor & field, const at::Tensor & times, double tolerance)
{
  const double turns = (field.max() - field.min()).item<double>() * (times.max() - times.min()).item<double>();
  // Four frequencies per turn of phase, and enough of them: the singular vectors do not change any more.
  const auto count = static_cast<std::int64_t>(std::clamp(4.0 * turns, 64.0, 4096.0));
  const at::Tensor between = at::linspace(field.min().item(), field.max().item(), count, at::kDouble);
  const at::Tensor phases = Phases(between, times);
  const at::Tensor all = std::get<2>(at::linalg_svd(phases, false)).resolve_conj().transpose(0, 1);
  for (std::int64_t segments = 1; segments < all.size(1); ++segments)
  {
    const at::Tensor basis = all.narrow(1, 0, segments);
    const at::Tensor rest = phases - at::matmul(at::matmul(phases, basis.conj().resolve_conj()), basis.transpose(0, 1));
    if (rest.abs().max().item<double>() <= tolerance)
    {
      return basis.contiguous();
    }
  }
  return all.contiguous();
}

/** c_l(f), [segment, pixel]. */
at::Tensor
CoefficientsOf(const at::Tensor & field, const at::Tensor & times, const at::Tensor & basis)
{
  std::vector<at::Tensor> parts;
  for (const at::Tensor & part : field.flatten().split(pixelsAtATime))
  {
    parts.push_back(at::matmul(Phases(part, times), basis.conj().resolve_conj()));
  }
  return at::cat(parts).transpose(0, 1).contiguous();
}
} // namespace

OffResonanceSegments
SegmentOffResonance(const at::Tensor & field, const at::Tensor & times, double tolerance, const char * name)
{
  if (!(tolerance >= 1e-12 && tolerance < 1.0))
  {
    throw UsageError(std::string(name) + ": given a tolerance of " + std::to_string(tolerance) +
                     "; required one between 1e-12 and 1");
  }
  const at::NoGradGuard noGradient;
  const at::Tensor f = RequireNumbers(field, "a field", name);
  const at::Tensor t = RequireNumbers(times, "times", name);
  const at::Tensor basis = BasisOf(f, t, tolerance);
  std::vector<std::int64_t> shape = field.sizes().vec();
  shape.insert(shape.begin(), -1);
  return {basis.transpose(0, 1).contiguous(), CoefficientsOf(f, t, basis).view(shape)};
}
} // namespace tweedie
