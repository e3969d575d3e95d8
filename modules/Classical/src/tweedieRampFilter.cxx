// SPDX-License-Identifier: Apache-2.0
#include "tweedieRampFilter.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

std::int64_t
PowerOfTwo(std::int64_t atLeast)
{
  std::int64_t size = 1;
  while (size < atLeast)
  {
    size *= 2;
  }
  return size;
}

double
Ramp(std::int64_t n, double step, RampKind kind)
{
  if (n == 0)
  {
    return 1.0 / (4.0 * step * step);
  }
  const double x = static_cast<double>(n) * step;
  const double length = pi * (kind == RampKind::EqualAngles ? std::sin(x) : x);
  return n % 2 == 0 ? 0.0 : -1.0 / (length * length);
}

double
Window(const std::string & name, double f)
{
  const double x = pi * f;
  if (name == "shepp-logan")
  {
    return x == 0.0 ? 1.0 : std::sin(x) / x;
  }
  return name == "cosine"    ? std::cos(x)
         : name == "hamming" ? 0.54 + 0.46 * std::cos(2.0 * x)
         : name == "hann"    ? 0.5 + 0.5 * std::cos(2.0 * x)
                             : 1.0;
}

/** step H w for the frequencies of a real transform of that size. */
at::Tensor
Response(std::int64_t size, double step, RampKind kind, const RampFilterOptions & options)
{
  std::vector<double> kernel(static_cast<std::size_t>(size));
  // Equal angles end where the detector turns to its own back: no two rays are further apart than that.
  const auto furthest = kind == RampKind::EqualAngles ? static_cast<std::int64_t>(0.5 * pi / step) : size;
  for (std::int64_t i = 0; i < size; ++i)
  {
    const std::int64_t n = i <= size / 2 ? i : i - size;
    kernel[static_cast<std::size_t>(i)] = std::abs(n) <= furthest ? Ramp(n, step, kind) : 0.0;
  }
  at::Tensor response = at::real(at::fft_rfft(at::from_blob(kernel.data(), {size}, at::kDouble))) * step;
  auto values = response.accessor<double, 1>();
  for (std::int64_t i = 0; i < values.size(0); ++i)
  {
    const double f = static_cast<double>(i) / static_cast<double>(size) / options.cutOff;
    values[i] *= f <= 0.5 * (1.0 + 1e-12) ? Window(options.window, f) : 0.0;
  }
  return response;
}

/** What stands before the first of these columns, nearest last. */
at::Tensor
Continuation(const at::Tensor & rows, std::int64_t count)
{
  const at::Tensor inside = rows.narrow(-1, 1, count).flip({-1});
  const at::Tensor place = at::arange(count, 0, -1, rows.options()) / static_cast<double>(count + 1);
  return (2.0 * rows.narrow(-1, 0, 1) - inside).clamp_min(0.0) * at::cos(0.5 * pi * place).square();
}
} // namespace

void
RampFilterOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("window", "on the ramp of a filtered backprojection")
              .Choices({"ramp", "shepp-logan", "cosine", "hamming", "hann"}),
          window);
  v.Visit(Field("cut-off", "share of the highest frequency that is kept").Above(0.0).Range(0.0, 1.0), cutOff);
  v.Visit(Field("extension", "both ends of a row are continued by this share of it, for objects beyond the detector")
              .Range(0.0, 0.9),
          extension);
}

at::Tensor
FilterRows(const at::Tensor & projections, double step, RampKind kind, const RampFilterOptions & options)
{
  ValidateOptions(options);
  const std::int64_t columns = projections.size(-1);
  const auto added =
      std::min<std::int64_t>(columns - 1, std::llround(options.extension * static_cast<double>(columns)));
  at::Tensor rows = projections;
  if (added > 0)
  {
    rows = at::cat({Continuation(rows, added), rows, Continuation(rows.flip({-1}), added).flip({-1})}, -1);
  }
  const std::int64_t size = PowerOfTwo(2 * rows.size(-1));
  const at::Tensor response = Response(size, step, kind, options).to(projections.options());
  const at::Tensor filtered = at::fft_irfft(at::fft_rfft(rows, size) * response, size);
  return filtered.narrow(-1, added, columns).contiguous();
}
} // namespace tweedie
