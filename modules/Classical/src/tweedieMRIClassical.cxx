// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIClassical.h"

#include "tweedieClassicalTable.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieMRINoise.h"
#include "tweedieNonuniformFourierOperator.h"
#include "tweedieNormalParts.h"
#include "tweedieOptionsJson.h"
#include "tweedieSetCombination.h"
#include "tweedieThreadScope.h"
#include "tweedieVolumeTensor.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <limits>

namespace tweedie
{
namespace
{
using Clock = std::chrono::steady_clock;
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

bool
IsRootOfSquares(const MRIClassicalOptions & options)
{
  return (options.method == "zero-filled" || options.method == "grappa") && options.combine == "rss";
}

/** Coils without maps can only be combined by the root of the sum of squares; all else about the scan is checked. */
void
RequireScan(const MRIScan & scan, const MRIClassicalOptions & options)
{
  MRIScan checked = scan;
  if (IsRootOfSquares(options) && scan.sensitivities.IsEmpty() && !scan.kspace.IsEmpty())
  {
    checked.sensitivities = Volume(ImageGridOf(scan).Slices(0, 1), Volume::Element::Complex, scan.kspace.Channels());
    TensorView(checked.sensitivities).fill_(1.0);
  }
  RequireConsistentScan(checked);
  if (options.method == "grappa")
  {
    RequireCartesian(scan, "grappa");
  }
  if (options.method == "gaussian-field")
  {
    RequireOneMapSet(scan, "gaussian-field");
  }
  if (scan.trajectory.Channels() == 3 && scan.mapSets > 1 && (options.method == "tv" || options.method == "wavelet"))
  {
    throw UsageError(options.method +
                     ": given several sets of coil maps along a trajectory with a k_z; required one set");
  }
  if (scan.trajectory.Channels() == 3 && options.method == "wavelet" && options.randomShift)
  {
    throw UsageError("wavelet: random shifts along a trajectory with a k_z; required one within slices");
  }
}

/** Measured complex numbers of each slice, [slice]. */
at::Tensor
SampleCounts(const MRIScan & scan)
{
  const auto coils = static_cast<double>(scan.kspace.Channels());
  return MRIMask(scan).to(at::kDouble).flatten(1).sum(1).mul(coils).expand({scan.kspace.GetGrid().size.z}).contiguous();
}

/** Along a trajectory the middle of k-space is measured many times, and nothing is known beforehand. */
std::optional<double>
LargestEigenvalue(const MRIScan & scan)
{
  return IsCartesian(scan) ? std::optional<double>(MRILargestGain(scan)) : std::nullopt;
}

std::array<double, 3>
VoxelEdges(const MRIScan & scan)
{
  const Axes<double> & spacing = ImageGridOf(scan).spacing;
  return {spacing.z, spacing.y, spacing.x};
}

LinearOperatorPointer
CoilTransform(const MRIScan & scan)
{
  if (IsCartesian(scan))
  {
    return nullptr;
  }
  const at::Tensor k = MRITrajectory(scan);
  const auto & size = scan.imageGrid.size;
  const Shape image{scan.kspace.Channels(), k.size(2) == 3 ? size.z : 1, size.y, size.x};
  return std::make_shared<const NonuniformFourierOperator>(image, k);
}

/** The given noise or the scan's; the lambda of a penalty and a posterior alone are worth an estimate. */
std::optional<double>
Noise(const MRIScan & scan, const MRIClassicalOptions & options, std::vector<std::string> & warnings)
{
  if (((options.method == "tv" || options.method == "wavelet") && !options.lambda) ||
      options.method == "gaussian-field")
  {
    return MRINoiseLevel(scan, options.noise, warnings);
  }
  return options.noise ? options.noise : scan.noise;
}

double
DataFit(const ClassicalProblem & problem, const at::Tensor & image)
{
  if (!problem.model || !problem.noise || IsRootOfSquares(problem.options))
  {
    return notKnown;
  }
  const at::Tensor residual = problem.data - problem.model->Forward(image);
  const double squared = at::view_as_real(residual).to(at::kDouble).square().sum().item<double>();
  return squared / (problem.samples.sum().item<double>() * *problem.noise * *problem.noise);
}

/** What a method says of its spread. */
void
AddSpread(const ClassicalSolution & solution, const MRIClassicalOptions & options, VolumeEstimate & result)
{
  result.summary.figures = solution.figures;
  if (!solution.variance.defined())
  {
    return;
  }
  const Grid & grid = result.mean.GetGrid();
  SetDeviation(result, solution.variance.flatten(0, 2).unsqueeze(0));
  result.summary.deviationKind = DeviationKind::GaussianPosterior;
  result.summary.deviationOf = options.method;
  result.summary.samples = options.samples;
  result.summary.seed = static_cast<std::uint64_t>(options.seed);
  if (solution.samples.defined())
  {
    result.samples = VolumeFromTensor(solution.samples.flatten(1, 3), grid);
  }
}
} // namespace

void
MRIClassicalOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("method", "classical method")
              .Choices({"zero-filled", "sense", "tv", "wavelet", "grappa", "gaussian-field"}),
          method);
  v.Visit(Field("combine", "zero-filled, grappa: coils combined with their maps, or by the root of the sum of squares")
              .Choices({"sense", "rss"}),
          combine);
  v.Visit(
      Field("lambda",
            "weight of the penalty; absent: sense 0.01 max(sum |S|^2), tv and wavelet by the discrepancy principle; "
            "grappa: damping, absent: 0.01; "
            "gaussian-field: precision of a difference of neighbours, absent: the most likely")
          .Range(0)
          .Search(3e-4, 0.3, method == "sense" || method == "tv" || method == "wavelet"),
      lambda);
  v.Visit(Field("iterations", "at most").Range(1, 1e9), iterations);
  v.Visit(Field("tolerance", "sense: relative residual; tv, wavelet: relative duality gap").Above(0).Range(0, 1),
          tolerance);
  v.Visit(Field("random-shift", "wavelet: move its grid before each step; smoother, and makes all iterations"),
          randomShift);
  v.Visit(Field("noise", "standard deviation of a complex k-space sample; absent: from the scan, else estimated")
              .Unit("data units")
              .Above(0),
          noise);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
  v.Visit(Field("device", "where tensors live").Choices({"cpu", "cuda"}), device);
}

