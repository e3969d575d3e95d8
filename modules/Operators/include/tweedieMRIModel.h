// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIModel_h
#define tweedieMRIModel_h

#include "tweedieMRIScan.h"
#include "tweedieSenseOperator.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace tweedie
{
/** Throws DataError "k-space: ...", "mask: ...", "coil maps: ..." unless the scan can be reconstructed: k-space
 * complex, finite and not all zero; mask of zeros and ones with the size of k-space (size.z = 1 or equal), sampling
 * every slice; maps empty for one coil, else complex, finite, one per coil, of that size; noise, where given, positive.
 */
void RequireConsistentScan(const MRIScan & scan);

/** The forward model of a scan: batch entry = slice. Mask and maps are shared where their size.z is 1. Checks the
 * scan. */
std::shared_ptr<const SenseOperator> MakeMRIModel(const MRIScan & scan);

/** The data as [slice, coil, 1, y, x], zero where not sampled. */
at::Tensor MRIData(const MRIScan & scan);

/** Where the data were measured, [1 or slice, 1, 1, y, x], float, zeros and ones. */
at::Tensor MRIMask(const MRIScan & scan);
} // namespace tweedie

#endif
