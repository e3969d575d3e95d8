// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationTasks.h"

#include "tweedieBlurKernels.h"
#include "tweedieCirculantBlurOperator.h"
#include "tweedieDynamicRangeModel.h"
#include "tweedieError.h"
#include "tweedieInpaintingMasks.h"
#include "tweedieMRIOperators.h"
#include "tweedieNetworkModel.h"
#include "tweedieNonlinearBlurModel.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieOptionsJson.h"
#include "tweedieResamplingOperators.h"
#include "tweedieRestorationNetwork.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
using Options = RestorationTaskOptions;

std::uint64_t
SeedOf(const Options & options)
{
  return static_cast<std::uint64_t>(options.seed);
}

/** One tensor per slice, made by draw(stream), as a batch. */
template <typename TDraw>
at::Tensor
PerSlice(std::int64_t slices, const TDraw & draw)
{
  std::vector<at::Tensor> all;
  for (std::int64_t slice = 0; slice < slices; ++slice)
  {
    all.push_back(draw(static_cast<std::uint64_t>(slice)));
  }
  return at::cat(all);
}

RestorationParts
DrawNothing(const Options &, const Shape &, std::int64_t)
{
  return {};
}

RestorationParts
DrawBox(const Options & options, const Shape & image, std::int64_t slices)
{
  const std::int64_t y = image[2];
  const std::int64_t x = image[3];
  const auto side = [&](std::int64_t extent)
  { return std::max<std::int64_t>(1, std::llround(options.boxFraction * static_cast<double>(extent))); };
  const std::int64_t margin = std::min(y, x) / 8;
  return {PerSlice(slices,
                   [&](std::uint64_t slice)
                   { return BoxMask(y, x, RandomBox(y, x, side(y), side(x), margin, SeedOf(options), slice)); }),
          {}};
}

RestorationParts
DrawPixels(const Options & options, const Shape & image, std::int64_t slices)
{
  return {PerSlice(slices,
                   [&](std::uint64_t slice)
                   { return RandomPixelMask(image[2], image[3], options.keep, SeedOf(options), slice); }),
          {}};
}

RestorationParts
DrawGaussian(const Options & options, const Shape &, std::int64_t)
{
  return {{}, GaussianKernel(options.kernelSize, options.kernelDeviation, static_cast<int>(options.dimensions))};
}

RestorationParts
DrawMotion(const Options & options, const Shape &, std::int64_t slices)
{
  if (PartOf(options) == RestorationPart::None)
  {
    return {};
  }
  return {{},
          PerSlice(slices,
                   [&](std::uint64_t slice)
                   { return MotionKernel(options.kernelSize, options.motionIntensity, SeedOf(options), slice); })};
}

std::vector<std::int64_t>
FactorsZyx(const Options & options)
{
  const auto factors = ShrinkingFactors(options).Zyx();
  return {factors.begin(), factors.end()};
}

ForwardModelPointer
MakeBlockAverage(const Options & options, const Shape & image, const RestorationParts &)
{
  return std::make_shared<BlockAverageOperator>(image, FactorsZyx(options));
}

ForwardModelPointer
MakeBicubic(const Options & options, const Shape & image, const RestorationParts &)
{
  return std::make_shared<BicubicDownsampleOperator>(image, FactorsZyx(options));
}

ForwardModelPointer
MakeMask(const Options &, const Shape & image, const RestorationParts & parts)
{
  return std::make_shared<SamplingMaskOperator>(image, parts.mask);
}

ForwardModelPointer
MakeBlur(const Options &, const Shape & image, const RestorationParts & parts)
{
  return std::make_shared<CirculantBlurOperator>(image, parts.kernel);
}

ForwardModelPointer
MakeNonlinearBlur(const Options & options, const Shape & image, const RestorationParts & parts)
{
  if (!options.operatorNetwork.empty())
  {
    return std::make_shared<NetworkModel>(image, options.operatorNetwork, parts.device, options.low, options.high);
  }
  CameraResponse response;
  response.gamma = options.gamma;
  response.black = options.low;
  response.white = options.high;
  return std::make_shared<NonlinearBlurModel>(image, parts.kernel, response);
}

ForwardModelPointer
MakeDynamicRange(const Options & options, const Shape & image, const RestorationParts &)
{
  return std::make_shared<DynamicRangeModel>(image, options.exposure, options.low, options.high);
}

ForwardModelPointer
MakeIdentity(const Options &, const Shape & image, const RestorationParts &)
{
  return Identity(image);
}

/** A part of a measurement as a batch on a device; undefined for an empty volume. slices: of the image; 0: the planes
 * of the part are one kernel. */
