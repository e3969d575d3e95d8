// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseStudy.h"

#include "tweedieError.h"
#include "tweedieModelCard.h"
#include "tweediePhaseLikelihood.h"
#include "tweediePhaseModel.h"
#include "tweedieStudyRun.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
PhaseStudy::PhaseStudy(PhaseScan scan, const PhasePosteriorOptions & options)
    : m_Scan(std::move(scan)), m_Options(options)
{
  RequirePhaseScan(m_Scan);
  const std::int64_t objects = m_Scan.patterns.GetGrid().size.z;
  if (objects != 1)
  {
    throw DataError("patterns: given " + std::to_string(objects) + " objects; required one to be validated");
  }
  PhaseLikelihoodOptions likelihood; // amplitudes, whatever the form of a run
  likelihood.noise = options.noise;
  m_Likelihood = std::dynamic_pointer_cast<const GaussianLikelihood>(
      MakePhaseLikelihood(m_Scan, PhaseModel(m_Scan), 0, 1, 1.0, likelihood));
}

std::vector<std::int64_t>
PhaseStudy::Lines() const
{
  const at::Tensor pixels = LineOfData();
  const at::Tensor used = m_Likelihood->Sampled().defined()
                              ? pixels.masked_select(m_Likelihood->Sampled().to(at::kBool).expand(pixels.sizes()))
                              : pixels.reshape({-1});
  const at::Tensor flat = used.contiguous();
  return {flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel()};
}

VolumeEstimate
PhaseStudy::Run(const StudyRun & run, const ProgressCallback & progress) const
{
  return ReconstructPhasePosterior(m_Scan, OptionsOf(m_Options, run), progress);
}

std::unique_ptr<ScanStudy>
PhaseStudy::Without(const std::vector<std::int64_t> & lines) const
{
  PhaseScan rest = m_Scan;
  const at::Tensor patterns = TensorView(m_Scan.patterns); // [pattern, 1, y, x]
  at::Tensor mask =
      m_Scan.mask.IsEmpty() ? at::ones_like(patterns) : TensorView(m_Scan.mask).expand(patterns.sizes()).clone();
  mask.view({-1}).index_fill_(0, at::tensor(lines, at::kLong), 0);
  if (!mask.gt(0.5).any().item<bool>())
  {
    throw DataError("mask: given " + std::to_string(lines.size()) +
                    " pixels to leave out, all that there are; "
                    "required pixels that stay");
  }
  rest.mask = VolumeFromTensor(mask, m_Scan.patterns.GetGrid());
  return std::make_unique<PhaseStudy>(std::move(rest), m_Options);
}

at::Tensor
PhaseStudy::Images(const Volume & volume) const
{
  const auto type = m_Scan.isReal ? at::kFloat : at::kComplexFloat;
  return TensorView(volume).unsqueeze(2).unsqueeze(2).to(type); // [channel, 1, 1, 1, y, x]
}

at::Tensor
PhaseStudy::InPriorUnits(const at::Tensor & images, const ModelCard & card) const
{
  const bool isAttenuation = m_Scan.hounsfieldPerUnit && card.hounsfieldAtOne;
  const double scale = isAttenuation ? (*card.hounsfieldAtOne + 1000.0) / *m_Scan.hounsfieldPerUnit : m_Scan.scale;
  const at::Tensor scaled = images / scale;
  return card.ImageChannels() == 2 ? scaled.to(at::kComplexFloat) : scaled;
}

at::Tensor
PhaseStudy::LineOfData() const
{
  const at::IntArrayRef sizes = m_Likelihood->Data().sizes(); // [1, pattern, 1, y, x]
  return at::arange(m_Likelihood->Data().numel(), at::TensorOptions().dtype(at::kLong)).reshape(sizes);
}

at::Tensor
PhaseStudy::GroupOfData() const
{
  const std::int64_t patterns = m_Likelihood->Data().size(1);
  return at::arange(patterns, at::TensorOptions().dtype(at::kLong)).reshape({1, patterns, 1, 1, 1});
}
} // namespace tweedie
