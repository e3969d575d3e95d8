// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieTraining.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr double Percentile = 0.999;
constexpr double SmallestShare = 0.05;       // of pixels above a tenth of the scale: below it a slice is almost empty
constexpr std::int64_t ValidationSlices = 4; // at either end of the held-out range

at::Tensor
Gather(const at::Tensor & slices, const std::vector<std::int64_t> & index)
{
  return slices.index_select(0, at::tensor(index, at::kLong)).contiguous();
}
} // namespace

TrainingImages
SelectTrainingSlices(const Volume & volume, std::int64_t holdOutFirst, std::int64_t holdOutLast, std::int64_t gap)
{
  if (volume.IsComplex() || volume.Channels() != 1)
  {
    throw DataError("training images: complex or several channels given; one real channel required");
  }
  volume.RequireFinite("training images");
  auto slices = TensorView(volume)[0];
  const auto sorted = std::get<0>(slices.flatten().sort());
  const double scale =
      sorted[static_cast<std::int64_t>(Percentile * static_cast<double>(sorted.numel() - 1))].item<double>();
  if (!(scale > 0.0))
  {
    throw DataError("training images: 99.9 % of the values are zero or negative; a positive image required");
  }
  slices = (slices / scale).clamp_min(0.0);

  std::vector<std::int64_t> training;
  std::vector<std::int64_t> validation;
  for (std::int64_t z = 0; z < slices.size(0); ++z)
  {
    const bool heldOut = z >= holdOutFirst && z <= holdOutLast;
    const bool near = z >= holdOutFirst - gap && z <= holdOutLast + gap && holdOutLast >= holdOutFirst;
    const bool atEnd = z < holdOutFirst + ValidationSlices || z > holdOutLast - ValidationSlices;
    const bool filled = (slices[z] > 0.1).to(at::kFloat).mean().item<double>() > SmallestShare;
    if (heldOut && atEnd)
    {
      validation.push_back(z);
    }
    else if (!near && filled)
    {
      training.push_back(z);
    }
  }
  if (training.empty())
  {
    throw UsageError("--hold-out: nothing is left to train on; fewer held-out slices or other images required");
  }
  TrainingImages images;
  images.training = Gather(slices, training);
  images.validation = validation.empty() ? at::Tensor() : Gather(slices, validation);
  images.spacing = {volume.GetGrid().spacing.y, volume.GetGrid().spacing.x};
  return images;
}
} // namespace tweedie
