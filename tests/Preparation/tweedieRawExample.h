// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRawExample_h
#define tweedieRawExample_h

#include "tweedieMRIRaw.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace test
{
inline std::uint64_t
FlagBit(MRIReadoutFlag flag)
{
  return std::uint64_t(1) << (static_cast<unsigned>(flag) - 1U);
}

/** Samples [coil, sample] as a readout of a line. */
inline MRIReadout
ReadoutOf(const at::Tensor & samples, std::int64_t step1)
{
  const at::Tensor values = samples.to(at::kComplexFloat).contiguous();
  const auto * const data = reinterpret_cast<const std::complex<float> *>(values.data_ptr<c10::complex<float>>());
  MRIReadout readout;
  readout.channels = values.size(0);
  readout.samples = values.size(1);
  readout.centerSample = readout.samples / 2;
  readout.sampleTime = 5.0;
  readout.readDirection = {1.0, 0.0, 0.0};
  readout.phaseDirection = {0.0, 1.0, 0.0};
  readout.sliceDirection = {0.0, 0.0, 1.0};
  readout.index.step1 = step1;
  readout.data.assign(data, data + values.numel());
  return readout;
}

/** All lines of k-space [coil, y, x], without oversampling, voxels of 2 x 3 x 5 mm. */
inline MRIRaw
RawOf(const at::Tensor & kspace)
{
  MRIRaw raw;
  MRIEncoding encoding;
  const std::int64_t rows = kspace.size(1), columns = kspace.size(2);
  encoding.encoded.matrix = {columns, rows, 1};
  encoding.encoded.fieldOfView = {2.0 * static_cast<double>(columns), 3.0 * static_cast<double>(rows), 5.0};
  encoding.recon = encoding.encoded;
  encoding.trajectory = "cartesian";
  encoding.step1 = MRILimits{0, rows - 1, rows / 2};
  raw.encodings.push_back(encoding);
  for (std::int64_t y = 0; y < rows; ++y)
  {
    raw.readouts.push_back(ReadoutOf(kspace.select(1, y), y));
  }
  return raw;
}

/** Random complex numbers, the same in every run. */
inline at::Tensor
RandomSamples(at::IntArrayRef shape)
{
  at::manual_seed(7);
  return at::randn(shape, at::kComplexDouble);
}
} // namespace test
} // namespace tweedie

#endif
