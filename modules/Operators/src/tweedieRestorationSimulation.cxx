// SPDX-License-Identifier: Apache-2.0
#include "tweedieCountNumbers.h"
#include "tweedieError.h"
#include "tweedieImageUnit.h"
#include "tweedieModelFile.h"
#include "tweedieOptionsJson.h"
#include "tweedieRandom.h"
#include "tweedieRestorationNetwork.h"
#include "tweedieRestorationTasks.h"
#include "tweedieSimulationStreams.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
double
RequireImage(const Volume & image)
{
  if (image.IsEmpty())
  {
    throw DataError("restoration: given no image; required one");
  }
  image.RequireFinite("restoration: image");
  const double unit = ImageUnit(TensorView(image));
  if (!(unit > 0.0))
  {
    throw DataError("restoration: given an image whose 99.9th percentile is zero; required an object");
  }
  return unit;
}

/** One stream per slice. */
RandomStreams
NoiseStreams(std::int64_t seed, std::int64_t slices)
{
  std::vector<std::uint64_t> streams;
  for (std::int64_t slice = 0; slice < slices; ++slice)
  {
    streams.push_back(StreamOf(SimulationPurpose::Noise, static_cast<std::uint64_t>(slice)));
  }
  return {static_cast<std::uint64_t>(seed), streams};
}

at::Tensor
AddNoise(const at::Tensor & clean, const RestorationNoiseOptions & noise, std::int64_t seed)
{
  RandomStreams random = NoiseStreams(seed, clean.size(0));
  if (noise.model == "gaussian")
  {
    const double component = noise.noise / (clean.is_complex() ? std::sqrt(2.0) : 1.0);
    return clean + random.NormalLike(clean) * component;
  }
  if (clean.is_complex() || clean.min().item<double>() < -1e-9)
  {
    throw DataError("simulate restoration: given " + std::string(clean.is_complex() ? "complex" : "negative") +
                    " values with Poisson noise; required real values that are not negative");
  }
  return DrawPoisson(clean.clamp_min(0.0) * noise.counts, random) / noise.counts;
}

/** 1 where a real mask is not zero: those of pictures are 0 and 255. */
Volume
Binary(const Volume & mask)
{
  return mask.IsEmpty() || mask.IsComplex() ? mask : VolumeFromTensor(TensorView(mask).ne(0), mask.GetGrid());
}

/** The same field of view in other pixels: that many along each axis. */
Grid
Resized(const Grid & from, const Axes<std::int64_t> & size)
{
  Grid grid = from;
  grid.size = size;
  const auto sizes = from.size.Xyz();
  const auto spacings = from.spacing.Xyz();
  std::array<double, 3> spacing{};
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double factor = static_cast<double>(sizes[axis]) / static_cast<double>(size.Xyz()[axis]);
    spacing[axis] = spacings[axis] * factor;
    for (std::size_t i = 0; i < 3; ++i)
    {
      grid.origin[i] += from.direction[3 * i + axis] * spacings[axis] * (factor - 1.0) / 2.0;
    }
  }
  grid.spacing = Axes<double>::FromXyz(spacing);
  return grid;
}

Volume
PartVolume(const at::Tensor & part, const Grid & image)
{
  if (!part.defined())
  {
    return {};
  }
  Grid grid = image;
  grid.size = {std::max(part.size(0), part.size(2)), part.size(3), part.size(4)}; // slices, or planes of one kernel
  return VolumeFromSliceBatch(part, grid);
}

/** The data with zeros where nothing is measured. A mask that does not fit is for the forward model to refuse, which
 * knows what is required. */
Volume
MeasuredPart(const Volume & data, const Volume & mask)
{
  if (mask.IsEmpty() || mask.IsComplex() || mask.Channels() != 1)
  {
    return data;
  }
  const auto size = data.GetGrid().size;
  const auto given = mask.GetGrid().size;
  const at::Tensor measured = TensorView(mask).ne(0);
  if (given.y != size.y || given.x != size.x || (given.z != 1 && given.z != size.z) || !measured.any().item<bool>())
  {
    return data;
  }
  const at::Tensor values = TensorView(data);
  return VolumeFromTensor(at::where(measured, values, at::zeros_like(values)), data.GetGrid());
}

} // namespace

