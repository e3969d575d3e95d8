// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseAlignment.h"

#include "tweedieError.h"
#include "tweediePhaseScan.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double smallestFraction = 0.02; // pixels: less is not worth an interpolation

/** One object turned, moved and perhaps flipped. */
struct Placed
{
  at::Tensor image;
  double error;
  bool flipped;
  std::array<double, 2> shift;
  double phase;
};

double
SquaredDistance(const at::Tensor & a, const at::Tensor & b)
{
  return (a - b).abs().square().sum().to(at::kDouble).item<double>();
}

/** In a frame of twice the size, where no shift meets itself: spectrum over (y, x). */
at::Tensor
Spectrum(const at::Tensor & x)
{
  return at::fft_fft2(x.to(at::kComplexDouble), at::IntArrayRef{2 * x.size(0), 2 * x.size(1)});
}

/** The place of the vertex of a parabola through three values, in units of their distance. */
double
Vertex(double before, double at, double after)
{
  const double bend = before - 2.0 * at + after;
  return bend < 0.0 ? 0.5 * (before - after) / bend : 0.0;
}

std::int64_t
Signed(std::int64_t index, std::int64_t size)
{
  return index < (size + 1) / 2 ? index : index - size;
}

/** x(r - s), zero beyond its frame. */
at::Tensor
Moved(const at::Tensor & x, const std::array<double, 2> & shift)
{
  const std::int64_t rows = 2 * x.size(0);
  const std::int64_t columns = 2 * x.size(1);
  constexpr double turn = 6.283185307179586;
  const auto ramp = [](std::int64_t n, double s)
  {
    const at::Tensor angle = at::fft_fftfreq(n, 1.0, at::TensorOptions().dtype(at::kDouble)) * (-turn * s);
    return at::polar(at::ones_like(angle), angle);
  };
  const at::Tensor moved =
      at::fft_ifft2(Spectrum(x) * ramp(rows, shift[0]).unsqueeze(1) * ramp(columns, shift[1]).unsqueeze(0));
  const at::Tensor part = moved.narrow(0, 0, x.size(0)).narrow(1, 0, x.size(1));
  return (x.is_complex() ? part : at::real(part)).to(x.scalar_type());
}

at::Tensor
MovedByPixels(const at::Tensor & x, std::int64_t down, std::int64_t right)
{
  at::Tensor result = at::zeros_like(x);
  const std::int64_t rows = x.size(0) - std::abs(down);
  const std::int64_t columns = x.size(1) - std::abs(right);
  if (rows > 0 && columns > 0)
  {
    const auto part = [&](const at::Tensor & t, std::int64_t row, std::int64_t column)
    { return t.narrow(0, std::max<std::int64_t>(row, 0), rows).narrow(1, std::max<std::int64_t>(column, 0), columns); };
    part(result, down, right).copy_(part(x, -down, -right));
  }
  return result;
}

/** e^{i a} z nearest to the reference. */
Placed
Turned(const at::Tensor & reference, const at::Tensor & z, const PhaseAmbiguities & ambiguities)
{
  const at::Tensor product = (z.conj() * reference).sum().to(at::kComplexDouble);
  const double phase = ambiguities.phase ? at::angle(product).item<double>() : 0.0;
  at::Tensor image = z;
  if (phase != 0.0)
  {
    const c10::complex<double> factor(std::cos(phase), std::sin(phase));
    image = z.is_complex() ? z * at::scalar_tensor(factor, z.options()) : z * std::copysign(1.0, std::cos(phase));
  }
  return {image, SquaredDistance(reference, image), false, {0.0, 0.0}, phase};
}