at::Tensor
PartTensor(const Volume & part, const char * name, std::int64_t slices, const at::Device & device)
{
  if (part.IsEmpty())
  {
    return {};
  }
  if (slices == 0 && part.Channels() == 1 && !part.IsComplex())
  {
    return TensorView(part).unsqueeze(0).to(device);
  }
  const std::int64_t given = part.GetGrid().size.z;
  if (part.Channels() != 1 || part.IsComplex() || (given != 1 && given != slices))
  {
    throw DataError(std::string("restoration: given a ") + name + " of " + std::to_string(given) + " slices and " +
                    std::to_string(part.Channels()) + " channels; required a real one of 1 or " +
                    std::to_string(slices) + " slices and 1 channel");
  }
  return SliceBatch(part).to(device);
}
} // namespace

void
RestorationTaskOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names;
  for (const RestorationTaskRow & row : RestorationTaskTable())
  {
    names.emplace_back(row.name);
  }
  v.Visit(Field("task", "what is done to each slice").Choices(names), task);
  v.Visit(Field("factor", "sr, sr-bicubic: shrinking along each side").Range(1, 64), factor);
  v.Visit(Field("axis-factor", "sr, sr-bicubic: along each axis in place of --factor; z above 1 couples the slices")
              .Unit("X,Y,Z"),
          axisFactor);
  v.Visit(Field("box-fraction", "inpaint-box: missing part of each side").Range(0.001, 0.999), boxFraction);
  v.Visit(Field("keep", "inpaint-random: measured share of the pixels").Range(0, 1), keep);
  v.Visit(Field("kernel-size", "blurs: of a side of the kernel").Unit("pixels").Range(1, 1023), kernelSize);
  v.Visit(Field("kernel-deviation", "blur-gaussian: standard deviation").Unit("pixels").Above(0), kernelDeviation);
  v.Visit(Field("dimensions", "blur-gaussian: 2 within each slice, 3 across slices too").Range(2, 3), dimensions);
  v.Visit(Field("motion-intensity", "blur-motion, blur-nonlinear: 0 a straight line, 1 a tangle").Range(0, 1),
          motionIntensity);
  v.Visit(Field("gamma", "blur-nonlinear: of the camera").Range(1, 5), gamma);
  v.Visit(Field("operator-network",
                "blur-nonlinear: a network in place of kernel and camera, by TorchScript (weights needed); such a file "
                "is a program, and naming it runs it")
              .Reads(PathKind::File),
          operatorNetwork);
  v.Visit(Field("exposure", "hdr: factor before clipping").Range(1e-3, 1e3), exposure);
  v.Visit(Field("low", "hdr, blur-nonlinear: black").Unit("of the 99.9th percentile"), low);
  v.Visit(Field("high", "hdr, blur-nonlinear: white").Unit("of the 99.9th percentile"), high);
  v.Visit(Field("seed", "of masks, kernels and noise").Range(0), seed);
}

const std::vector<RestorationTaskRow> &
RestorationTaskTable()
{
  static const std::vector<RestorationTaskRow> table{
      {"sr", "super-resolution: means over blocks", RestorationPart::None, true, DrawNothing, MakeBlockAverage},
      {"sr-bicubic",
       "super-resolution: bicubic with antialiasing (Keys 1981)",
       RestorationPart::None,
       true,
       DrawNothing,
       MakeBicubic},
      {"inpaint-box", "a box is missing", RestorationPart::Mask, false, DrawBox, MakeMask},
      {"inpaint-random", "most pixels are missing", RestorationPart::Mask, false, DrawPixels, MakeMask},
      {"blur-gaussian", "circular convolution with a Gaussian", RestorationPart::Kernel, false, DrawGaussian, MakeBlur},
      {"blur-motion",
       "circular convolution with the path of a shaken camera, one per slice",
       RestorationPart::Kernel,
       false,
       DrawMotion,
       MakeBlur},
      {"blur-nonlinear",
       "motion blur of light, seen through a camera's response",
       RestorationPart::Kernel,
       false,
       DrawMotion,
       MakeNonlinearBlur},
      {"hdr", "too bright an exposure, clipped", RestorationPart::None, false, DrawNothing, MakeDynamicRange},
      {"denoise", "noise alone", RestorationPart::None, false, DrawNothing, MakeIdentity},
  };
  return table;
}

