// SPDX-License-Identifier: Apache-2.0
#include "tweediePosteriorMemory.h"

#include "tweedieError.h"
#include "tweedieEstimator.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr double megabyte = 1e6;
constexpr double stateBytes = 450.0; // of a pixel, measured on rmp and dps: some hundred floats and their copies

bool
Differentiates(const std::string & method, const PosteriorOptions & options)
{
  return MakeEstimator(method)->Needs(options).jacobian || options.guidance == "dps" || options.guidance == "pigdm";
}
} // namespace

std::int64_t
BatchWithin(const Denoiser & prior, double pixels, const PosteriorOptions & options)
{
  if (options.maximumMemory == 0)
  {
    return options.batch;
  }
  const bool isDifferentiated =
      Differentiates(options.method, options) || (options.samples > 0 && Differentiates(options.sampler, options));
  const double image = pixels * (prior.MemoryPerPixel(isDifferentiated) + stateBytes) / megabyte;
  const auto images = static_cast<std::int64_t>(static_cast<double>(options.maximumMemory) / image);
  if (images < 1)
  {
    throw UsageError("--maximum-memory: given " + std::to_string(options.maximumMemory) + " MB; required at least " +
                     std::to_string(static_cast<std::int64_t>(std::ceil(image))) +
                     " for an image of these pixels under this prior");
  }
  return std::min(options.batch, images);
}
} // namespace tweedie
