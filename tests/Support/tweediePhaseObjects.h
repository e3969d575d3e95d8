// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseObjects_h
#define tweediePhaseObjects_h

#include "tweedieClosedFormProblems.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace test
{
/** A random scene with the spectrum of natural images (1 / f), 0 to 1, that fills its frame: [1, 1, 1, n, n]. */
inline at::Tensor
NaturalObject(std::uint64_t seed, std::int64_t n)
{
  const at::Tensor k = at::fft_fftfreq(n, 1.0, at::TensorOptions().dtype(at::kDouble));
  const at::Tensor f = (k.unsqueeze(1).square() + k.unsqueeze(0).square()).sqrt();
  const at::Tensor spectrum = at::fft_fft2(Normal(seed, {n, n})) / f.clamp_min(1.0 / static_cast<double>(n));
  const at::Tensor x = at::real(at::fft_ifft2(spectrum));
  return ((x - x.min()) / (x.max() - x.min())).reshape({1, 1, 1, n, n});
}

/** 10 log10 of the peak 1 over the mean squared error. */
inline double
PeakRatio(const at::Tensor & x, const at::Tensor & truth)
{
  return -10.0 * std::log10((x - truth).abs().square().mean().item<double>());
}
} // namespace test
} // namespace tweedie

#endif
