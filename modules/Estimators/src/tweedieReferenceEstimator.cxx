// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorRows.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class ReferenceEstimator final : public Estimator
{
public:
  std::string
  Name() const override
  {
    return "reference";
  }
  bool
  DrawsSamples() const override
  {
    return true;
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
  ChainState
  Start(const ChainContext & context) const override
  {
    const at::Tensor origin = ChainOrigin(context);
    return {origin + context.random.NormalLike(origin) * context.schedule.front(), {}};
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
