// SPDX-License-Identifier: Apache-2.0
#include "tweedieMapSets.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
bool
AreSeveral(const at::Tensor & maps)
{
  return maps.defined() && maps.dim() == 6;
}
} // namespace

std::int64_t
MapSets(const at::Tensor & maps)
{
  return AreSeveral(maps) ? maps.size(1) : 1;
}

std::int64_t
MapCoils(const at::Tensor & maps)
{
  return maps.defined() ? maps.size(-4) : 1;
}

std::int64_t
MapsPerBatch(const at::Tensor & maps)
{
  return maps.defined() && maps.size(0) > 1 ? maps.stride(0) : 0;
}

at::Tensor
SeenByCoils(const at::Tensor & x, const at::Tensor & maps)
{
  if (!AreSeveral(maps))
  {
    return maps.defined() ? x * maps : x;
  }
  return (x.unsqueeze(2) * maps).sum(1);
}

at::Tensor
CombinedByMaps(const at::Tensor & y, const at::Tensor & maps)
{
  if (!AreSeveral(maps))
  {
    return maps.defined() ? (y * maps.conj()).sum(1, true) : y;
  }
  return (y.unsqueeze(1) * maps.conj()).sum(2);
}
} // namespace tweedie
