// SPDX-License-Identifier: Apache-2.0
#include "tweedieAutocorrelation.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double windowInTimes = 5.0;

/** tau of autocorrelations rho [steps], rho(0) = 1. */
double
WindowedTime(const at::Tensor & rho)
{
  const double * const values = rho.data_ptr<double>();
  double time = 1.0;
  for (std::int64_t lag = 1; lag < rho.numel() / 2; ++lag)
  {
    time += 2.0 * values[lag];
    if (static_cast<double>(lag) >= windowInTimes * std::max(time, 1.0))
    {
      return time;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}
} // namespace

at::Tensor
IntegratedAutocorrelationTime(const at::Tensor & series)
{
  if (series.dim() != 3 || series.is_complex() || series.numel() == 0)
  {
    std::ostringstream message;
    message << "autocorrelation time: given a series of shape " << series.sizes()
            << "; required real numbers [steps, chains, unknowns]";
    throw DataError(message.str());
  }
  const std::int64_t steps = series.size(0);
  at::Tensor times = at::empty({series.size(2)}, at::kDouble);
  for (std::int64_t i = 0; i < series.size(2); ++i)
  {
    const at::Tensor x = series.select(2, i).to(at::kCPU, at::kDouble);
    const at::Tensor centred = x - x.mean();
    // Padded to twice the length, the circular correlation of the transform is the plain one.
    const at::Tensor power = at::fft_rfft(centred, 2 * steps, 0).abs().square().mean(1);
    const at::Tensor sums = at::fft_irfft(power, 2 * steps, 0).slice(0, 0, steps);
    const at::Tensor terms = at::arange(steps, 0, -1, at::kDouble);
    const at::Tensor covariance = sums / terms;
    times[i] = WindowedTime((covariance / covariance[0]).contiguous());
  }
  return times;
}
} // namespace tweedie
