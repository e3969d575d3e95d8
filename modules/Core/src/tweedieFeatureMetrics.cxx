// SPDX-License-Identifier: Apache-2.0
#include "tweedieFeatureMetrics.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

namespace tweedie
{
namespace
{
template <typename... TParts>
[[noreturn]] void
ThrowDataError(const TParts &... parts)
{
  std::ostringstream text;
  (text << ... << parts);
  throw DataError(text.str());
}

bool
IsFinite(const at::Tensor & x)
{
  return x.isfinite().all().item<bool>();
}

/** [n, d] in double on the CPU, checked. */
at::Tensor
FeatureSet(const at::Tensor & features)
{
  if (!features.defined() || features.dim() != 2 || features.is_complex() || features.size(1) < 1)
  {
    throw DataError("feature metrics: a set that is not a real matrix; required [samples, features]");
  }
  if (features.size(0) < 2)
  {
    ThrowDataError("feature metrics: given ", features.size(0), " sample(s) in a set; required at least 2");
  }
  const at::Tensor set = features.detach().to(at::kCPU, at::kDouble);
  if (!IsFinite(set))
  {
    throw DataError("feature metrics: features that are not finite; required finite ones");
  }
  return set;
}

void
RequireEqualWidths(const at::Tensor & a, const at::Tensor & b)
{
  if (a.size(1) != b.size(1))
  {
    ThrowDataError("feature metrics: sets of ", a.size(1), " and ", b.size(1), " features; required equal numbers");
  }
}

struct Moments
{
  at::Tensor mean; ///< [d]
  at::Tensor root; ///< [k, d], covariance = root^T root, k <= d
};

Moments
MomentsOf(const at::Tensor & set)
{
  const at::Tensor mean = set.mean(0);
  at::Tensor root = (set - mean) / std::sqrt(static_cast<double>(set.size(0) - 1));
  if (set.size(0) > set.size(1))
  {
    root = std::get<1>(at::linalg_qr(root, "r"));
  }
  return {mean, root};
}

/** The eigenvalues of C1^(1/2) C2 C1^(1/2) are the squared singular values of root1 root2^T. Taking those instead of
 * square roots of eigenvalues keeps full precision where covariances are singular: an eigenvalue that should be zero
 * has an error of 1e-16, but its root one of 1e-8. */
double
DistanceOfSets(const at::Tensor & a, const at::Tensor & b)
{
  const Moments first = MomentsOf(a);
  const Moments second = MomentsOf(b);
  const at::Tensor cross = at::linalg_svdvals(at::mm(first.root, second.root.t())).sum();
  const at::Tensor variances = first.root.square().sum() + second.root.square().sum();
  const double distance = ((first.mean - second.mean).square().sum() + variances - 2.0 * cross).item<double>();
  return std::max(distance, 0.0); // rounding may leave less for equal sets
}

std::int64_t
SubsetSize(const at::Tensor & set, double fraction)
{
  return std::llround(fraction * static_cast<double>(set.size(0)));
}

/** count rows, those with the smallest of the random keys. */
at::Tensor
Subset(const at::Tensor & set, const at::Tensor & keys, std::int64_t count)
{
  return set.index_select(0, keys.narrow(0, 0, set.size(0)).argsort().narrow(0, 0, count));
}

/** The value at x = 0 of the line of least squares. */
double
Intercept(const std::vector<double> & x, const std::vector<double> & y)
{
  const auto count = static_cast<double>(x.size());
  double meanX = 0.0;
  double meanY = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    meanX += x[i] / count;
    meanY += y[i] / count;
  }
  double xx = 0.0;
  double xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    xx += (x[i] - meanX) * (x[i] - meanX);
    xy += (x[i] - meanX) * (y[i] - meanY);
  }
  return meanY - meanX * xy / xx;
}

/** Sum of the kernel over all pairs, in blocks of rows, because all pairs at once need n^2 numbers. */
double
KernelSum(const at::Tensor & a, const at::Tensor & b)
{
  constexpr std::int64_t block = 1024;
  double sum = 0.0;
  for (std::int64_t i = 0; i < a.size(0); i += block)
  {
    const at::Tensor rows = a.narrow(0, i, std::min(block, a.size(0) - i));
    sum += (at::mm(rows, b.t()) / static_cast<double>(a.size(1)) + 1.0).pow(3).sum().item<double>();
  }
  return sum;
}

/** Mean of the kernel over pairs of different samples. */
double
MeanOfPairs(const at::Tensor & a)
{
  const auto count = static_cast<double>(a.size(0));
  const at::Tensor own = a.square().sum(1) / static_cast<double>(a.size(1)) + 1.0;
  return (KernelSum(a, a) - own.pow(3).sum().item<double>()) / (count * (count - 1.0));
}

/** [images, channels, places] in double, of length 1 over channels. */
at::Tensor
UnitFeatures(const at::Tensor & map)
{
  constexpr double smallest = 1e-10;
  const at::Tensor x = map.detach().to(at::kCPU, at::kDouble).flatten(2);
  return x / (x.square().sum(1, true).sqrt() + smallest);
}

