// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFeatureScore_h
#define tweedieFeatureScore_h

#include <ATen/core/Tensor.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace tweedie
{
/** A network that the user has named, and how its features are compared. */
struct FeatureMaker
{
  /** Images [n, 1, y, x], float, brightness 0 to 1, to one tensor [n, ...] per output. */
  std::function<std::vector<at::Tensor>(const at::Tensor & images)> features;
  bool unbiased = false; ///< UnbiasedFrechetDistance in place of FrechetDistance
};

/** Not-a-number where a value does not exist. */
struct FeatureScores
{
  std::vector<double>
      perceptual; ///< per image: PerceptualDistance over the outputs that are maps [n, c, ...], weights 1
  /** Of the two sets of images: Frechet distance of the last output, averaged over space where it is a map. */
  double frechet = std::numeric_limits<double>::quiet_NaN();
  std::string missing; ///< why there is no Frechet distance; empty: there is one
};

/** Images held against one set of references by the features of a network (tweedieFeatureMetrics.h). */
class FeatureComparison
{
public:
  /** reference [n, y, x], real; range: the value shown to the network as 1. Values are cut to 0 .. range. */
  FeatureComparison(const FeatureMaker & maker, const at::Tensor & reference, double range);

  /** image: like the reference. Throws what the network throws. */
  FeatureScores Score(const at::Tensor & image) const;

private:
  std::vector<at::Tensor> Features(const at::Tensor & image) const;

  FeatureMaker m_Maker;
  double m_Range;
  std::vector<at::Tensor> m_Reference;
};
} // namespace tweedie

#endif
