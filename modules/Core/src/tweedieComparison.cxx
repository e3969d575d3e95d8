// SPDX-License-Identifier: Apache-2.0
#include "tweedieComparison.h"

#include "tweedieError.h"
#include "tweedieFeatureScore.h"
#include "tweedieMetrics.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();
constexpr double foregroundFraction = 0.05;
constexpr std::int64_t similarityWindow = 11;

/** [z, y, x], double, magnitude. */
at::Tensor
MagnitudeTensor(const Volume & volume)
{
  const at::Tensor view = TensorView(volume).select(0, 0);
  return view.is_complex() ? view.to(at::kComplexDouble).abs() : view.to(at::kDouble);
}

/** The same as it is scored: clipped, and counted from the lower end. */
at::Tensor
ShownTensor(const ComparisonInput & input, const Volume & volume)
{
  const at::Tensor values = MagnitudeTensor(volume);
  return input.window ? values.clamp(input.window->low, input.window->high) - input.window->low : values;
}

std::string
SizeText(const Volume & volume)
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  std::ostringstream text;
  text << volume.Channels() << " channel(s) of " << size.z << " x " << size.y << " x " << size.x << " (z, y, x)";
  return text.str();
}

void
RequireLike(const Volume & reference, const Volume & other, const std::string & name)
{
  if (other.IsEmpty() || other.Channels() != 1 || other.GetGrid().size != reference.GetGrid().size)
  {
    throw DataError("compare: " + name + " has " + (other.IsEmpty() ? "no pixels" : SizeText(other)) +
                    "; required: the reference's " + SizeText(reference));
  }
  other.RequireFinite(("compare: " + name).c_str());
}

void
RequireComparable(const ComparisonInput & input)
{
  if (input.entries.empty())
  {
    throw DataError("compare: no image given; one or more required");
  }
  RequireLike(input.reference, input.reference, "the reference");
  if (input.window && !(input.window->high > input.window->low))
  {
    throw UsageError("--window: given a lower end that is not below the upper one; required LOW,HIGH");
  }
  if (!(ShownTensor(input, input.reference).abs().max().item<double>() > 0.0))
  {
    throw DataError(input.window ? "compare: the reference is below the window everywhere; an image required"
                                 : "compare: the reference is zero everywhere; an image required");
  }
  if (!input.mask.IsEmpty())
  {
    RequireLike(input.reference, input.mask, "the mask");
  }
  for (const ComparisonEntry & entry : input.entries)
  {
    RequireLike(input.reference, entry.image, "'" + entry.name + "'");
    if (!entry.standardDeviation.IsEmpty())
    {
      RequireLike(input.reference, entry.standardDeviation, "the standard deviation of '" + entry.name + "'");
    }
  }
}

/** Whether one window of SSIM or more lies inside the image around a pixel of the mask. */
bool
HasWindow(const at::Tensor & mask)
{
  constexpr std::int64_t border = similarityWindow / 2;
  const std::int64_t rows = mask.size(-2) - 2 * border;
  const std::int64_t columns = mask.size(-1) - 2 * border;
  return rows > 0 && columns > 0 && mask.narrow(-2, border, rows).narrow(-1, border, columns).any().item<bool>();
}

double
Range(const ComparisonInput & input, const at::Tensor & reference, const at::Tensor & mask)
{
  return input.window ? input.window->high - input.window->low
                      : reference.abs().masked_select(mask).max().item<double>();
}

/** Scores of one region; nothing where the reference or the mask is empty there. */
ImageScores
Score(const ComparisonInput & input, const at::Tensor & reference, const at::Tensor & image, const at::Tensor & mask)
{
  if (!mask.any().item<bool>())
  {
    return {notKnown, notKnown, notKnown, notKnown, notKnown};
  }
  ImageScores scores{notKnown, notKnown, notKnown, notKnown, notKnown};
  scores.maximumError = (image - reference).abs().masked_select(mask).max().item<double>();
  const double range = Range(input, reference, mask);
  if (!(range > 0.0))
  {
    return scores;
  }
  scores.psnr = PeakSignalToNoiseRatio(reference, image, mask, range);
  scores.nrmse = NormalizedRootMeanSquareError(reference, image, mask);
  scores.nmse = NormalizedMeanSquareError(reference, image, mask);
  if (HasWindow(mask))
  {
    scores.ssim = StructuralSimilarity(reference, image, mask, range);
  }
  return scores;
}

