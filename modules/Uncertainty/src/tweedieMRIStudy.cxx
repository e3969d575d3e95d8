// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIStudy.h"

#include "tweedieError.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRILikelihood.h"
#include "tweedieMRIModel.h"
#include "tweedieMRINoise.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRIUnits.h"
#include "tweedieSenseNoise.h"
#include "tweedieStudyRun.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace tweedie
{
namespace
{
/** What some slice samples, and what all of them do: [y, x], bool. */
at::Tensor
SampledInAny(const MRIScan & scan)
{
  return TensorView(scan.mask).select(0, 0).gt(0.5).any(0);
}

at::Tensor
SampledInAll(const MRIScan & scan)
{
  return TensorView(scan.mask).select(0, 0).gt(0.5).all(0);
}

/** Lines y sampled in some slice, without the run around DC that all slices sample. */
std::vector<std::int64_t>
LinesBeside(const at::Tensor & any, const at::Tensor & all)
{
  const at::Tensor sampled = any.any(1), whole = all.all(1);
  const std::int64_t rows = sampled.size(0);
  std::int64_t first = rows / 2, last = rows / 2;
  while (first > 0 && whole[first - 1].item<bool>())
  {
    --first;
  }
  while (last + 1 < rows && whole[last + 1].item<bool>())
  {
    ++last;
  }
  std::vector<std::int64_t> lines;
  for (std::int64_t y = 0; y < rows; ++y)
  {
    if (sampled[y].item<bool>() && (y < first || y > last))
    {
      lines.push_back(y);
    }
  }
  return lines;
}

/** The readouts at these places of something of a scan along a trajectory; nothing of nothing. */
Volume
Readouts(const Volume & volume, const at::Tensor & index)
{
  if (volume.IsEmpty())
  {
    return volume;
  }
  Grid grid = volume.GetGrid();
  grid.size.y = index.numel();
  return VolumeFromTensor(TensorView(volume).index_select(2, index), grid);
}

/** Samples y * columns + x of some slice, without the largest square around DC that all slices sample. */
std::vector<std::int64_t>
SamplesBeside(const at::Tensor & any, const at::Tensor & all)
{
  const std::int64_t rows = any.size(0), columns = any.size(1);
  const std::int64_t y0 = rows / 2, x0 = columns / 2;
  std::int64_t half = 0;
  while (half + 1 <= std::min({y0, x0, rows - 1 - y0, columns - 1 - x0}) &&
         all.narrow(0, y0 - half - 1, 2 * half + 3).narrow(1, x0 - half - 1, 2 * half + 3).all().item<bool>())
  {
    ++half;
  }
  at::Tensor outside = any.clone();
  outside.narrow(0, y0 - half, 2 * half + 1).narrow(1, x0 - half, 2 * half + 1).fill_(false);
  const at::Tensor index = outside.reshape({-1}).nonzero().reshape({-1}).contiguous();
  return {index.data_ptr<std::int64_t>(), index.data_ptr<std::int64_t>() + index.numel()};
}
} // namespace

MRIStudy::MRIStudy(MRIScan scan, const PosteriorOptions & options) : m_Scan(std::move(scan)), m_Options(options)
{
  RequireConsistentScan(m_Scan);
  RequireOneMapSet(m_Scan, "validate");
  if (!IsCartesian(m_Scan) && MRITrajectory(m_Scan).size(2) == 3)
  {
    throw DataError("validate: given a trajectory with a k_z; required one in the plane of the slices");
  }
  m_Scan.noise = MRINoiseLevel(m_Scan, options.noise, m_Scan.warnings);
  m_Likelihood = MakeMRILikelihood(m_Scan, *m_Scan.noise);
  if (!IsCartesian(m_Scan))
  {
    m_Lines.resize(static_cast<std::size_t>(m_Scan.kspace.GetGrid().size.y));
    std::iota(m_Lines.begin(), m_Lines.end(), 0);
    return;
  }
  const at::Tensor any = SampledInAny(m_Scan), all = SampledInAll(m_Scan);
  m_HasLines = any.eq(any.narrow(1, 0, 1)).all().item<bool>();
  m_Lines = m_HasLines ? LinesBeside(any, all) : SamplesBeside(any, all);
}

std::string
MRIStudy::LineName() const
{
  return !IsCartesian(m_Scan) ? "readout" : m_HasLines ? "phase-encoding line" : "sample of k-space";
}

VolumeEstimate
MRIStudy::Run(const StudyRun & run, const ProgressCallback & progress) const
{
  return ReconstructPosterior(m_Scan, OptionsOf(m_Options, run), progress);
}

std::unique_ptr<ScanStudy>
MRIStudy::WithoutReadouts(const std::vector<std::int64_t> & lines) const
{
  std::vector<std::int64_t> places, kept;
  for (std::size_t i = 0; i < m_Lines.size(); ++i)
  {
    if (std::find(lines.begin(), lines.end(), m_Lines[i]) == lines.end())
    {
      places.push_back(static_cast<std::int64_t>(i));
      kept.push_back(m_Lines[i]);
    }
  }
  if (kept.empty())
  {
    throw DataError("trajectory: given " + std::to_string(lines.size()) +
                    " readouts to leave out, all that there are; required readouts that stay");
  }
  const at::Tensor index = at::tensor(places, at::kLong);
  MRIScan rest = m_Scan;
  for (Volume MRIScan::*part : {&MRIScan::kspace, &MRIScan::trajectory, &MRIScan::density})
  {
    rest.*part = Readouts(m_Scan.*part, index);
  }
  auto study = std::make_unique<MRIStudy>(std::move(rest), m_Options);
  study->m_Lines = std::move(kept);
  return study;
}

std::unique_ptr<ScanStudy>
MRIStudy::Without(const std::vector<std::int64_t> & lines) const
{
  if (!IsCartesian(m_Scan))
  {
    return WithoutReadouts(lines);
  }
  MRIScan rest = m_Scan;
  rest.mask = m_Scan.mask.Clone();
  rest.kspace = m_Scan.kspace.Clone();
  const at::Tensor index = at::tensor(lines, at::kLong);
  for (const Volume & volume : {rest.mask, rest.kspace})
  {
    const at::Tensor view = TensorView(volume); // [c, z, y, x]
    const at::Tensor along = m_HasLines ? view : view.reshape({view.size(0), view.size(1), 1, -1});
    at::Tensor changed = along;
    changed.index_fill_(m_HasLines ? 2 : 3, index, 0);
  }
  if (!TensorView(rest.mask).gt(0.5).any().item<bool>())
  {
    throw DataError("mask: given " + std::to_string(lines.size()) +
                    " lines to leave out, all that there are; "
                    "required lines that stay");
  }
  return std::make_unique<MRIStudy>(std::move(rest), m_Options);
}

at::Tensor
MRIStudy::Images(const Volume & volume) const
{
  return TensorView(volume).unsqueeze(2).unsqueeze(2).to(at::kComplexFloat); // [channel, slice, 1, 1, y, x]
}

std::optional<VolumeEstimate>
MRIStudy::Classical(const ProgressCallback & progress) const
{
  if (!IsCartesian(m_Scan))
  {
    return std::nullopt;
  }
  MRIClassicalOptions options; // sense
  options.threads = m_Options.threads;
  VolumeEstimate estimate = ReconstructClassical(m_Scan, options, progress);
  SetAnalyticDeviation(estimate, m_Scan, options);
  return estimate;
}

at::Tensor
MRIStudy::InPriorUnits(const at::Tensor & images, const ModelCard &) const
{
  return images / MRIScale(m_Scan, c10::Device(c10::DeviceType::CPU));
}

std::optional<double>
MRIStudy::NoiseRatio() const
{
  try
  {
    return EstimateMRINoise(m_Scan) / *m_Scan.noise;
  }
  catch (const DataError &) // nothing was sampled there
  {
    return std::nullopt;
  }
}

at::Tensor
MRIStudy::LineOfData() const
{
  const auto & size = m_Scan.kspace.GetGrid().size;
  if (!IsCartesian(m_Scan))
  {
    return at::tensor(m_Lines, at::kLong).reshape({1, 1, 1, size.y, 1});
  }
  const auto integers = at::TensorOptions().dtype(at::kLong);
  const at::Tensor y = at::arange(size.y, integers).reshape({1, 1, 1, size.y, 1});
  return m_HasLines ? y : y * size.x + at::arange(size.x, integers).reshape({1, 1, 1, 1, size.x});
}

at::Tensor
MRIStudy::GroupOfData() const
{
  const std::int64_t coils = m_Scan.kspace.Channels();
  return at::arange(coils, at::TensorOptions().dtype(at::kLong)).reshape({1, coils, 1, 1, 1});
}
} // namespace tweedie
