// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampleNumbers_h
#define tweedieSampleNumbers_h

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** A number for each sample of a batch, [B], beside x: [B, 1, ...], in its real type and on its device; a choice of
 * samples (bool) stays one. */
inline at::Tensor
PerSample(const at::Tensor & numbers, const at::Tensor & x)
{
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(x.dim()), 1);
  sizes[0] = -1;
  const at::ScalarType type = numbers.scalar_type() == at::kBool ? at::kBool : c10::toRealValueType(x.scalar_type());
  return numbers.to(x.options().dtype(type)).reshape(sizes);
}

/** The sum over each sample, [B], in double. */
inline at::Tensor
SampleSums(const at::Tensor & x)
{
  return x.flatten(1).sum(1, false, at::kDouble);
}
} // namespace tweedie

#endif
