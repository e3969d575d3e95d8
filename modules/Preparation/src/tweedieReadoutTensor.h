// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReadoutTensor_h
#define tweedieReadoutTensor_h

#include "tweedieMRIRaw.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The samples that are not to be discarded, [coil, sample], complex float: a view, as long as the readout lives. */
at::Tensor ReadoutTensor(const MRIReadout & readout);
} // namespace tweedie

#endif
