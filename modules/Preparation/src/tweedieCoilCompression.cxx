// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilCompression.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
void
RequireVirtualCoils(std::int64_t virtualCoils, std::int64_t coils)
{
  if (virtualCoils < 1 || virtualCoils > coils)
  {
    throw UsageError("--virtual-coils: given " + std::to_string(virtualCoils) + "; required 1 to " +
                     std::to_string(coils) + ", as many as were measured");
  }
}

/** [coil, ..., x] as [x, coil, ...], transformed to places along the readout. */
at::Tensor
PlacesAlongReadout(const at::Tensor & kspace)
{
  const std::vector<std::int64_t> last{-1};
  const at::Tensor places =
      at::fft_fftshift(at::fft_ifft(at::fft_ifftshift(kspace, last), c10::nullopt, -1, "ortho"), last);
  return places.flatten(1, -2).permute({2, 0, 1}).contiguous();
}

/** The unitary matrix that brings rows of a matrix nearest to those of its neighbour: a polar factor. */
at::Tensor
TurnTowards(const at::Tensor & matrix, const at::Tensor & neighbour)
{
  const auto [left, values, right] = at::linalg_svd(at::mm(matrix, neighbour.conj().t()), false);
  return at::mm(right.conj().t(), left.conj().t());
}
} // namespace

at::Tensor
CoilCompression(const at::Tensor & kspace, std::int64_t virtualCoils)
{
  const std::int64_t coils = kspace.size(0);
  RequireVirtualCoils(virtualCoils, coils);
  const at::Tensor samples = kspace.reshape({coils, -1});
  const at::Tensor gram = at::mm(samples, samples.conj().t()).to(at::kComplexDouble);
  const auto [values, vectors] = at::linalg_eigh(gram); // ascending
  return vectors.narrow(1, coils - virtualCoils, virtualCoils).flip(1).conj().t().contiguous().to(at::kComplexFloat);
}

at::Tensor
GeometricCoilCompression(const at::Tensor & kspace, std::int64_t virtualCoils)
{
  const std::int64_t coils = kspace.size(0), length = kspace.size(-1);
  RequireVirtualCoils(virtualCoils, coils);
  const at::Tensor places = PlacesAlongReadout(kspace);
  const at::Tensor gram = at::matmul(places, places.conj().transpose(1, 2)).to(at::kComplexDouble);
  const auto [values, vectors] = at::linalg_eigh(gram); // ascending
  at::Tensor matrices =
      vectors.narrow(2, coils - virtualCoils, virtualCoils).flip(2).conj().transpose(1, 2).resolve_conj().contiguous();
  // Where there is only noise the spaces of neighbours have nothing in common: those places come last.
  const std::int64_t start = values.sum(1).argmax().item<std::int64_t>();
  for (const std::int64_t step : {std::int64_t(1), std::int64_t(-1)})
  {
    for (std::int64_t x = start + step; x >= 0 && x < length; x += step)
    {
      const at::Tensor own = matrices[x].clone();
      matrices[x].copy_(at::mm(TurnTowards(own, matrices[x - step]), own));
    }
  }
  return matrices.to(at::kComplexFloat);
}

at::Tensor
MixCoilsAlongReadout(const at::Tensor & matrices, const at::Tensor & kspace)
{
  auto shape = kspace.sizes().vec();
  shape[0] = matrices.size(1);
  const at::Tensor mixed = at::bmm(matrices, PlacesAlongReadout(kspace)).permute({1, 2, 0}).reshape(shape);
  const std::vector<std::int64_t> last{-1};
  return at::fft_fftshift(at::fft_fft(at::fft_ifftshift(mixed, last), c10::nullopt, -1, "ortho"), last);
}

at::Tensor
MixCoils(const at::Tensor & matrix, const at::Tensor & kspace)
{
  auto shape = kspace.sizes().vec();
  const at::Tensor mixed = at::mm(matrix, kspace.reshape({shape[0], -1}));
  shape[0] = matrix.size(0);
  return mixed.reshape(shape);
}
} // namespace tweedie