ImageScores
MeanScores(const std::vector<ImageScores> & slices)
{
  const auto mean = [&](double ImageScores::*member)
  {
    double sum = 0.0;
    int count = 0;
    for (const ImageScores & slice : slices)
    {
      if (!std::isnan(slice.*member))
      {
        sum += slice.*member;
        ++count;
      }
    }
    return count ? sum / count : notKnown;
  };
  return {mean(&ImageScores::psnr),
          mean(&ImageScores::ssim),
          mean(&ImageScores::nrmse),
          mean(&ImageScores::nmse),
          mean(&ImageScores::maximumError),
          mean(&ImageScores::lpips)};
}

/** Whole slices, whatever the mask: features are not those of pixels. */
void
ScoreFeatures(const FeatureComparison & features,
              const at::Tensor & image,
              EntryScores & scores,
              std::vector<std::string> & warnings)
{
  const FeatureScores found = features.Score(image);
  for (std::size_t z = 0; z < scores.slices.size(); ++z)
  {
    scores.slices[z].lpips = found.perceptual[z];
  }
  scores.frechet = found.frechet;
  if (!found.missing.empty())
  {
    warnings.push_back("'" + scores.name + "': no FID, " + found.missing);
  }
}

/** Whether the standard deviation comes from the samples whose mean the image is. */
bool
IsMeanOfSamples(const ComparisonEntry & entry)
{
  if (!entry.summary || entry.summary->deviationKind == DeviationKind::None)
  {
    return true;
  }
  const Summary & summary = *entry.summary;
  return summary.deviationKind == DeviationKind::Posterior &&
         (summary.deviationOf.empty() || summary.deviationOf == summary.method);
}

std::int64_t
SamplesOf(const ComparisonEntry & entry)
{
  return entry.samples ? *entry.samples : entry.summary ? entry.summary->samples : 0;
}

void
CheckEntryDeviation(const ComparisonInput & input,
                    const ComparisonEntry & entry,
                    const at::Tensor & mask,
                    EntryScores & scores,
                    std::vector<std::string> & warnings)
{
  const std::int64_t samples = SamplesOf(entry);
  if (samples < 2)
  {
    warnings.push_back("'" + entry.name + "': the number of samples behind the standard deviation is not known; " +
                       "coverage uses normal quantiles.");
  }
  const bool meanOfSamples = IsMeanOfSamples(entry);
  const double factor = meanOfSamples && samples > 1 ? std::sqrt(1.0 + 1.0 / static_cast<double>(samples)) : 1.0;
  at::Tensor deviation = TensorView(entry.standardDeviation).select(0, 0).to(at::kDouble);
  if (deviation.masked_select(mask).min().item<double>() < 0.0)
  {
    throw DataError("compare: the standard deviation of '" + entry.name + "' has negative values; none allowed");
  }
  at::Tensor error;
  at::Tensor where = mask;
  if (entry.image.IsComplex() && input.reference.IsComplex())
  {
    error = at::view_as_real(TensorView(entry.image).select(0, 0).to(at::kComplexDouble) -
                             TensorView(input.reference).select(0, 0).to(at::kComplexDouble));
    deviation = (deviation / std::sqrt(2.0)).unsqueeze(-1).expand_as(error);
    where = mask.unsqueeze(-1);
    scores.deviationMeaning = "total complex standard deviation, real and imaginary part checked with s/√2 each";
  }
  else
  {
    error = MagnitudeTensor(entry.image) - MagnitudeTensor(input.reference);
    scores.deviationMeaning = "standard deviation of the magnitude";
    if (entry.image.IsComplex())
    {
      warnings.push_back("'" + entry.name + "': the image is complex and the reference is not; its standard " +
                         "deviation is taken as that of the magnitude.");
    }
  }
  scores.deviationMeaning +=
      meanOfSamples ? "; the image is the mean of the samples" : "; the samples are another method's";
  scores.deviation = CheckDeviation(error, deviation, samples < 2 ? 0 : samples, factor, where);
}

