// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
at::Tensor
PerSample(const at::Tensor & numbers, const at::Tensor & x)
{
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(x.dim()), 1);
  sizes[0] = -1;
  const at::ScalarType type = numbers.scalar_type() == at::kBool ? at::kBool : c10::toRealValueType(x.scalar_type());
  return numbers.to(x.device(), type).reshape(sizes);
}

at::Tensor
SampleSums(const at::Tensor & x)
{
  return x.flatten(1).sum(1, false, at::kDouble);
}
} // namespace tweedie
