// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieSliceOrientation.h"
#include "tweedieTraining.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double Percentile = 0.999;
constexpr double SmallestShare = 0.05;       // of pixels above a tenth of the scale: below it a slice is almost empty
constexpr std::int64_t ValidationSlices = 4; // at either end of the held-out range

/** A magnitude in units of its 99.9th percentile. */
at::Tensor
ScaledMagnitude(const at::Tensor & slices)
{
  const auto sorted = std::get<0>(slices.flatten().sort());
  const double scale =
      sorted[static_cast<std::int64_t>(Percentile * static_cast<double>(sorted.numel() - 1))].item<double>();
  if (!(scale > 0.0))
  {
    throw DataError("training images: 99.9 % of the values are zero or negative; a positive image required");
  }
  return (slices / scale).clamp_min(0.0);
}

/** Attenuation above that of air, 1 at hounsfieldAtOne. */
at::Tensor
ScaledHounsfield(const at::Tensor & slices, double hounsfieldAtOne)
{
  const double least = slices.min().item<double>();
  if (least > -500.0 || least < -8192.0)
  {
    throw DataError("training images: the smallest value is " + std::to_string(least) +
                    "; Hounsfield units required, in which air is near -1000");
  }
  return ((slices + 1000.0) / (hounsfieldAtOne + 1000.0)).clamp_min(0.0);
}

enum class Share
{
  Training,
  Validation,
  None
};

Share
ShareOf(std::int64_t z, const std::vector<SliceRange> & heldOut, std::int64_t gap)
{
  for (const SliceRange & range : heldOut)
  {
    if (z >= range.first && z <= range.last)
    {
      const bool atEnd = z < range.first + ValidationSlices || z > range.last - ValidationSlices;
      return atEnd ? Share::Validation : Share::None;
    }
  }
  const bool isNear =
      std::any_of(heldOut.begin(),
                  heldOut.end(),
                  [&](const SliceRange & range) { return z >= range.first - gap && z <= range.last + gap; });
  return isNear ? Share::None : Share::Training;
}

at::Tensor
Gather(const at::Tensor & slices, const std::vector<std::int64_t> & index)
{
  return slices.index_select(0, at::tensor(index, at::kLong)).contiguous();
}
} // namespace

TrainingImages
SelectTrainingSlices(const Volume & volume,
                     const std::vector<SliceRange> & heldOut,
                     std::int64_t gap,
                     std::optional<double> hounsfieldAtOne)
{
  if (volume.IsComplex() || volume.Channels() != 1)
  {
    throw DataError("training images: complex or several channels given; one real channel required");
  }
  volume.RequireFinite("training images");
  const auto values = TensorView(volume)[0];
  const auto slices = hounsfieldAtOne ? ScaledHounsfield(values, *hounsfieldAtOne) : ScaledMagnitude(values);

  std::vector<std::int64_t> training;
  std::vector<std::int64_t> validation;
  for (std::int64_t z = 0; z < slices.size(0); ++z)
  {
    const Share share = ShareOf(z, heldOut, gap);
    const bool filled = (slices[z] > 0.1).to(at::kFloat).mean().item<double>() > SmallestShare;
    if (share == Share::Validation)
    {
      validation.push_back(z);
    }
    else if (share == Share::Training && filled)
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
  images.orientation = SliceOrientation(volume.GetGrid());
  return images;
}

void
AppendTrainingImages(TrainingImages & all, const TrainingImages & more, const std::string & source)
{
  if (!all.training.defined())
  {
    all = more;
    return;
  }
  for (int axis = 0; axis < 2; ++axis)
  {
    if (!(std::abs(all.spacing[axis] / more.spacing[axis] - 1.0) < 0.01))
    {
      throw DataError(source + ": pixel spacing " + std::to_string(more.spacing[axis]) + " mm; " +
                      std::to_string(all.spacing[axis]) + " mm required as in the images before it");
    }
  }
  all.orientation = all.orientation == more.orientation ? all.orientation : "";
  const auto sizeY = std::max(all.training.size(1), more.training.size(1));
  const auto sizeX = std::max(all.training.size(2), more.training.size(2));
  const auto join = [&](const at::Tensor & a, const at::Tensor & b)
  {
    const auto fit = [&](const at::Tensor & t)
    {
      const auto y = sizeY - t.size(1);
      const auto x = sizeX - t.size(2);
      return at::constant_pad_nd(t, {x / 2, x - x / 2, y / 2, y - y / 2}, 0.0);
    };
    return !a.defined() ? (b.defined() ? fit(b) : b) : !b.defined() ? fit(a) : at::cat({fit(a), fit(b)}, 0);
  };
  all.training = join(all.training, more.training);
  all.validation = join(all.validation, more.validation);
}
} // namespace tweedie