/** The same with a shift, of whole pixels and then of fractions where that helps. */
Placed
Shifted(const at::Tensor & reference, const at::Tensor & z, const PhaseAmbiguities & ambiguities)
{
  const at::Tensor c = at::fft_ifft2(Spectrum(reference) * Spectrum(z).conj());
  const at::Tensor size = ambiguities.phase ? c.abs() : at::real(c);
  const std::int64_t rows = size.size(0);
  const std::int64_t columns = size.size(1);
  const auto best = size.argmax().item<std::int64_t>();
  const std::int64_t row = best / columns;
  const std::int64_t column = best % columns;
  const auto value = [&](std::int64_t r, std::int64_t k)
  { return size[(r + rows) % rows][(k + columns) % columns].item<double>(); };
  const std::array<std::int64_t, 2> whole{Signed(row, rows), Signed(column, columns)};
  const auto numbers = [](std::int64_t down, std::int64_t right) {
    return std::array<double, 2>{static_cast<double>(down), static_cast<double>(right)};
  };
  Placed placed = Turned(reference, MovedByPixels(z, whole[0], whole[1]), ambiguities);
  placed.shift = numbers(whole[0], whole[1]);
  const double down = Vertex(value(row - 1, column), value(row, column), value(row + 1, column));
  const double right = Vertex(value(row, column - 1), value(row, column), value(row, column + 1));
  if (std::max(std::abs(down), std::abs(right)) > smallestFraction)
  {
    const std::array<double, 2> fine{placed.shift[0] + down, placed.shift[1] + right};
    Placed finer = Turned(reference, Moved(z, fine), ambiguities);
    finer.shift = fine;
    return finer.error < placed.error ? finer : placed;
  }
  return placed;
}

Placed
BestPlace(const at::Tensor & reference, const at::Tensor & z, const PhaseAmbiguities & ambiguities)
{
  const auto place = [&](const at::Tensor & candidate) {
    return ambiguities.shift ? Shifted(reference, candidate, ambiguities) : Turned(reference, candidate, ambiguities);
  };
  Placed best = place(z);
  if (ambiguities.flip)
  {
    Placed other = place(FlippedObject(z));
    other.flipped = true;
    best = other.error < best.error ? other : best;
  }
  return best;
}
} // namespace

PhaseAmbiguities
AmbiguitiesOf(const PhaseScan & scan)
{
  PhaseAmbiguities ambiguities;
  ambiguities.flip = scan.experiment == PhaseExperiment::Fourier;
  ambiguities.shift = ambiguities.flip;
  ambiguities.phase = !scan.isReal || !scan.isNonNegative;
  return ambiguities;
}

at::Tensor
FlippedObject(const at::Tensor & x)
{
  return at::flip(x, {-2, -1}).conj().resolve_conj();
}

PhaseAlignment
AlignPhases(const at::Tensor & reference, const at::Tensor & candidates, const PhaseAmbiguities & ambiguities)
{
  const bool fits = reference.defined() && candidates.defined() && reference.dim() == 5 && candidates.dim() == 5 &&
                    reference.is_complex() == candidates.is_complex() && candidates.size(0) > 0 &&
                    (reference.size(0) == 1 || reference.size(0) == candidates.size(0)) && reference.size(1) == 1 &&
                    reference.size(2) == 1 && reference.sizes().slice(1).equals(candidates.sizes().slice(1));
  if (!fits)
  {
    std::ostringstream message;
    message << "AlignPhases: given ";
    reference.defined() ? message << reference.sizes() : message << "no reference";
    message << " and ";
    candidates.defined() ? message << candidates.sizes() : message << "no candidates";
    throw DataError(message.str() + "; required objects [batch, 1, 1, y, x] of one size, real or complex alike");
  }
  const std::int64_t count = candidates.size(0);
  PhaseAlignment result{at::empty_like(candidates),
                        at::zeros({count}, at::kBool),
                        at::zeros({count, 2}, at::kDouble),
                        at::zeros({count}, at::kDouble)};
  const at::Tensor frames = candidates.to(at::kCPU);
  const at::Tensor references = reference.to(at::kCPU, candidates.scalar_type());
  for (std::int64_t i = 0; i < count; ++i)
  {
    const at::Tensor to = references.select(0, references.size(0) == 1 ? 0 : i)[0][0];
    const Placed placed = BestPlace(to, frames[i][0][0], ambiguities);
    result.image[i][0][0].copy_(placed.image);
    result.flipped[i] = placed.flipped;
    result.shift[i][0] = placed.shift[0];
    result.shift[i][1] = placed.shift[1];
    result.phase[i] = placed.phase;
  }
  return result;
}
} // namespace tweedie
