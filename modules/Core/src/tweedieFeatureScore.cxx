// SPDX-License-Identifier: Apache-2.0
#include "tweedieFeatureScore.h"

#include "tweedieError.h"
#include "tweedieFeatureMetrics.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t dimensionsOfMap = 3; // [n, c, ...]

std::vector<at::Tensor>
Maps(const std::vector<at::Tensor> & outputs)
{
  std::vector<at::Tensor> maps;
  for (const at::Tensor & output : outputs)
  {
    if (output.dim() >= dimensionsOfMap)
    {
      maps.push_back(output);
    }
  }
  return maps;
}

/** [n, d]. */
at::Tensor
Vectors(const at::Tensor & output)
{
  return output.dim() < dimensionsOfMap ? output : output.flatten(2).to(at::kDouble).mean(2);
}
} // namespace

FeatureComparison::FeatureComparison(const FeatureMaker & maker, const at::Tensor & reference, double range)
    : m_Maker(maker), m_Range(range), m_Reference(Features(reference))
{
}

std::vector<at::Tensor>
FeatureComparison::Features(const at::Tensor & image) const
{
  return m_Maker.features(image.div(m_Range).clamp(0.0, 1.0).to(at::kFloat).unsqueeze(1));
}

FeatureScores
FeatureComparison::Score(const at::Tensor & image) const
{
  const std::vector<at::Tensor> features = Features(image);
  FeatureScores scores;
  scores.perceptual.assign(static_cast<std::size_t>(image.size(0)), std::numeric_limits<double>::quiet_NaN());
  const std::vector<at::Tensor> maps = Maps(features);
  if (!maps.empty())
  {
    const at::Tensor distance = PerceptualDistance(Maps(m_Reference), maps);
    for (std::int64_t i = 0; i < image.size(0); ++i)
    {
      scores.perceptual[static_cast<std::size_t>(i)] = distance[i].item<double>();
    }
  }
  try
  {
    const at::Tensor a = Vectors(m_Reference.back());
    const at::Tensor b = Vectors(features.back());
    scores.frechet = m_Maker.unbiased ? UnbiasedFrechetDistance(a, b) : FrechetDistance(a, b);
  }
  catch (const DataError & tooFew)
  {
    scores.missing = tooFew.what();
  }
  return scores;
}
} // namespace tweedie
