// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformSampling.h"

#include "tweediePlaneLoop.h"

#include "tweedieError.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
// A trajectory in single precision may end this much beyond N / 2.
constexpr double slack = 1e-3;

void
RequireTrajectory(const at::Tensor & trajectory, const char * name)
{
  const bool fits = trajectory.defined() && trajectory.is_floating_point() && trajectory.dim() == 3 &&
                    trajectory.numel() > 0 && (trajectory.size(2) == 2 || trajectory.size(2) == 3);
  if (!fits)
  {
    std::ostringstream message;
    message << name << ": given a trajectory ";
    trajectory.defined() ? message << trajectory.sizes() << " of type " << trajectory.scalar_type()
                         : message << "that is undefined";
    message << "; required real numbers [readout, sample, 2 or 3]";
    throw DataError(message.str());
  }
  if (!at::isfinite(trajectory).all().item<bool>())
  {
    throw DataError(std::string(name) + ": given a trajectory with NaN or infinite values; required finite ones");
  }
}

void
RequireOptions(const NonuniformFourierOptions & options, const char * name)
{
  for (const double tolerance : {options.singleTolerance, options.doubleTolerance})
  {
    if (!(tolerance > 0.0 && tolerance < 1.0))
    {
      throw UsageError(std::string(name) + ": given a tolerance of " + std::to_string(tolerance) +
                       "; required one between 0 and 1");
    }
  }
}

void
RequireWithin(const NonuniformSampling & sampling, const char * name)
{
  for (const auto & frequency : sampling.frequencies)
  {
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(sampling.rank); ++axis)
    {
      const double limit = 0.5 * static_cast<double>(sampling.size[axis]);
      if (std::abs(frequency[axis]) > limit * (1.0 + slack))
      {
        std::ostringstream message;
        message << name << ": given a trajectory that reaches " << std::abs(frequency[axis]) << " along "
                << "xyz"[axis] << "; required at most " << limit
                << " cycles per field of view, half the pixels of the image";
        throw DataError(message.str());
      }
    }
  }
}

template <typename T>
const std::complex<T> *
Numbers(const at::Tensor & tensor)
{
  return reinterpret_cast<const std::complex<T> *>(tensor.data_ptr<c10::complex<T>>());
}

template <typename T>
std::complex<T> *
MutableNumbers(const at::Tensor & tensor)
{
  return reinterpret_cast<std::complex<T> *>(tensor.data_ptr<c10::complex<T>>());
}

template <typename T>
void
Transform(const NonuniformSampling & sampling, const at::Tensor & images, const at::Tensor & values)
{
  const auto & engine = sampling.Engine<T>();
  const std::int64_t pixels = sampling.Pixels();
  const std::int64_t count = sampling.readouts * sampling.samples;
  ForEachPlane(values.size(0),
               [&](std::int64_t p)
               { engine.Forward(Numbers<T>(images) + p * pixels, MutableNumbers<T>(values) + p * count); });
}

template <typename T>
void
TransformBack(const NonuniformSampling & sampling, const at::Tensor & values, const at::Tensor & images)
{
  const auto & engine = sampling.Engine<T>();
  const std::int64_t pixels = sampling.Pixels();
  const std::int64_t count = sampling.readouts * sampling.samples;
  ForEachPlane(images.size(0),
               [&](std::int64_t p)
               { engine.Adjoint(Numbers<T>(values) + p * count, MutableNumbers<T>(images) + p * pixels); });
}
} // namespace

double
NonuniformSampling::Scale() const
{
  return 1.0 / std::sqrt(static_cast<double>(Pixels()));
}

std::shared_ptr<const NonuniformSampling>
MakeNonuniformSampling(const Shape & shape,
                       const at::Tensor & trajectory,
                       const NonuniformFourierOptions & options,
                       const char * name)
{
  RequireTrajectory(trajectory, name);
  RequireOptions(options, name);
  auto sampling = std::make_shared<NonuniformSampling>();
  sampling->rank = static_cast<int>(trajectory.size(2));
  sampling->size = {shape[3], shape[2], sampling->rank == 3 ? shape[1] : 1};
  sampling->readouts = trajectory.size(0);
  sampling->samples = trajectory.size(1);
  sampling->options = options;
  // The places of a grid of twice the pixels, and of the samples, are 32-bit numbers.
  if (sampling->Pixels() > std::numeric_limits<std::int32_t>::max() / 16 ||
      trajectory.numel() > std::numeric_limits<std::int32_t>::max())
  {
    throw DataError(std::string(name) + ": given " + std::to_string(sampling->Pixels()) + " pixels and " +
                    std::to_string(trajectory.numel() / trajectory.size(2)) + " samples; required fewer than 2^27");
  }
  const at::Tensor checked = trajectory.detach().cpu().to(at::kDouble).contiguous();
  const double * from = checked.data_ptr<double>();
  for (std::int64_t j = 0; j < trajectory.size(0) * trajectory.size(1); ++j, from += sampling->rank)
  {
    sampling->frequencies.push_back({from[0], from[1], sampling->rank == 3 ? from[2] : 0.0});
  }
  RequireWithin(*sampling, name);
  return sampling;
}

at::Tensor
NonuniformForward(const NonuniformSampling & sampling, const at::Tensor & images)
{
  const at::Tensor from = images.contiguous();
  const at::Tensor values =
      at::empty({images.numel() / sampling.Pixels(), sampling.readouts, sampling.samples}, images.options());
  images.scalar_type() == at::kComplexFloat ? Transform<float>(sampling, from, values)
                                            : Transform<double>(sampling, from, values);
  return values;
}

at::Tensor
NonuniformAdjoint(const NonuniformSampling & sampling, const at::Tensor & values)
{
  const at::Tensor from = values.contiguous();
  const auto & size = sampling.size;
  const at::Tensor images =
      at::empty({values.numel() / (sampling.readouts * sampling.samples), size[2], size[1], size[0]}, values.options());
  values.scalar_type() == at::kComplexFloat ? TransformBack<float>(sampling, from, images)
                                            : TransformBack<double>(sampling, from, images);
  return images;
}
} // namespace tweedie
