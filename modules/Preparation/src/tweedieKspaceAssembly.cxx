// SPDX-License-Identifier: Apache-2.0
#include "tweedieKspaceAssembly.h"

#include "tweedieError.h"
#include "tweedieReadoutTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>

namespace tweedie
{
namespace
{
/** A matrix this many times as large as the data is taken for wrong. */
constexpr double largestAcceleration = 64.0;
constexpr double alwaysAllowed = 1e6;

/** The place of the first sample that is kept. */
std::int64_t
FirstColumn(const MRIReadout & readout, std::int64_t length, std::vector<std::string> & warnings)
{
  const std::int64_t kept = readout.samples - readout.discardPre - readout.discardPost;
  std::int64_t center = readout.centerSample;
  if (center == 0 && readout.samples > 1)
  {
    center = readout.samples / 2;
    const std::string text = "readouts do not say where their centre is: it is taken to be their middle";
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end())
    {
      warnings.push_back(text);
    }
  }
  const bool isReverse = readout.Has(MRIReadoutFlag::Reverse); // the centre is that of the samples in order of k
  const std::int64_t first = (isReverse ? readout.discardPost : readout.discardPre) - center + length / 2;
  if (first < 0 || first + kept > length)
  {
    throw DataError("raw data: given a readout of " + std::to_string(kept) + " samples around sample " +
                    std::to_string(center) + "; required within the encoded matrix of " + std::to_string(length));
  }
  return first;
}
} // namespace

void
RequirePlausibleMatrix(const std::vector<const MRIReadout *> & readouts,
                       const std::array<std::int64_t, 3> & matrix,
                       std::size_t slices)
{
  double measured = 0.0;
  for (const MRIReadout * readout : readouts)
  {
    measured += static_cast<double>(readout->samples);
  }
  const double places = static_cast<double>(matrix[0]) * static_cast<double>(matrix[1]) *
                        static_cast<double>(matrix[2]) * static_cast<double>(slices);
  if (places > largestAcceleration * measured + alwaysAllowed)
  {
    throw DataError("raw data: given a matrix of " + std::to_string(matrix[0]) + " x " + std::to_string(matrix[1]) +
                    " x " + std::to_string(matrix[2]) + " and " + std::to_string(readouts.size()) +
                    " readouts; required at least a line in 64");
  }
}

std::int64_t
CenterOfSteps(const std::optional<MRILimits> & limits,
              std::int64_t length,
              const char * name,
              std::vector<std::string> & warnings)
{
  if (!limits && length > 1)
  {
    warnings.push_back(std::string("the header has no limits of ") + name + ": its centre is taken to be " +
                       std::to_string(length / 2));
  }
  return limits ? limits->center : length / 2;
}

std::int64_t
PlaceOfStep(std::int64_t step, std::int64_t center, std::int64_t length, const char * name)
{
  const std::int64_t place = length == 1 ? step : step - center + length / 2;
  if (place < 0 || place >= length)
  {
    throw DataError(std::string("raw data: given ") + name + " " + std::to_string(step) + " with its centre at " +
                    std::to_string(center) + "; required within the encoded matrix of " + std::to_string(length));
  }
  return place;
}

AssembledKspace
AssembleKspace(const std::vector<const MRIReadout *> & readouts,
               const MRIEncoding & encoding,
               const std::vector<std::int64_t> & slicesInOrder,
               const at::Tensor & whitening,
               std::vector<std::string> & warnings)
{
  const auto & matrix = encoding.encoded.matrix;
  RequirePlausibleMatrix(readouts, matrix, slicesInOrder.size());
  std::map<std::int64_t, std::int64_t> numbers;
  for (std::size_t i = 0; i < slicesInOrder.size(); ++i)
  {
    numbers[slicesInOrder[i]] = static_cast<std::int64_t>(i);
  }
  const std::vector<std::int64_t> shape{
      static_cast<std::int64_t>(slicesInOrder.size()), matrix[2], matrix[1], matrix[0]};
  AssembledKspace result{at::zeros({readouts[0]->channels, shape[0], shape[1], shape[2], shape[3]}, at::kComplexFloat),
                         at::zeros(shape, at::kFloat)};
  const std::int64_t centerY = CenterOfSteps(encoding.step1, matrix[1], "step 1", warnings);
  const std::int64_t centerZ = CenterOfSteps(encoding.step2, matrix[2], "step 2", warnings);
  const at::Tensor filter = whitening.defined() ? whitening.to(at::kComplexFloat) : at::Tensor();
  for (const MRIReadout * readout : readouts)
  {
    const auto slice = numbers.find(readout->index.slice);
    if (slice == numbers.end())
    {
      continue;
    }
    const std::int64_t y = PlaceOfStep(readout->index.step1, centerY, matrix[1], "line");
    const std::int64_t z = PlaceOfStep(readout->index.step2, centerZ, matrix[2], "partition");
    const std::int64_t x = FirstColumn(*readout, matrix[0], warnings);
    at::Tensor samples = ReadoutTensor(*readout);
    samples = filter.defined() ? at::mm(filter, samples) : samples;
    samples = readout->Has(MRIReadoutFlag::Reverse) ? samples.flip(1) : samples;
    const std::int64_t kept = samples.size(1);
    result.kspace.select(1, slice->second).select(1, z).select(1, y).narrow(1, x, kept).add_(samples);
    result.count.select(0, slice->second).select(0, z).select(0, y).narrow(0, x, kept).add_(1.0);
  }
  if (result.count.max().item<float>() > 1.0F)
  {
    result.kspace.div_(result.count.clamp_min(1.0));
  }
  return result;
}

at::Tensor
CropFieldOfView(const at::Tensor & kspace, std::int64_t dimension, std::int64_t length, bool inKspace)
{
  const std::vector<std::int64_t> axis{dimension};
  const std::int64_t before = kspace.size(dimension);
  at::Tensor image =
      at::fft_fftshift(at::fft_ifft(at::fft_ifftshift(kspace, axis), c10::nullopt, dimension, "ortho"), axis);
  image = image.narrow(dimension, before / 2 - length / 2, length);
  return inKspace
             ? at::fft_fftshift(at::fft_fft(at::fft_ifftshift(image, axis), c10::nullopt, dimension, "ortho"), axis)
             : image;
}
} // namespace tweedie
