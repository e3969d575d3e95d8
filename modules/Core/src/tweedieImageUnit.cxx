// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageUnit.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
double
ImageUnit(const at::Tensor & x)
{
  const at::Tensor flat = at::abs(x).reshape({-1}).to(at::kCPU, at::kFloat).clone();
  float * const begin = flat.data_ptr<float>();
  const auto rank = static_cast<std::int64_t>(0.999 * static_cast<double>(flat.numel() - 1));
  std::nth_element(begin, begin + rank, begin + flat.numel());
  return static_cast<double>(begin[rank]);
}
} // namespace tweedie
