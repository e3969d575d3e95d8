// SPDX-License-Identifier: Apache-2.0
#include "tweedieEquivariantBootstrap.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** Places -(n - 1) / 2 .. (n - 1) / 2. */
at::Tensor
Centered(std::int64_t n)
{
  return at::arange(n, at::kDouble) - 0.5 * static_cast<double>(n - 1);
}

/** Complex [..., lines, n]: line i moved by distance[i] pixels along the last axis. */
at::Tensor
ShiftedLines(const at::Tensor & x, const at::Tensor & distance)
{
  const std::int64_t n = x.size(-1);
  const at::Tensor f = at::fft_fftfreq(n, 1.0, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor angle = distance.unsqueeze(1) * f.unsqueeze(0) * (-2.0 * pi);
  at::Tensor factor = at::complex(angle.cos(), angle.sin());
  if (n % 2 == 0)
  {
    factor.select(1, n / 2) = at::complex(at::cos(distance * pi), at::zeros_like(distance)); // real images stay real
  }
  return at::fft_ifft(at::fft_fft(x) * factor);
}

/** By an angle: x by -tan(a / 2) y, y by sin(a) x, x again, in units of length. */
at::Tensor
Turned(const at::Tensor & images, double angle, double aspect)
{
  if (angle == 0.0)
  {
    return images;
  }
  const at::Tensor wide = images.is_complex()
                              ? images.to(at::kComplexDouble)
                              : at::complex(images.to(at::kDouble), at::zeros(images.sizes(), at::kDouble));
  const at::Tensor alongX = Centered(images.size(-2)) * (-std::tan(0.5 * angle) * aspect);
  const at::Tensor alongY = Centered(images.size(-1)) * (std::sin(angle) / aspect);
  const at::Tensor first = ShiftedLines(wide, alongX);
  const at::Tensor second = ShiftedLines(first.transpose(-1, -2), alongY).transpose(-1, -2);
  const at::Tensor turned = ShiftedLines(second, alongX);
  return (images.is_complex() ? turned : at::real(turned)).to(images.scalar_type()).contiguous();
}

at::Tensor
Flipped(const at::Tensor & images, const ImageMotion & motion)
{
  std::vector<std::int64_t> axes;
  if (motion.flipY)
  {
    axes.push_back(-2);
  }
  if (motion.flipX)
  {
    axes.push_back(-1);
  }
  return axes.empty() ? images : images.flip(axes);
}
} // namespace

at::Tensor
Moved(const at::Tensor & images, const ImageMotion & motion, double aspect)
{
  const at::Tensor shifted = at::roll(Flipped(images, motion), {motion.shiftY, motion.shiftX}, {-2, -1});
  return Turned(shifted, motion.angle, aspect);
}

at::Tensor
MovedBack(const at::Tensor & images, const ImageMotion & motion, double aspect)
{
  const at::Tensor turned = Turned(images, -motion.angle, aspect);
  return Flipped(at::roll(turned, {-motion.shiftY, -motion.shiftX}, {-2, -1}), motion);
}
} // namespace tweedie
