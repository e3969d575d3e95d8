// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationLikelihood.h"

#include "tweedieError.h"
#include "tweediePoissonLikelihood.h"
#include "tweedieRestorationTasks.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::int64_t fewestBlocks = 100; // of 3 x 3 pixels behind an estimated noise

/** |N * y| of the components of y where all nine pixels are measured. */
at::Tensor
LaplacianDifference(const at::Tensor & data, const at::Tensor & mask)
{
  const at::Tensor real = data.is_complex() ? at::view_as_real(data).movedim(-1, 0) : data.unsqueeze(0);
  const auto twice = [](const at::Tensor & x, std::int64_t dim, double center)
  {
    const std::int64_t n = x.size(dim) - 2;
    return x.narrow(dim, 0, n) + x.narrow(dim, 1, n) * center + x.narrow(dim, 2, n);
  };
  const at::Tensor filtered = twice(twice(real, -1, -2.0), -2, -2.0).abs();
  if (!mask.defined())
  {
    return filtered.reshape({-1});
  }
  const at::Tensor complete = twice(twice(mask, -1, 1.0), -2, 1.0).eq(9).unsqueeze(0).expand_as(filtered);
  return filtered.masked_select(complete);
}

/** At high noise levels further Gauss-Newton steps changed no image by 0.1 dB (blur-nonlinear). */
constexpr std::int64_t gaussNewtonSteps = 5;

/** The file keeps counts / gain in single precision: that rounding is undone, and no more. */
at::Tensor
WholeCounts(const at::Tensor & values)
{
  const at::Tensor counts = values.round();
  if (!(values - counts).abs().le(1e-3 + counts.abs() * 1e-6).all().item<bool>())
  {
    throw DataError("restoration: given data that are said to be counts and are no whole numbers of them; required "
                    "counts divided by counts-per-unit");
  }
  return counts;
}
} // namespace

LikelihoodPointer
MakeRestorationLikelihood(const RestorationMeasurement & measurement,
                          double noise,
                          const std::string & poissonForm,
                          c10::Device device,
                          const ProximalOptions & options)
{
  const ForwardModelPointer model = MakeRestorationModel(measurement, device);
  const at::Tensor data = MeasurementBatch(measurement, measurement.data).to(device) / measurement.scale;
  const at::Tensor mask =
      measurement.mask.IsEmpty() ? at::Tensor() : MeasurementBatch(measurement, measurement.mask).to(device);
  if (!measurement.countsPerUnit)
  {
    ProximalOptions solver = options;
    solver.maximumSteps = std::min(solver.maximumSteps, gaussNewtonSteps);
    return std::make_shared<const GaussianLikelihood>(model, data, noise / measurement.scale, mask, solver);
  }
  if (data.is_complex())
  {
    throw DataError("restoration: given complex data that are said to be counts; required real ones");
  }
  const double gain = *measurement.countsPerUnit * measurement.scale;
  PoissonOptions poisson;
  poisson.approximation = poissonForm == "gaussian" ? PoissonApproximation::Gaussian : PoissonApproximation::Exact;
  poisson.proximal = options;
  const at::Tensor counts = WholeCounts(data * gain);
  return std::make_shared<const PoissonLikelihood>(
      model, counts, at::scalar_tensor(gain, data.options()), at::Tensor(), mask, poisson);
}

double
RestorationNoiseLevel(const RestorationMeasurement & measurement,
                      const std::optional<double> & given,
                      std::vector<std::string> & warnings)
{
  if (given && !(*given > 0.0))
  {
    throw UsageError("--noise: given " + std::to_string(*given) + "; required more than 0");
  }
  if (given || measurement.noise)
  {
    return given ? *given : *measurement.noise;
  }
  const at::Tensor mask = measurement.mask.IsEmpty() ? at::Tensor() : SliceBatch(measurement.mask);
  const Axes<std::int64_t> size = measurement.data.GetGrid().size;
  const at::Tensor values =
      size.y < 3 || size.x < 3 ? at::empty({0}) : LaplacianDifference(SliceBatch(measurement.data), mask);
  const double component = values.numel() < fewestBlocks ? 0.0 : values.median().item<double>() / (0.6745 * 6.0);
  if (!(component > 0.0))
  {
    throw DataError("restoration: no noise level is given, and none can be estimated from the data; --noise required");
  }
  const double noise = component * (measurement.data.IsComplex() ? std::sqrt(2.0) : 1.0);
  std::ostringstream warning;
  warning << "the noise level is estimated from the data: " << noise;
  warnings.push_back(warning.str());
  return noise;
}
} // namespace tweedie
