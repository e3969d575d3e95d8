// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformNormal.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** sum_n conj(S[n]) S[n - l] over the coils of a batch entry, at the lags of a circle without overlap: [2 z, 2 y, 2 x]
 * of the transforms' points. maps: [coil, z, y, x]. */
at::Tensor
MapCorrelation(const at::Tensor & maps, at::IntArrayRef circle)
{
  at::Tensor power = at::zeros(circle, at::kDouble);
  for (std::int64_t coil = 0; coil < maps.size(0); ++coil)
  {
    power.add_(at::fft_fftn(maps[coil], circle).abs().square());
  }
  return at::fft_ifftn(power.to(at::kComplexDouble)).conj();
}

/** The lags l and l - N of every axis together: [z, y, x] of the pixels. */
at::Tensor
Folded(at::Tensor lags, const std::array<std::int64_t, 3> & size, int rank)
{
  for (std::int64_t axis = 0; axis < rank; ++axis)
  {
    const std::int64_t dimension = 2 - axis;
    const std::int64_t pixels = size[static_cast<std::size_t>(axis)];
    lags = lags.narrow(dimension, 0, pixels) + lags.narrow(dimension, lags.size(dimension) - pixels, pixels);
  }
  return lags;
}
} // namespace

/** The kernel t on the circle of twice the transforms' points. */
at::Tensor
NonuniformNormal::Lags() const
{
  const at::Tensor & parts = m_Spectra.Original();
  at::Tensor spectrum = at::empty({(m_Rank == 3 ? 2 : 1) * m_Padded[2], 2 * m_Padded[1], 2 * m_Padded[0]}, at::kDouble);
  for (std::int64_t part = 0; part < parts.size(0); ++part)
  {
    const at::Tensor every = spectrum.slice(2, part & 1, {}, 2).slice(1, part >> 1 & 1, {}, 2);
    (m_Rank == 3 ? every.slice(0, part >> 2 & 1, {}, 2) : every).copy_(parts[part]);
  }
  return at::fft_ifftn(spectrum.to(at::kComplexDouble), {}, {}, "forward");
}

at::Tensor
NonuniformNormal::Circulant(const at::Tensor & maps) const
{
  const at::Tensor lags = Lags();
  const at::Tensor seen = maps.defined() ? maps.cpu() : at::ones({1, 1, m_Size[2], m_Size[1], m_Size[0]}, at::kDouble);
  const auto pixels = static_cast<double>(m_Size[0] * m_Size[1] * m_Size[2]);
  std::vector<at::Tensor> spectra;
  for (std::int64_t entry = 0; entry < seen.size(0); ++entry)
  {
    const at::Tensor diagonals = Folded(lags * MapCorrelation(seen[entry], lags.sizes()), m_Size, m_Rank) / pixels;
    spectra.push_back(at::real(at::fft_fftn(diagonals)));
  }
  return at::stack(spectra);
}
} // namespace tweedie