std::string
TaskOptionsText(RestorationTaskOptions options)
{
  options.operatorNetwork.clear();
  return OptionsText(options);
}

void
RestorationNoiseOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("noise-model", "how the data are noisy").Choices({"gaussian", "poisson"}), model);
  v.Visit(Field("noise", "gaussian: standard deviation of a sample; 0: none").Unit("of the 99.9th percentile").Range(0),
          noise);
  v.Visit(Field("counts", "poisson: mean count where the image is at its 99.9th percentile").Above(0), counts);
}

RestorationMeasurement
SimulateRestoration(const Volume & image,
                    const RestorationTaskOptions & task,
                    const RestorationNoiseOptions & noise,
                    const ProgressCallback & progress)
{
  ValidateOptions(task);
  ValidateOptions(noise);
  RestorationMeasurement measurement;
  measurement.scale = RequireImage(image);
  measurement.image = image.GetGrid();
  measurement.options = TaskOptionsText(task);
  measurement.operatorNetwork = task.operatorNetwork;
  const at::Tensor images = CouplesSlices(task) ? TensorView(image).unsqueeze(0) : SliceBatch(image);
  const at::Tensor truth = images.to(images.is_complex() ? at::kComplexDouble : at::kDouble) / measurement.scale;
  const Shape shape(truth.sizes().begin() + 1, truth.sizes().end());
  RequireNetwork(measurement, task);
  const RestorationTaskRow & row = FindRestorationTask(task.task);
  const RestorationParts parts = row.draw(task, shape, truth.size(0));
  const ForwardModelPointer model = row.make(task, shape, parts);
  at::Tensor data = AddNoise(model->Apply(truth), noise, task.seed);
  if (parts.mask.defined())
  {
    data = data * parts.mask; // nothing is measured there, no noise either
  }
  const Axes<std::int64_t> factors = ShrinkingFactors(task);
  const Axes<std::int64_t> size = image.GetGrid().size;
  measurement.data = VolumeFromSliceBatch(
      data * measurement.scale, Resized(image.GetGrid(), {size.z / factors.z, size.y / factors.y, size.x / factors.x}));
  measurement.mask = PartVolume(parts.mask, image.GetGrid());
  measurement.kernel = PartVolume(parts.kernel, image.GetGrid());
  measurement.operatorFingerprint = task.operatorNetwork.empty() ? "" : FileSha256(task.operatorNetwork);
  if (noise.model == "poisson")
  {
    measurement.countsPerUnit = noise.counts / measurement.scale;
  }
  else if (noise.noise > 0.0)
  {
    measurement.noise = noise.noise * measurement.scale;
  }
  ProgressReport report;
  report.task = "simulate restoration";
  report.step = report.steps = size.z;
  if (progress && !progress(report))
  {
    throw Aborted("simulate restoration: stopped");
  }
  return measurement;
}

Grid
RestoredGrid(const Grid & data, const RestorationTaskOptions & task)
{
  const Axes<std::int64_t> factors = ShrinkingFactors(task);
  return Resized(data, {data.size.z * factors.z, data.size.y * factors.y, data.size.x * factors.x});
}

RestorationMeasurement
DescribeRestoration(const Volume & data,
                    const RestorationTaskOptions & task,
                    const Volume & mask,
                    const Volume & kernel)
{
  ValidateOptions(task);
  RestorationMeasurement measurement;
  measurement.data = data.IsEmpty() ? data : MeasuredPart(data, mask);
  measurement.scale = RequireImage(measurement.data);
  measurement.options = TaskOptionsText(task);
  measurement.operatorNetwork = task.operatorNetwork;
  measurement.mask = Binary(mask);
  measurement.kernel = kernel;
  measurement.image = RestoredGrid(data.GetGrid(), task);
  measurement.warnings.emplace_back("the unit of the prior is the 99.9th percentile of the degraded image");
  return measurement;
}
} // namespace tweedie