void
RequireMaps(const at::Tensor & a, const at::Tensor & b, std::size_t layer)
{
  for (const at::Tensor & map : {a, b})
  {
    if (!map.defined() || map.dim() < 3 || map.is_complex() || map.numel() == 0)
    {
      ThrowDataError("perceptual distance: layer ", layer, " is no real map; required [images, channels, ...]");
    }
    if (!IsFinite(map))
    {
      ThrowDataError("perceptual distance: layer ", layer, " has features that are not finite; required finite ones");
    }
  }
  if (a.sizes() != b.sizes())
  {
    ThrowDataError(
        "perceptual distance: layer ", layer, " has shapes ", a.sizes(), " and ", b.sizes(), "; required equal shapes");
  }
}

/** [1, channels, 1] in double. */
at::Tensor
ChannelWeights(const at::Tensor & weights, std::int64_t channels, std::size_t layer)
{
  if (!weights.defined() || weights.is_complex() || weights.numel() != channels)
  {
    ThrowDataError("perceptual distance: the weights of layer ", layer, " do not fit; required ", channels, " numbers");
  }
  const at::Tensor result = weights.detach().to(at::kCPU, at::kDouble).reshape({1, channels, 1});
  if (!IsFinite(result) || result.min().item<double>() < 0.0)
  {
    ThrowDataError("perceptual distance: the weights of layer ", layer, " are negative or not finite; required >= 0");
  }
  return result;
}
} // namespace

double
FrechetDistance(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor first = FeatureSet(a);
  const at::Tensor second = FeatureSet(b);
  RequireEqualWidths(first, second);
  return DistanceOfSets(first, second);
}

double
UnbiasedFrechetDistance(const at::Tensor & a, const at::Tensor & b, const FrechetExtrapolation & options)
{
  if (options.sizes < 3 || !(options.smallest > 0.0 && options.smallest < 1.0))
  {
    throw UsageError("Frechet distance: given " + std::to_string(options.sizes) + " subsets from a fraction of " +
                     std::to_string(options.smallest) + "; required at least 3, from a fraction inside (0, 1)");
  }
  const at::Tensor first = FeatureSet(a);
  const at::Tensor second = FeatureSet(b);
  RequireEqualWidths(first, second);
  const std::int64_t smallest = std::min(SubsetSize(first, options.smallest), SubsetSize(second, options.smallest));
  if (smallest <= first.size(1))
  {
    ThrowDataError("Frechet distance: ",
                   smallest,
                   " samples of ",
                   first.size(1),
                   " features in the smallest subset; ",
                   "required more samples than features");
  }
  RandomStreams streams(options.seed, {0, 1});
  const std::int64_t longest = std::max(first.size(0), second.size(0));
  std::vector<double> inverseSizes;
  std::vector<double> distances;
  for (std::int64_t i = 0; i < options.sizes; ++i)
  {
    const double step = static_cast<double>(i) / static_cast<double>(options.sizes - 1);
    const double fraction = options.smallest + (1.0 - options.smallest) * step;
    const at::Tensor keys = streams.Uniform({longest}, at::kDouble);
    inverseSizes.push_back(1.0 / fraction);
    distances.push_back(DistanceOfSets(Subset(first, keys[0], SubsetSize(first, fraction)),
                                       Subset(second, keys[1], SubsetSize(second, fraction))));
  }
  return Intercept(inverseSizes, distances);
}

double
KernelDistance(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor first = FeatureSet(a);
  const at::Tensor second = FeatureSet(b);
  RequireEqualWidths(first, second);
  const double pairs = static_cast<double>(first.size(0)) * static_cast<double>(second.size(0));
  return MeanOfPairs(first) + MeanOfPairs(second) - 2.0 * KernelSum(first, second) / pairs;
}

at::Tensor
PerceptualDistance(const std::vector<at::Tensor> & a,
                   const std::vector<at::Tensor> & b,
                   const std::vector<at::Tensor> & weights)
{
  if (a.empty() || a.size() != b.size() || (!weights.empty() && weights.size() != a.size()))
  {
    ThrowDataError("perceptual distance: given ",
                   a.size(),
                   " and ",
                   b.size(),
                   " layers and ",
                   weights.size(),
                   " weights; required equal numbers, at least one layer, and weights for all or none");
  }
  at::Tensor distance;
  for (std::size_t layer = 0; layer < a.size(); ++layer)
  {
    RequireMaps(a[layer], b[layer], layer);
    if (a[layer].size(0) != a[0].size(0))
    {
      ThrowDataError("perceptual distance: layer ",
                     layer,
                     " has ",
                     a[layer].size(0),
                     " images; required ",
                     a[0].size(0),
                     " as in the first");
    }
    at::Tensor squares = (UnitFeatures(a[layer]) - UnitFeatures(b[layer])).square();
    if (!weights.empty())
    {
      squares = squares * ChannelWeights(weights[layer], squares.size(1), layer);
    }
    const at::Tensor term = squares.sum(1).mean(1);
    distance = distance.defined() ? distance + term : term;
  }
  return distance;
}
} // namespace tweedie
