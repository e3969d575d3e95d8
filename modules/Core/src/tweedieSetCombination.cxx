// SPDX-License-Identifier: Apache-2.0
#include "tweedieSetCombination.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t channel = -4;
}

bool
IsStackOfSets(const at::Tensor & x)
{
  return x.defined() && x.is_complex() && x.dim() >= 5 && x.size(channel) > 1;
}

at::Tensor
CombineSets(const at::Tensor & x)
{
  if (!IsStackOfSets(x))
  {
    return x;
  }
  const at::Tensor squares = at::view_as_real(x.resolve_conj()).square().sum(-1);
  return at::polar(squares.sum(channel, true).sqrt(), at::angle(x.narrow(channel, 0, 1)));
}
} // namespace tweedie