const RestorationTaskRow &
FindRestorationTask(const std::string & name)
{
  std::string names;
  for (const RestorationTaskRow & row : RestorationTaskTable())
  {
    if (name == row.name)
    {
      return row;
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("--task: given '" + name + "'; required one of " + names);
}

RestorationTaskOptions
ReadTaskOptions(const RestorationMeasurement & measurement)
{
  const auto json = nlohmann::json::parse(measurement.options, nullptr, false);
  if (!json.is_object())
  {
    throw DataError("restoration: the measurement does not say its task; required a JSON object of task options");
  }
  RestorationTaskOptions options;
  try
  {
    JsonReader reader(json);
    options.Visit(reader);
    ValidateOptions(options);
  }
  catch (const UsageError & error)
  {
    throw DataError(std::string("restoration: task of the measurement: ") + error.what());
  }
  return options;
}

namespace
{
void
RequireRange(const RestorationMeasurement & measurement, const ForwardModel & model)
{
  const Shape range = model.RangeShape();
  const Axes<std::int64_t> given = measurement.data.GetGrid().size;
  const Axes<std::int64_t> image = measurement.image.size;
  const std::int64_t slices = model.DomainShape()[1] > 1 ? range[1] : image.z;
  if (given != Axes<std::int64_t>{slices, range[2], range[3]})
  {
    std::ostringstream message;
    message << "restoration: given data of " << given.x << " x " << given.y << " x " << given.z << "; required "
            << range[3] << " x " << range[2] << " x " << slices << ", which the task makes of an image of " << image.x
            << " x " << image.y << " x " << image.z;
    throw DataError(message.str());
  }
}
} // namespace

Axes<std::int64_t>
ShrinkingFactors(const RestorationTaskOptions & task)
{
  if (!FindRestorationTask(task.task).shrinks)
  {
    return {1, 1, 1};
  }
  if (task.axisFactor.empty())
  {
    return {1, task.factor, task.factor};
  }
  const auto isFactor = [](double value) { return value >= 1.0 && value <= 64.0 && value == std::floor(value); };
  if (task.axisFactor.size() != 3 || !std::all_of(task.axisFactor.begin(), task.axisFactor.end(), isFactor))
  {
    throw UsageError("--axis-factor: given other than three whole numbers from 1 to 64; required X,Y,Z");
  }
  const auto factor = [&](std::size_t i) { return static_cast<std::int64_t>(task.axisFactor[i]); };
  return {factor(2), factor(1), factor(0)};
}

bool
CouplesSlices(const RestorationTaskOptions & task)
{
  if (task.dimensions == 3 && task.task != "blur-gaussian")
  {
    throw UsageError("--dimensions: given 3 for task " + task.task + "; required task blur-gaussian");
  }
  return task.dimensions == 3 || ShrinkingFactors(task).z > 1;
}

at::Tensor
MeasurementBatch(const RestorationMeasurement & measurement, const Volume & part)
{
  return CouplesSlices(ReadTaskOptions(measurement)) ? TensorView(part).unsqueeze(0) : SliceBatch(part);
}

RestorationPart
PartOf(const RestorationTaskOptions & options)
{
  return options.operatorNetwork.empty() ? FindRestorationTask(options.task).part : RestorationPart::None;
}

ForwardModelPointer
MakeRestorationModel(const RestorationMeasurement & measurement, const at::Device & device)
{
  RestorationTaskOptions options = ReadTaskOptions(measurement);
  options.operatorNetwork = measurement.operatorNetwork;
  RequireNetwork(measurement, options);
  const auto size = measurement.image.size;
  const bool coupled = CouplesSlices(options);
  const Shape image{measurement.data.Channels(), coupled ? size.z : 1, size.y, size.x};
  const RestorationParts parts{PartTensor(measurement.mask, "mask", size.z, device),
                               PartTensor(measurement.kernel, "kernel", coupled ? 0 : size.z, device),
                               device};
  const RestorationTaskRow & row = FindRestorationTask(options.task);
  const bool needsMask = PartOf(options) == RestorationPart::Mask;
  const bool needsKernel = PartOf(options) == RestorationPart::Kernel;
  if (needsMask != parts.mask.defined() || needsKernel != parts.kernel.defined())
  {
    throw DataError("restoration: task " + options.task + " is given " + (parts.mask.defined() ? "a" : "no") +
                    " mask and " + (parts.kernel.defined() ? "a" : "no") + " kernel; required " +
                    (needsMask     ? "a mask"
                     : needsKernel ? "a kernel"
                                   : "neither"));
  }
  if (needsMask && (parts.mask.size(-2) != size.y || parts.mask.size(-1) != size.x))
  {
    std::ostringstream message;
    message << "restoration: given a mask of " << parts.mask.size(-1) << " x " << parts.mask.size(-2)
            << "; required the image's " << size.x << " x " << size.y;
    throw DataError(message.str());
  }
  if (needsMask && !parts.mask.flatten(1).gt(0).any(1).all().item<bool>())
  {
    throw DataError("restoration: given a mask that keeps nothing of a slice; required at least one pixel");
  }
  const ForwardModelPointer model = row.make(options, image, parts);
  RequireRange(measurement, *model);
  return model;
}
} // namespace tweedie
