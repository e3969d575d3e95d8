// SPDX-License-Identifier: Apache-2.0
#include "tweedieSimulatedScore.h"

#include "tweedieCaseSummary.h"
#include "tweedieMeasuredSpace.h"
#include "tweedieTarp.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <set>

namespace tweedie
{
namespace
{
/** [y, x] of a volume of one slice. */
at::Tensor
Plane(const Volume & volume)
{
  return TensorView(volume).select(0, 0).select(0, 0);
}

/** Images [n, shape...] as the study's model takes them. */
at::Tensor
ModelImages(const ScanStudy & study, const Volume & volume)
{
  return study.Images(volume).select(1, 0);
}

double
Rms(const at::Tensor & x)
{
  return std::sqrt(x.abs().square().to(at::kDouble).mean().item<double>());
}

/** A crude reconstruction: from x0 along the gradient of the data's misfit; linear: as far as fits best, else as far as
 * x0 is from zero. It depends on the data alone. */
at::Tensor
CrudeImage(const GaussianLikelihood & data, const at::Tensor & like, bool isLinear)
{
  const double level = isLinear ? 0.0 : Rms(data.Data());
  const at::Tensor start = at::full_like(like, level);
  const at::Tensor gradient = data.Gradient(start);
  if (!isLinear)
  {
    return start - gradient * (level / std::max(Rms(gradient), 1e-30));
  }
  const at::Tensor bent = data.Gradient(start - gradient) - gradient; // -H g
  const double size = gradient.abs().square().to(at::kDouble).sum().item<double>();
  const double curvature = std::abs(at::real(gradient * bent.conj()).to(at::kDouble).sum().item<double>());
  return start - gradient * (curvature > 0.0 ? size / curvature : 0.0);
}

/** Of truth and samples together: log p(y | x), and the distance to a random point. */
void
AddDataQuantities(const SimulatedKind & kind,
                  const SimulatedScan & scan,
                  const at::Tensor & truth,
                  const at::Tensor & samples,
                  std::uint64_t seed,
                  CaseImages & images)
{
  const GaussianLikelihood & data = scan.Study().Data();
  std::vector<at::Tensor> logs, distances;
  const at::Tensor point = CrudeImage(data, truth, kind.IsLinear());
  const at::Tensor reference = TarpReference(point, Rms(point), seed, 0);
  const at::Tensor all = at::cat({truth, samples});
  for (std::int64_t i = 0; i < all.size(0); ++i)
  {
    const at::Tensor one = all.narrow(0, i, 1);
    logs.push_back(-data.NegativeLog(one).to(at::kDouble).sum());
    distances.push_back((one - reference).abs().to(at::kDouble).norm());
  }
  images.quantities = {{"log-likelihood", at::stack(logs)}, {TarpQuantity, at::stack(distances)}};
}

double
MeanSquare(const at::Tensor & x)
{
  return x.abs().square().to(at::kDouble).mean().item<double>();
}

/** Errors of mean and of samples about their own mean, as parts that the data see and do not see. */
SplitScore
SplitOf(const SimulatedScan & scan, const at::Tensor & truth, const SimulatedEstimate & estimate, bool isMeanOfSamples)
{
  const ScanStudy & study = scan.Study();
  const at::Tensor error = ModelImages(study, estimate.mean) - truth;
  const at::Tensor seen = MeasuredPart(study.Data(), error);
  SplitScore split;
  split.measured = MeanSquare(seen);
  split.unmeasured = MeanSquare(error - seen);
  if (!estimate.samples.IsEmpty())
  {
    const at::Tensor samples = ModelImages(study, estimate.samples);
    const auto count = static_cast<double>(samples.size(0));
    const at::Tensor about = samples - samples.mean(0, true), part = MeasuredPart(study.Data(), about);
    const double factor = count / (count - 1.0) * (isMeanOfSamples ? 1.0 + 1.0 / count : 1.0);
    split.predictedMeasured = factor * MeanSquare(part);
    split.predictedUnmeasured = factor * MeanSquare(about - part);
  }
  return split;
}
} // namespace

Volume
ShownDeviation(const VolumeEstimate & estimate)
{
  if (estimate.summary.deviationKind == DeviationKind::None)
  {
    return {};
  }
  if (!estimate.mean.IsComplex())
  {
    return estimate.standardDeviation;
  }
  if (!estimate.magnitudeStandardDeviation.IsEmpty() || estimate.standardDeviation.IsEmpty())
  {
    return estimate.magnitudeStandardDeviation;
  }
  // of a complex number far from zero the part along it is the magnitude's: half of the variance
  return VolumeFromTensor(TensorView(estimate.standardDeviation) * std::sqrt(0.5),
                          estimate.standardDeviation.GetGrid());
}

SliceRegions
RegionsOf(const Volume & roi, const at::Tensor & object)
{
  SliceRegions regions;
  const auto add = [&](const std::string & name, const at::Tensor & mask)
  {
    if (mask.logical_and(object).any().item<bool>())
    {
      regions.emplace_back(name, mask.contiguous());
    }
  };
  if (!roi.IsEmpty())
  {
    const at::Tensor labels = Plane(roi).round().to(at::kLong);
    const at::Tensor unique = std::get<0>(at::_unique(labels)).contiguous();
    for (std::int64_t i = 0; i < unique.numel(); ++i)
    {
      const auto label = unique[i].item<std::int64_t>();
      if (label > 0)
      {
        add("region-" + std::to_string(label), labels.eq(label));
      }
    }
    return regions;
  }
  add("object", object);
  const std::int64_t rows = object.size(0), columns = object.size(1);
  for (std::int64_t quarter = 0; quarter < 4; ++quarter)
  {
    at::Tensor mask = at::zeros_like(object);
    const std::int64_t y = quarter / 2 == 0 ? 0 : rows / 2, x = quarter % 2 == 0 ? 0 : columns / 2;
    mask.narrow(0, y, quarter / 2 == 0 ? rows / 2 : rows - rows / 2)
        .narrow(1, x, quarter % 2 == 0 ? columns / 2 : columns - columns / 2)
        .fill_(true);
    add("quarter-" + std::to_string(quarter + 1), mask);
  }
  return regions;
}

CaseScore
ScoreSimulated(const SimulatedKind & kind,
               const SimulatedScan & scan,
               const SimulatedEstimate & estimate,
               const Volume & roi,
               std::int64_t samples,
               std::uint64_t seed)
{
  const VolumeEstimate & shown = estimate.shown;
  CaseImages images;
  images.truth = Plane(scan.Truth());
  images.mean = Plane(shown.mean);
  images.mask = HeadOf(scan.Truth(), kind.Rules()).select(0, 0);
  const Summary & summary = shown.summary;
  images.isMeanOfSamples = summary.deviationKind == DeviationKind::Posterior &&
                           (summary.deviationOf.empty() || summary.deviationOf == summary.method);
  const Volume deviation = ShownDeviation(shown);
  if (!deviation.IsEmpty())
  {
    images.deviation = Plane(deviation);
  }
  const at::Tensor truth = ModelImages(scan.Study(), scan.ModelTruth());
  if (!shown.samples.IsEmpty())
  {
    images.samples = TensorView(shown.samples).select(1, 0);
    images.ranksOf = samples;
    images.regions = RegionsOf(roi, images.mask);
    AddDataQuantities(kind, scan, truth, ModelImages(scan.Study(), estimate.samples), seed, images);
  }
  CaseScore score = ScoreCase(images, seed);
  if (kind.IsLinear())
  {
    score.split = SplitOf(scan, truth, estimate, images.isMeanOfSamples);
  }
  score.dataFit = shown.summary.dataFit;
  score.seconds = shown.summary.wallSeconds;
  score.warnings = shown.summary.warnings;
  return score;
}
} // namespace tweedie
