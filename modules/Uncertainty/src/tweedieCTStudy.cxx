// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTStudy.h"

#include "tweedieCTClassical.h"
#include "tweedieError.h"
#include "tweedieFilteredVariance.h"
#include "tweedieLineIntegralNoise.h"
#include "tweedieModelCard.h"
#include "tweedieStudyRun.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <numeric>

namespace tweedie
{
CTStudy::CTStudy(CTScan scan, const Grid & image, const CTPosteriorOptions & options)
    : m_Scan(std::move(scan)), m_Image(image), m_Options(options), m_Model(m_Scan, image),
      m_Likelihood(WeightedCTLikelihood(
          m_Scan, m_Model.Projector(), m_Model.Batch(m_Scan.projections), options.noise, options.modelDeviation))
{
}

std::vector<std::int64_t>
CTStudy::Lines() const
{
  std::vector<std::int64_t> views(m_Scan.geometry.views.size());
  std::iota(views.begin(), views.end(), std::int64_t{0});
  return views;
}

VolumeEstimate
CTStudy::Run(const StudyRun & run, const ProgressCallback & progress) const
{
  return ReconstructCTPosterior(m_Scan, m_Image, OptionsOf(m_Options, run), progress);
}

std::unique_ptr<ScanStudy>
CTStudy::Without(const std::vector<std::int64_t> & lines) const
{
  std::vector<std::int64_t> kept;
  CTScan rest = m_Scan;
  rest.geometry.views.clear();
  for (const std::int64_t view : Lines())
  {
    if (std::find(lines.begin(), lines.end(), view) == lines.end())
    {
      kept.push_back(view);
      rest.geometry.views.push_back(m_Scan.geometry.views[static_cast<std::size_t>(view)]);
    }
  }
  if (kept.empty())
  {
    throw DataError("views: given " + std::to_string(lines.size()) +
                    " to leave out, all that there are; required "
                    "views that stay");
  }
  Grid grid = m_Scan.projections.GetGrid();
  grid.size.z = static_cast<std::int64_t>(kept.size());
  const at::Tensor index = at::tensor(kept, at::kLong);
  rest.projections = VolumeFromTensor(TensorView(m_Scan.projections).index_select(1, index), grid);
  return std::make_unique<CTStudy>(std::move(rest), m_Image, m_Options);
}

at::Tensor
CTStudy::Images(const Volume & volume) const
{
  std::vector<at::Tensor> images;
  const at::Tensor channels = TensorView(volume);
  for (std::int64_t i = 0; i < channels.size(0); ++i)
  {
    images.push_back(m_Model.ImageBatch(VolumeFromTensor(channels.narrow(0, i, 1), volume.GetGrid())));
  }
  return at::stack(images);
}

double
CTStudy::NoiseShare() const
{
  const double allowance = m_Options.modelDeviation * m_Options.modelDeviation;
  return 1.0 - allowance * m_Likelihood->ComponentVariance().to(at::kDouble).reciprocal().mean().item<double>();
}

std::optional<VolumeEstimate>
CTStudy::Classical(const ProgressCallback & progress) const
{
  CTClassicalOptions options; // fbp
  try
  {
    VolumeEstimate estimate = ReconstructCTClassical(m_Scan, m_Image, options, progress);
    SetAnalyticDeviation(estimate, m_Scan, options);
    return estimate;
  }
  catch (const UsageError &) // no circular scan, or no noise that a formula knows
  {
    return std::nullopt;
  }
}

at::Tensor
CTStudy::InPriorUnits(const at::Tensor & images, const ModelCard & card) const
{
  return images / AttenuationOfHounsfield(card.hounsfieldAtOne.value_or(1000.0), m_Options.muWater);
}

at::Tensor
CTStudy::LineOfData() const
{
  const Shape range = m_Likelihood->Model().RangeShape(); // [1, view, row, column]
  return at::arange(range[1], at::TensorOptions().dtype(at::kLong)).reshape({1, 1, range[1], 1, 1});
}
} // namespace tweedie
