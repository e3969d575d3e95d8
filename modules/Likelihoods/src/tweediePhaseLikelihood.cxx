// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseLikelihood.h"

#include "tweedieError.h"
#include "tweedieMagnitudeModel.h"
#include "tweedieOperatorCombinators.h"
#include "tweediePoissonLikelihood.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** One object of a batch, for all chains. */
at::Tensor
Repeated(const at::Tensor & batch, std::int64_t object, std::int64_t chains, const at::Device & device)
{
  if (!batch.defined())
  {
    return batch;
  }
  const at::Tensor one = batch.narrow(0, batch.size(0) > 1 ? object : 0, 1).to(device, at::kFloat);
  return one.expand({chains, -1, -1, -1, -1}).contiguous();
}
} // namespace

LikelihoodPointer
MakePhaseLikelihood(const PhaseScan & scan,
                    const PhaseModel & model,
                    std::int64_t object,
                    std::int64_t chains,
                    double scale,
                    const PhaseLikelihoodOptions & options)
{
  const bool isPoisson = options.form == "poisson";
  if (isPoisson && !scan.isCounts)
  {
    throw UsageError("--likelihood: given poisson for amplitudes; required counts");
  }
  if (scan.isCounts && options.noise)
  {
    throw UsageError("--noise: given for counts; required amplitudes, whose noise is not known");
  }
  if (!scan.isCounts && !options.noise && !scan.noise)
  {
    throw UsageError("--noise: not given for amplitudes of unknown noise; required their standard deviation");
  }
  LinearOperatorPointer wave = model.Wave();
  if (wave->BatchSize() > 1)
  {
    wave = std::dynamic_pointer_cast<const LinearOperator>(wave->Select(at::full({1}, object, at::kLong)));
  }
  wave = Scale(scale, wave);
  const at::Tensor diagonal =
      model.Diagonal().narrow(0, model.Diagonal().size(0) > 1 ? object : 0, 1).to(options.device) * (scale * scale);
  const at::Tensor measured = Repeated(model.Measured(), object, chains, options.device);
  if (isPoisson)
  {
    PoissonOptions poisson;
    poisson.proximal = options.proximal;
    const double gain = *scan.countsPerUnit;
    const auto intensity = std::make_shared<const MagnitudeModel>(wave, MagnitudeKind::Intensity);
    const auto number = [&](double value)
    { return at::scalar_tensor(value, at::TensorOptions().dtype(at::kFloat).device(options.device)); };
    return std::make_shared<const PoissonLikelihood>(
        intensity,
        Repeated(PatternBatch(scan.patterns), object, chains, options.device),
        number(gain),
        number(scan.dark / gain),
        measured,
        poisson);
  }
  const auto amplitude =
      std::make_shared<const MagnitudeModel>(wave, MagnitudeKind::Amplitude, diagonal, options.proximalSteps);
  const at::Tensor data = Repeated(model.Amplitude(), object, chains, options.device);
  const at::Tensor noise = options.noise ? at::scalar_tensor(*options.noise, at::kDouble)
                                         : Repeated(model.Deviation(), object, chains, options.device);
  return std::make_shared<const GaussianLikelihood>(amplitude, data, noise, measured, options.proximal);
}
} // namespace tweedie
