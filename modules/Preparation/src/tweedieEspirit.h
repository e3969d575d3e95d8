// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEspirit_h
#define tweedieEspirit_h

#include "tweedieCoilMaps.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The maps of a slice. */
struct SliceMaps
{
  at::Tensor maps;   ///< [set, coil, y, x], complex float
  at::Tensor values; ///< [set, y, x], float
};

/** From the calibration centre [coil, v, u] for an image of that size, neither cropped nor with a phase of its own. */
SliceMaps
EspiritMaps(const at::Tensor & center, std::int64_t rows, std::int64_t columns, const CoilMapOptions & options);

SliceMaps WalshMaps(const at::Tensor & center, std::int64_t rows, std::int64_t columns);
} // namespace tweedie

#endif
