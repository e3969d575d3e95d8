// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationVolume.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieOptionsJson.h"
#include "tweedieRestorationLikelihood.h"
#include "tweedieRestorationTasks.h"
#include "tweedieThreadScope.h"
#include "tweedieVolumeTensor.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{

LinearOperatorPointer
RequireLinear(const ForwardModelPointer & model, const std::string & method)
{
  const auto linear = std::dynamic_pointer_cast<const LinearOperator>(model);
  if (!linear)
  {
    throw UsageError("method " + method + ": given the non-linear model " + model->Name() +
                     "; required a linear task, or one of the posterior methods");
  }
  return linear;
}

/** sigma in units of the measurement's scale. */
double
NoiseOf(const RestorationMeasurement & measurement,
        const RestorationVolumeOptions & options,
        std::vector<std::string> & warnings)
{
  if (measurement.countsPerUnit && !options.noise)
  {
    const double gain = *measurement.countsPerUnit * measurement.scale;
    const double mean = TensorView(measurement.data).mean().item<double>() / measurement.scale;
    warnings.emplace_back("Poisson data are weighed alike, by their mean count");
    return std::sqrt(std::max(mean * gain, 1.0)) / gain;
  }
  return RestorationNoiseLevel(measurement, options.noise, warnings) / measurement.scale;
}
} // namespace

void
RestorationVolumeOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names;
  for (const RestorationClassicalRow & row : RestorationClassicalTable())
  {
    names.emplace_back(row.name);
  }
  v.Visit(Field("method", "how to restore").Choices(names), method);
  RestorationClassicalOptions::Visit(v);
  v.Visit(Field("noise", "standard deviation of a sample; absent: the measurement's, or estimated")
              .Unit("data units")
              .Above(0),
          noise);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
  v.Visit(Field("device", "where tensors live").Choices({"cpu", "cuda"}), device);
}

VolumeEstimate
RestoreClassical(const RestorationMeasurement & measurement,
                 const RestorationVolumeOptions & options,
                 const ProgressCallback & progress)
{
  ValidateOptions(options);
  const auto begin = std::chrono::steady_clock::now();
  const ThreadScope threads(options.threads);
  const c10::Device device = DeviceFromName(options.device);
  measurement.data.RequireFinite("restoration: data");
  const RestorationClassicalRow & row = FindRestorationClassical(options.method);
  const LinearOperatorPointer model = RequireLinear(MakeRestorationModel(measurement, device), options.method);
  VolumeEstimate estimate;
  Summary & summary = estimate.summary;
  summary.warnings = measurement.warnings;
  const double noise = NoiseOf(measurement, options, summary.warnings);
  const at::Tensor data = MeasurementBatch(measurement, measurement.data).to(device) / measurement.scale;
  const at::Tensor sigma = at::scalar_tensor(noise, at::kDouble);
  const WorkMeter meter;
  const RestorationClassicalResult result = row.reconstruct(model, data, sigma, options, progress);
  summary.operatorEvaluations = meter.Of(WorkKind::Operator).calls;
  estimate.mean = VolumeFromSliceBatch(result.image * measurement.scale, measurement.image);
  if (result.standardDeviation.defined())
  {
    estimate.standardDeviation = VolumeFromSliceBatch(result.standardDeviation * measurement.scale, measurement.image);
    if (data.is_complex())
    {
      estimate.magnitudeStandardDeviation =
          VolumeFromSliceBatch(result.standardDeviation * (measurement.scale / std::sqrt(2.0)), measurement.image);
    }
    summary.deviationKind = row.deviationKind;
    summary.deviationOf = options.method;
  }
  const at::Tensor residual = data - model->Forward(result.image.to(data.scalar_type()));
  const at::Tensor measured = measurement.mask.IsEmpty() ? at::ones_like(residual)
                                                         : SliceBatch(measurement.mask).to(device).expand_as(residual);
  const double samples = at::real(measured).sum().item<double>();
  summary.dataFit = residual.abs().square().mul(at::real(measured)).sum().item<double>() / (samples * noise * noise);
  summary.method = options.method;
  summary.steps = result.iterations;
  summary.options = OptionsText(options);
  summary.warnings.insert(summary.warnings.end(), result.warnings.begin(), result.warnings.end());
  summary.operatorSeconds = device.is_cpu() ? meter.Of(WorkKind::Operator).seconds : summary.operatorSeconds;
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return estimate;
}
} // namespace tweedie