void
WarnOfMismatch(const ComparisonInput & input,
               const ComparisonEntry & entry,
               const at::Tensor & reference,
               const at::Tensor & image,
               std::vector<std::string> & warnings)
{
  if (!entry.image.GetGrid().IsCongruent(input.reference.GetGrid()))
  {
    warnings.push_back("'" + entry.name + "' has another spacing, origin or direction than the reference; " +
                       "it was compared pixel by pixel.");
  }
  const double energy = image.square().sum().item<double>();
  const double scale = energy > 0.0 ? (image * reference).sum().item<double>() / energy : 1.0;
  if (!(scale > 0.8 && scale < 1.25))
  {
    warnings.push_back("'" + entry.name + "' fits the reference best when it is multiplied by " +
                       FormatSignificant(scale, 3) + "; it may be in other units. It was compared as it is.");
  }
  if (entry.summary)
  {
    for (const std::string & warning : entry.summary->warnings)
    {
      warnings.push_back("'" + entry.name + "': " + warning);
    }
  }
}

Volume
MaskVolume(const at::Tensor & mask, const Grid & grid)
{
  return VolumeFromTensor(mask.to(at::kFloat).unsqueeze(0), grid);
}

EntryScores
ScoreEntry(const ComparisonInput & input,
           const ComparisonEntry & entry,
           const at::Tensor & region,
           const at::Tensor & deviationRegion,
           const std::optional<FeatureComparison> & features,
           std::vector<std::string> & warnings)
{
  const at::Tensor reference = ShownTensor(input, input.reference);
  const at::Tensor image = ShownTensor(input, entry.image);
  EntryScores scores;
  scores.name = entry.name;
  scores.volume = Score(input, reference, image, region);
  for (std::int64_t z = 0; z < reference.size(0); ++z)
  {
    scores.slices.push_back(Score(input, reference[z].unsqueeze(0), image[z].unsqueeze(0), region[z].unsqueeze(0)));
  }
  if (features)
  {
    ScoreFeatures(*features, image, scores, warnings);
  }
  scores.sliceMean = MeanScores(scores.slices);
  scores.volume.lpips = scores.sliceMean.lpips;
  WarnOfMismatch(input, entry, reference, image, warnings);
  if (!entry.standardDeviation.IsEmpty())
  {
    CheckEntryDeviation(input, entry, deviationRegion, scores, warnings);
  }
  return scores;
}
} // namespace

Volume
Magnitude(const Volume & volume)
{
  return volume.IsComplex() ? VolumeFromTensor(TensorView(volume).abs(), volume.GetGrid()) : volume;
}

Volume
MagnitudeError(const Volume & reference, const Volume & image)
{
  RequireLike(reference, image, "the image");
  return VolumeFromTensor((MagnitudeTensor(image) - MagnitudeTensor(reference)).to(at::kFloat).unsqueeze(0),
                          reference.GetGrid());
}

Comparison
CompareWithReference(const ComparisonInput & input)
{
  RequireComparable(input);
  const at::Tensor reference = ShownTensor(input, input.reference);
  const bool hasMask = !input.mask.IsEmpty();
  const at::Tensor region = hasMask ? MagnitudeTensor(input.mask).ne(0.0) : at::ones_like(reference, at::kBool);
  if (!region.any().item<bool>())
  {
    throw DataError("compare: the mask is zero everywhere; one pixel or more required");
  }
  const at::Tensor deviationRegion = hasMask ? region : ForegroundMask(reference, foregroundFraction);
  Comparison comparison;
  comparison.range = Range(input, reference, region);
  comparison.region = hasMask ? "inside the given mask" : "over the whole image";
  comparison.deviationRegion = hasMask        ? "inside the given mask"
                               : input.window ? "in the object (reference above the lowest 5 % of the window, filled)"
                                              : "in the object (reference above 5 % of its maximum, filled)";
  comparison.regionMask = MaskVolume(region, input.reference.GetGrid());
  comparison.deviationMask = MaskVolume(deviationRegion, input.reference.GetGrid());
  std::optional<FeatureComparison> features;
  if (input.features)
  {
    features.emplace(*input.features, reference, comparison.range);
  }
  for (const ComparisonEntry & entry : input.entries)
  {
    comparison.entries.push_back(ScoreEntry(input, entry, region, deviationRegion, features, comparison.warnings));
  }
  if (reference.size(-1) < similarityWindow || reference.size(-2) < similarityWindow)
  {
    comparison.warnings.push_back("SSIM needs slices of 11 x 11 pixels or more; it is left out.");
  }
  return comparison;
}
} // namespace tweedie
