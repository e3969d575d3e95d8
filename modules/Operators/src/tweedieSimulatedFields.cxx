// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRISimulation.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
/** Positions along an axis, in pixels of the coarse grid from its centre floor(extent / 2), over half the longer side
 * of the field of view. */
at::Tensor
Positions(std::int64_t extent, std::int64_t longest, int oversampling)
{
  const auto center = static_cast<double>((oversampling * extent) / 2);
  const at::Tensor index = at::arange(oversampling * extent, at::kDouble) - center;
  return index * (2.0 / (oversampling * static_cast<double>(longest)));
}

void
Require(std::int64_t coils, std::int64_t rows, std::int64_t columns, int oversampling)
{
  if (coils < 1 || rows < 1 || columns < 1 || oversampling < 1)
  {
    throw UsageError("MRI simulation: given " + std::to_string(coils) + " coils of " + std::to_string(columns) + " x " +
                     std::to_string(rows) + " points; required at least one of each");
  }
}

/** P_0 .. P_3 at the positions. */
std::vector<at::Tensor>
Legendre(const at::Tensor & x)
{
  return {at::ones_like(x), x, (x.square() * 3.0 - 1.0) / 2.0, (x.pow(3) * 5.0 - x * 3.0) / 2.0};
}
} // namespace

at::Tensor
SimulateSensitivities(std::int64_t coils, std::int64_t rows, std::int64_t columns, std::uint64_t seed, int oversampling)
{
  Require(coils, rows, columns, oversampling);
  // Outside the corners of a square field of view, at sqrt(2): no current passes through the image.
  constexpr double ringRadius = 1.6;
  const std::int64_t longest = std::max(rows, columns);
  const at::Tensor y = Positions(rows, longest, oversampling).unsqueeze(1);
  const at::Tensor x = Positions(columns, longest, oversampling).unsqueeze(0);
  const at::Tensor z = at::complex((x + y * 0.0).contiguous(), (y + x * 0.0).contiguous());

  const auto streams = std::vector<std::uint64_t>{StreamOf(SimulationPurpose::Sensitivities)};
  const double turn = RandomStreams(seed, streams).Uniform({1}, at::kDouble).item<double>();
  const double spacing = 2.0 * M_PI / static_cast<double>(coils);
  // Neighbouring loops nearly touch; a single one spans a quarter of the ring.
  const double halfWidth = std::min(0.45 * spacing, M_PI / 4.0);
  std::vector<at::Tensor> maps;
  for (std::int64_t coil = 0; coil < coils; ++coil)
  {
    const double angle = spacing * (static_cast<double>(coil) + turn);
    const auto wire = [&](double at)
    { return c10::complex<double>(ringRadius * std::cos(at), ringRadius * std::sin(at)); };
    // B_x - i B_y of a line current at w is proportional to 1 / (z - w).
    maps.push_back((z - wire(angle + halfWidth)).reciprocal() - (z - wire(angle - halfWidth)).reciprocal());
  }
  const at::Tensor all = at::stack(maps).unsqueeze(1);
  return all / all.abs().square().sum(0, true).sqrt();
}

at::Tensor
SimulateSmoothPhase(std::int64_t rows, std::int64_t columns, std::uint64_t seed, std::uint64_t stream, int oversampling)
{
  Require(1, rows, columns, oversampling);
  const std::int64_t longest = std::max(rows, columns);
  const auto alongY = Legendre(Positions(rows, longest, oversampling).unsqueeze(1));
  const auto alongX = Legendre(Positions(columns, longest, oversampling).unsqueeze(0));
  RandomStreams random(seed, {StreamOf(SimulationPurpose::Phase, stream)});
  const double constant = 2.0 * M_PI * random.Uniform({1}, at::kDouble).item<double>();
  const at::Tensor normal = random.Normal({4, 4}, at::kDouble)[0];
  at::Tensor phase = at::full({oversampling * rows, oversampling * columns}, constant, at::kDouble);
  for (int p = 0; p < 4; ++p)
  {
    for (int q = 0; p + q < 4; ++q)
    {
      // One radian for the slopes, half of that for each degree more.
      const double deviation = p + q == 0 ? 0.0 : std::pow(0.5, p + q - 1);
      const double coefficient = deviation * normal[p][q].item<double>();
      phase += alongY[static_cast<std::size_t>(p)] * alongX[static_cast<std::size_t>(q)] * coefficient;
    }
  }
  return phase;
}
} // namespace tweedie
