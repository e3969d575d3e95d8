// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilCompression.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
CoilCompression(const at::Tensor & kspace, std::int64_t virtualCoils)
{
  const std::int64_t coils = kspace.size(0);
  if (virtualCoils < 1 || virtualCoils > coils)
  {
    throw UsageError("--virtual-coils: given " + std::to_string(virtualCoils) + "; required 1 to " +
                     std::to_string(coils) + ", as many as were measured");
  }
  const at::Tensor samples = kspace.reshape({coils, -1});
  const at::Tensor gram = at::mm(samples, samples.conj().t()).to(at::kComplexDouble);
  const auto [values, vectors] = at::linalg_eigh(gram); // ascending
  return vectors.narrow(1, coils - virtualCoils, virtualCoils).flip(1).conj().t().contiguous().to(at::kComplexFloat);
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
