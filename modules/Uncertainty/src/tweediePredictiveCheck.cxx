// SPDX-License-Identifier: Apache-2.0
#include "tweediePredictiveCheck.h"

#include "tweedieEnsembleScore.h"
#include "tweedieRandom.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
PredictiveCheck
CheckPrediction(const at::Tensor & observed,
                const at::Tensor & draws,
                const std::vector<double> & levels,
                std::uint64_t seed)
{
  const at::Tensor numbers = RealTensor(observed, 1, "held-out numbers");
  const at::Tensor predicted = RealTensor(draws, 2, "predictive draws");
  PredictiveCheck check;
  check.score = RankedProbabilityScore(numbers, predicted);
  check.numbers = numbers.numel();
  check.draws = predicted.size(0);
  const at::Tensor ranks = RanksOf(numbers, predicted.t(), seed);
  const at::Tensor place = RandomStreams(seed, {1}).Uniform({check.numbers}, at::kDouble).squeeze(0);
  check.pit = (ranks.to(at::kDouble) + place) / static_cast<double>(check.draws + 1);
  check.uniformity = CheckUniformity(check.pit);
  check.coverage = CoverageOfRanks(ranks, check.draws, levels);
  return check;
}
} // namespace tweedie
