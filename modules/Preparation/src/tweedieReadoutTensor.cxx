// SPDX-License-Identifier: Apache-2.0
#include "tweedieReadoutTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
ReadoutTensor(const MRIReadout & readout)
{
  auto * const data = const_cast<std::complex<float> *>(readout.data.data()); // tensors know no const
  return at::from_blob(data, {readout.channels, readout.samples}, at::kComplexFloat)
      .narrow(1, readout.discardPre, readout.samples - readout.discardPre - readout.discardPost);
}
} // namespace tweedie
