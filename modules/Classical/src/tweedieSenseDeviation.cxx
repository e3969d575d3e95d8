// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieNormalParts.h"
#include "tweedieSenseNoise.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <sstream>

namespace tweedie
{
namespace
{
/** Sum |S|^2 of each slice, [1 or slice, 1, 1, y, x], double. */
at::Tensor
SumOfSquares(const MRIScan & scan)
{
  return scan.sensitivities.IsEmpty() ? at::ones({1, 1, 1, 1, 1}, at::kDouble)
                                      : SliceBatch(scan.sensitivities).abs().square().to(at::kDouble).sum(1, true);
}

at::Tensor
MapsOf(const MRIScan & scan)
{
  return scan.sensitivities.IsEmpty() ? at::Tensor() : SliceBatch(scan.sensitivities);
}

/** E|x - E x|^2 for noise of E|n|^2 = 1, and how it was found. */
SenseNoise
NoiseOf(const MRIScan & scan, const MRIClassicalOptions & options)
{
  if (options.method == "sense")
  {
    SenseNoiseOptions noise;
    noise.lambda = SensePenalty(options, SumOfSquares(scan).max().item<double>());
    return SenseVariance(MRIMask(scan), MapsOf(scan), noise);
  }
  if (options.method != "zero-filled" || options.combine != "sense")
  {
    throw UsageError("--deviation: given analytic for method " + options.method +
                     "; required sense, or zero-filled with --combine sense, whose noise has a formula: replicas serve "
                     "any method");
  }
  const at::Tensor kept = MRIMask(scan).to(at::kDouble).mean({-2, -1}, true);
  return {kept * SumOfSquares(scan), "formula", 0.0}; // the diagonal of A^H A
}
} // namespace

void
SetAnalyticDeviation(VolumeEstimate & estimate, const MRIScan & scan, const MRIClassicalOptions & options)
{
  const at::NoGradGuard noGradient;
  const auto begin = std::chrono::steady_clock::now();
  RequireConsistentScan(scan);
  RequireCartesian(scan, "--deviation analytic");
  RequireOneMapSet(scan, "--deviation analytic");
  const std::optional<double> level = options.noise ? options.noise : scan.noise;
  if (!level)
  {
    throw UsageError("--noise: not given for a scan that does not say it; required for a standard deviation");
  }
  const SenseNoise noise = NoiseOf(scan, options);
  const Grid & grid = scan.kspace.GetGrid();
  const at::Tensor variance = noise.variance * (*level * *level);
  SetDeviation(estimate,
               variance.expand({grid.size.z, 1, 1, grid.size.y, grid.size.x}).squeeze(1).permute({1, 0, 2, 3}));
  Summary & summary = estimate.summary;
  summary.deviationKind = DeviationKind::Replica;
  summary.deviationOf = "analytic";
  summary.samples = 0;
  summary.figures["deviation-relative-error"] = noise.relativeError;
  summary.wallSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Volume
GeometryFactor(const MRIScan & scan)
{
  const at::NoGradGuard noGradient;
  RequireConsistentScan(scan);
  RequireCartesian(scan, "g-factor");
  RequireOneMapSet(scan, "g-factor");
  const at::Tensor mask = MRIMask(scan);
  const SenseNoise noise = SenseVariance(mask, MapsOf(scan));
  const at::Tensor g = GeometryFactor(mask, MapsOf(scan), noise);
  const auto hidden = g.isinf().sum().item<std::int64_t>();
  if (hidden > 0)
  {
    std::ostringstream message;
    message << "g-factor: given lines and coils that leave " << hidden << " of " << g.numel()
            << " pixels undetermined; required more lines or coils";
    throw DataError(message.str());
  }
  const Grid & grid = scan.kspace.GetGrid();
  return VolumeFromSliceBatch(g.expand({grid.size.z, 1, 1, grid.size.y, grid.size.x}), grid);
}
} // namespace tweedie
