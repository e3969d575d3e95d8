// SPDX-License-Identifier: Apache-2.0
#include "tweedieVolumeTensor.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
template <typename T>
std::string
Text(const T & value)
{
  std::ostringstream text;
  text << value;
  return text.str();
}
} // namespace

at::Tensor
TensorView(const Volume & volume)
{
  if (volume.IsEmpty())
  {
    throw DataError("TensorView: empty volume; required one with data");
  }
  const auto type = volume.IsComplex() ? at::kComplexFloat : at::kFloat;
  const auto & size = volume.GetGrid().size;
  // The deleter owns a copy of the volume: the buffer lives as long as the tensor.
  return at::from_blob(
      const_cast<float *>(volume.Data()),
      {volume.Channels(), size.z, size.y, size.x},
      [keeper = volume](void *) {},
      at::TensorOptions().dtype(type));
}

at::Tensor
SliceBatch(const Volume & volume)
{
  return TensorView(volume).transpose(0, 1).unsqueeze(2);
}

Volume
VolumeFromTensor(const at::Tensor & tensor, const Grid & grid)
{
  const auto & size = grid.size;
  if (!tensor.defined() || tensor.dim() != 4 || tensor.size(1) != size.z || tensor.size(2) != size.y ||
      tensor.size(3) != size.x)
  {
    throw DataError("VolumeFromTensor: tensor of shape " + (tensor.defined() ? Text(tensor.sizes()) : "(none)") +
                    "; required [channel, " + std::to_string(size.z) + ", " + std::to_string(size.y) + ", " +
                    std::to_string(size.x) + "]");
  }
  Volume result(grid, tensor.is_complex() ? Volume::Element::Complex : Volume::Element::Real, tensor.size(0));
  TensorView(result).copy_(tensor.detach());
  return result;
}

Volume
VolumeFromSliceBatch(const at::Tensor & batch, const Grid & grid)
{
  if (batch.defined() && batch.dim() == 5 && batch.size(0) == 1)
  {
    return VolumeFromTensor(batch.squeeze(0), grid);
  }
  if (!batch.defined() || batch.dim() != 5 || batch.size(2) != 1)
  {
    throw DataError("VolumeFromSliceBatch: tensor of shape " + (batch.defined() ? Text(batch.sizes()) : "(none)") +
                    "; required [z, channel, 1, y, x]");
  }
  return VolumeFromTensor(batch.squeeze(2).transpose(0, 1), grid);
}
} // namespace tweedie
