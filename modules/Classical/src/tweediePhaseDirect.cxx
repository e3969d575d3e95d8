// SPDX-License-Identifier: Apache-2.0
// Near-field inversions in one step, on the intensities of a scan.
#include "tweedieContrastTransfer.h"
#include "tweedieError.h"
#include "tweediePaganin.h"
#include "tweediePhaseMethods.h"
#include "tweediePhaseModel.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** [1, patterns, 1, y, x]: what fell on the detector over what would without an object. */
at::Tensor
IntensityOf(const PhaseProblem & problem, const char * method)
{
  if (problem.scan.experiment != PhaseExperiment::NearField)
  {
    throw UsageError(std::string("--method ") + method + ": given " + ToString(problem.scan.experiment) +
                     " patterns; required those of the near field");
  }
  if (problem.measured.defined() && !problem.measured.ne(0).all().item<bool>())
  {
    throw UsageError(std::string("--method ") + method + ": given a mask; required patterns without gaps");
  }
  return problem.amplitude.square();
}

PhaseIterates
Ended(const at::Tensor & image)
{
  return {image.to(at::kFloat), at::zeros({1}, at::kDouble), 0};
}
} // namespace

PhaseIterates
RetrieveThickness(const PhaseProblem & problem, const at::Tensor &)
{
  const at::Tensor intensity = IntensityOf(problem, "paganin");
  if (intensity.size(1) != 1)
  {
    throw UsageError("--method paganin: given " + std::to_string(intensity.size(1)) +
                     " distances; required one, or --method ctf");
  }
  if (!problem.options.materialDelta || !problem.options.materialBeta)
  {
    throw UsageError("--method paganin: --material-delta and --material-beta are required");
  }
  const MaterialIndex material{*problem.options.materialDelta, *problem.options.materialBeta};
  return Ended(PaganinThickness(intensity, PropagationOf(problem.scan), material));
}

PhaseIterates
RetrieveWeakPhase(const PhaseProblem & problem, const at::Tensor &)
{
  ContrastTransferOptions options;
  if (problem.options.materialDelta && problem.options.materialBeta)
  {
    options.object = ContrastObject::SingleMaterial;
    options.deltaOverBeta = *problem.options.materialDelta / *problem.options.materialBeta;
  }
  else if (problem.amplitude.size(1) == 1)
  {
    options.object = ContrastObject::PhaseOnly;
  }
  return Ended(RetrieveByContrastTransfer(IntensityOf(problem, "ctf"), PropagationOf(problem.scan), options).phase);
}
} // namespace tweedie
