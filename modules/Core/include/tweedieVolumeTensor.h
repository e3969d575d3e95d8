// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVolumeTensor_h
#define tweedieVolumeTensor_h

#include "tweedieVolume.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The volume's buffer as a tensor [channel, z, y, x], float32 or complex64, without a copy; the tensor keeps the
 * buffer alive. */
at::Tensor TensorView(const Volume & volume);

/** The slices of a volume as a batch [z, channel, 1, y, x] (a view). */
at::Tensor SliceBatch(const Volume & volume);

/** A volume holding the values of a tensor [channel, z, y, x] (any float or complex type, any device) on a grid of
 * that size. Throws DataError when the shapes differ. */
Volume VolumeFromTensor(const at::Tensor & tensor, const Grid & grid);

/** The inverse of SliceBatch: a tensor [z, channel, 1, y, x] as a volume; one of [1, channel, z, y, x] too. */
Volume VolumeFromSliceBatch(const at::Tensor & batch, const Grid & grid);
} // namespace tweedie

#endif