VolumeEstimate
ReconstructClassical(const MRIScan & scan, const MRIClassicalOptions & options, const ProgressCallback & progress)
{
  const auto begin = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  ValidateOptions(options);
  const ClassicalMethod & method = FindClassicalMethod(options.method);
  const ThreadScope threads(options.threads);
  const at::NoGradGuard noGradient;
  const c10::Device device = DeviceFromName(options.device);
  RequireScan(scan, options);
  VolumeEstimate result;
  result.summary.warnings = scan.warnings;
  const bool hasModel = !scan.sensitivities.IsEmpty() || scan.kspace.Channels() == 1;
  const LinearOperatorPointer model = hasModel ? MakeMRIModel(scan) : nullptr;
  const ClassicalProblem problem{model,
                                 CoilTransform(scan),
                                 !IsCartesian(scan) && options.method == "zero-filled" ? MRIDensity(scan)
                                                                                       : at::Tensor(),
                                 MRIData(scan).to(device),
                                 MRIMask(scan),
                                 SampleCounts(scan),
                                 MRILargestGain(scan),
                                 LargestEigenvalue(scan),
                                 VoxelEdges(scan),
                                 Noise(scan, options, result.summary.warnings),
                                 options,
                                 [&](std::int64_t done, std::int64_t of)
                                 {
                                   ProgressReport report;
                                   report.task = options.method;
                                   report.step = done;
                                   report.steps = of;
                                   report.elapsedSeconds = elapsed();
                                   if (progress && !progress(report))
                                   {
                                     throw Aborted(options.method + ": stopped at the user's wish");
                                   }
                                 }};
  const WorkMeter meter;
  const ClassicalSolution solution = method.reconstruct(problem);
  problem.report(1, 1);
  result.mean = VolumeFromSliceBatch(CombineSets(solution.image), ImageGridOf(scan));
  if (IsStackOfSets(solution.image))
  {
    result.sets = VolumeFromSliceBatch(solution.image, ImageGridOf(scan));
  }
  result.mean.RequireFinite(method.info.name);
  AddSpread(solution, options, result);
  result.summary.method = options.method;
  result.summary.steps = solution.iterations;
  result.summary.operatorEvaluations = meter.Of(WorkKind::Operator).calls / solution.batches;
  result.summary.dataFit = DataFit(problem, solution.image);
  result.summary.options = OptionsText(options);
  result.summary.warnings.insert(result.summary.warnings.end(), solution.warnings.begin(), solution.warnings.end());
  result.summary.operatorSeconds = device.is_cpu() ? meter.Of(WorkKind::Operator).seconds : notKnown;
  result.summary.wallSeconds = elapsed();
  return result;
}
} // namespace tweedie
