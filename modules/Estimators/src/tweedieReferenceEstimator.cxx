// SPDX-License-Identifier: Apache-2.0
#include "tweedieReferenceEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class ReferenceEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return true;
  }
  bool
  UsesGuidance() const override
  {
    return true;
  }
  void
  Complete(const PosteriorProblem &, EstimatorOptions & options) const override
  {
    options.guidance = options.guidance == "auto" ? "exact" : options.guidance;
  }
  MethodNeeds
  Needs(const EstimatorOptions &) const override
  {
    MethodNeeds needs;
    needs.conditioned = true;
    return needs;
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions &) const override
  {
    return 2;
  }
  void
  Validate(const PosteriorProblem &, const EstimatorOptions & options) const override
  {
    if (options.guidance != "exact")
    {
      throw UsageError("method reference: given guidance " + options.guidance +
                       "; it samples with the exact conditional score, so exact is required");
    }
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    AncestralStep(context, level, true, state);
  }
};
} // namespace

std::unique_ptr<Estimator>
MakeReferenceEstimator()
{
  return std::make_unique<ReferenceEstimator>();
}
} // namespace tweedie
