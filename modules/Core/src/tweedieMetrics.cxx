// SPDX-License-Identifier: Apache-2.0
#include "tweedieMetrics.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
at::Tensor
AsDouble(const at::Tensor & x)
{
  return x.detach().to(x.is_complex() ? at::kComplexDouble : at::kDouble).cpu();
}

at::Tensor
SquaredMagnitude(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x.resolve_conj()).square().sum(-1) : x.square();
}

void
RequireEqualShapes(const at::Tensor & reference, const at::Tensor & estimate)
{
  if (!reference.defined() || !estimate.defined() || reference.sizes() != estimate.sizes() || reference.numel() == 0)
  {
    throw DataError("image metrics: reference and estimate differ in shape or are empty; required equal shapes");
  }
}

/** Weights 0 and 1 of the shape of the images; undefined stays undefined. */
at::Tensor
Selection(const at::Tensor & mask, const at::Tensor & like)
{
  if (!mask.defined())
  {
    return mask;
  }
  if (!at::is_expandable_to(mask.sizes(), like.sizes()))
  {
    throw DataError("image metrics: the mask's shape does not fit the images'; required the same or broadcastable");
  }
  const at::Tensor selected = mask.cpu().ne(0).expand(like.sizes());
  if (!selected.any().item<bool>())
  {
    throw DataError("image metrics: the mask keeps nothing; required at least one element");
  }
  return selected;
}

/** Elements inside the mask; all of them without one. */
at::Tensor
Selected(const at::Tensor & x, const at::Tensor & selection)
{
  return selection.defined() ? x.masked_select(selection) : x;
}

double
Range(const at::Tensor & reference, const at::Tensor & selection, std::optional<double> range)
{
  const double value = range ? *range : Selected(reference.abs(), selection).max().item<double>();
  if (!(value > 0.0))
  {
    throw DataError("image metrics: a range of " + std::to_string(value) + "; required above 0");
  }
  return value;
}

/** The weighted mean over 11 neighbours in both last dimensions, where the window fits. */
at::Tensor
WindowMean(const at::Tensor & x, const std::vector<double> & weights)
{
  const auto count = static_cast<std::int64_t>(weights.size());
  at::Tensor result = x;
  for (const std::int64_t dimension : {-1, -2})
  {
    const at::Tensor source = result;
    const std::int64_t length = source.size(dimension) - count + 1;
    result = source.narrow(dimension, 0, length) * weights[0];
    for (std::int64_t i = 1; i < count; ++i)
    {
      result.add_(source.narrow(dimension, i, length), weights[i]);
    }
  }
  return result;
}

std::vector<double>
GaussianWindow()
{
  constexpr int radius = 5;
  constexpr double sigma = 1.5;
  std::vector<double> weights;
  double sum = 0.0;
  for (int i = -radius; i <= radius; ++i)
  {
    weights.push_back(std::exp(-0.5 * i * i / (sigma * sigma)));
    sum += weights.back();
  }
  for (double & weight : weights)
  {
    weight /= sum;
  }
  return weights;
}
} // namespace

double
NormalizedMeanSquareError(const at::Tensor & reference, const at::Tensor & estimate, const at::Tensor & mask)
{
  RequireEqualShapes(reference, estimate);
  const at::Tensor selection = Selection(mask, reference);
  const at::Tensor truth = AsDouble(reference);
  const double error = Selected(SquaredMagnitude(AsDouble(estimate) - truth), selection).sum().item<double>();
  const double power = Selected(SquaredMagnitude(truth), selection).sum().item<double>();
  if (!(power > 0.0))
  {
    throw DataError("image metrics: a reference that is zero or not finite; required one with a norm");
  }
  return error / power;
}

double
NormalizedRootMeanSquareError(const at::Tensor & reference, const at::Tensor & estimate, const at::Tensor & mask)
{
  return std::sqrt(NormalizedMeanSquareError(reference, estimate, mask));
}

double
PeakSignalToNoiseRatio(const at::Tensor & reference,
                       const at::Tensor & estimate,
                       const at::Tensor & mask,
                       std::optional<double> range)
{
  RequireEqualShapes(reference, estimate);
  const at::Tensor selection = Selection(mask, reference);
  const at::Tensor truth = AsDouble(reference);
  const double peak = Range(truth, selection, range);
  const double error = Selected(SquaredMagnitude(AsDouble(estimate) - truth), selection).mean().item<double>();
  return 10.0 * std::log10(peak * peak / error);
}

double
StructuralSimilarity(const at::Tensor & reference,
                     const at::Tensor & estimate,
                     const at::Tensor & mask,
                     std::optional<double> range)
{
  RequireEqualShapes(reference, estimate);
  const auto window = GaussianWindow();
  const auto width = static_cast<std::int64_t>(window.size());
  if (reference.is_complex() || estimate.is_complex() || reference.dim() < 2 || reference.size(-1) < width ||
      reference.size(-2) < width)
  {
    throw DataError("SSIM: complex images or images below 11 x 11; required real ones at least as large");
  }
  const at::Tensor x = AsDouble(reference);
  const at::Tensor y = AsDouble(estimate);
  const at::Tensor selection = Selection(mask, reference);
  const double peak = Range(x, selection, range);
  const double c1 = 0.01 * peak * (0.01 * peak);
  const double c2 = 0.03 * peak * (0.03 * peak);
  const at::Tensor meanX = WindowMean(x, window);
  const at::Tensor meanY = WindowMean(y, window);
  const at::Tensor squares = meanX.square() + meanY.square();
  const at::Tensor variances = WindowMean(x.square() + y.square(), window) - squares;
  const at::Tensor covariance = WindowMean(x * y, window) - meanX * meanY;
  const at::Tensor map = (2.0 * meanX * meanY + c1) * (2.0 * covariance + c2) / ((squares + c1) * (variances + c2));
  if (!selection.defined())
  {
    return map.mean().item<double>();
  }
  const at::Tensor inner = selection.narrow(-1, width / 2, map.size(-1)).narrow(-2, width / 2, map.size(-2));
  return Selected(map, Selection(inner, map)).mean().item<double>();
}
} // namespace tweedie
