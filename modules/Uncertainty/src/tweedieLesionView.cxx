// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionView.h"

#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
at::Tensor
Numbers(const Volume & volume)
{
  return TensorView(volume).to(volume.IsComplex() ? at::kComplexDouble : at::kDouble);
}

bool
IsVisible(const LesionRow & row)
{
  constexpr double rose = 5.0 - 1e-6; // Rose 1948; contrasts of exactly that signal are meant
  return row.signal >= rose;
}

double
Wrong(const LesionRow & row)
{
  return std::abs(row.score.recovery - 1.0);
}
} // namespace

MethodView
ViewOf(const VolumeEstimate & estimate)
{
  MethodView view{estimate.mean, Numbers(estimate.mean)[0], {}};
  view.samples = estimate.samples.IsEmpty() ? at::Tensor() : Numbers(estimate.samples);
  return view;
}

at::Tensor
ChangeOf(const MethodView & view)
{
  const at::Tensor change = view.samples - view.samples.mean(0, true);
  return change.is_complex() ? at::real(change * at::sgn(view.image).conj()).contiguous() : change;
}

PlacedInsert::PlacedInsert(const LesionInsert & what, const LesionScan & scan, const at::Tensor & image) : insert(what)
{
  region = InsertRegion(insert, scan.ImageGrid());
  shown = (region * scan.Shown(insert)).sum().item<double>();
  if (image.is_complex())
  {
    const auto mean = (image * region).sum().item<c10::complex<double>>();
    const double size = std::abs(mean);
    phase = size > 0.0 ? mean / size : phase;
  }
}

at::Tensor
PlacedInsert::Values(const at::Tensor & images) const
{
  const at::Tensor sums = (images * region).sum({1, 2, 3});
  return sums.is_complex() ? at::real(sums * std::conj(phase)).contiguous() : sums;
}

double
PlacedInsert::Value(const at::Tensor & image) const
{
  return Values(image.unsqueeze(0)).item<double>();
}

std::vector<std::int64_t>
LinesBeyond(const std::vector<std::int64_t> & lines, double acceleration)
{
  std::vector<std::int64_t> dropped;
  for (std::size_t i = 0; i < lines.size(); ++i)
  {
    const double before = std::floor(static_cast<double>(i) / acceleration);
    if (std::floor(static_cast<double>(i + 1) / acceleration) == before)
    {
      dropped.push_back(lines[i]);
    }
  }
  return dropped;
}

LesionGroup
GroupOf(const std::vector<LesionRow> & rows)
{
  const auto n = static_cast<double>(rows.size());
  LesionGroup group;
  group.mean = rows.front();
  group.places = static_cast<std::int64_t>(rows.size());
  const auto mean = [&](const auto & of)
  {
    double sum = 0.0;
    for (const LesionRow & row : rows)
    {
      sum += of(row) / n;
    }
    return sum;
  };
  group.mean.contrast = mean([](const LesionRow & row) { return row.contrast; });
  group.mean.signal = mean([](const LesionRow & row) { return row.signal; });
  group.mean.score.recovery = mean([](const LesionRow & row) { return row.score.recovery; });
  group.mean.score.deviation = mean([](const LesionRow & row) { return row.score.deviation; });
  group.mean.score.detectability = mean([](const LesionRow & row) { return row.score.detectability; });
  group.mean.score.missed = mean([](const LesionRow & row) { return row.score.missed; });
  group.coverage = mean([](const LesionRow & row) { return row.score.isCovered ? 1.0 : 0.0; });
  const double recovery = group.mean.score.recovery;
  const double square = mean([&](const LesionRow & row) { return std::pow(row.score.recovery - recovery, 2.0); });
  group.recoveryError = std::sqrt(square / (n - 1.0)); // 0/0 for one place
  return group;
}

void
KeepPicture(std::vector<LesionPicture> & pictures, const LesionPicture & picture)
{
  if (pictures.empty())
  {
    pictures = {picture, picture};
    pictures[0].name = "worst";
    pictures[1].name = "best";
    return;
  }
  for (LesionPicture & kept : pictures)
  {
    const double sign = kept.name == "worst" ? 1.0 : -1.0;
    const bool isSooner = IsVisible(picture.row) && !IsVisible(kept.row);
    const bool isEqual = IsVisible(picture.row) == IsVisible(kept.row);
    if (isSooner || (isEqual && sign * Wrong(picture.row) > sign * Wrong(kept.row)))
    {
      const std::string name = kept.name;
      kept = picture;
      kept.name = name;
    }
  }
}
} // namespace tweedie
