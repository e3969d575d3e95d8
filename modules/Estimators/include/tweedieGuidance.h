// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGuidance_h
#define tweedieGuidance_h

#include "tweedieDenoiser.h"
#include "tweedieEstimatorOptions.h"
#include "tweedieLikelihood.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** What a guidance makes of a state. */
struct ConditionalMean
{
  at::Tensor mean;      ///< D_y(x, sigma), an approximation of E[x0 | x, y]
  at::Tensor prior;     ///< D(x, sigma) = E[x0 | x]; undefined where it is not a by-product
  at::Tensor warmStart; ///< what the inner solver wants to see at the next level; may be undefined
};

/** Guidance = conditional denoiser: how the data enter a step.
 *
 *    D_y(x, sigma) ~ E[x0 | x, y] = D(x, sigma) + sigma^2 grad_x log p(y | x)
 *
 * Stateless; batches of one measurement per sample, or of one measurement for all. */
class Guidance
{
public:
  virtual ~Guidance() = default;
  virtual std::string Name() const = 0;

  /** x [B, shape...], sigma > 0 the noise of each real component, warmStart of the previous level or undefined. */
  virtual ConditionalMean Evaluate(const at::Tensor & x, double sigma, const at::Tensor & warmStart = {}) const = 0;
};

using GuidancePointer = std::shared_ptr<const Guidance>;

/** What a guidance is made of. A null likelihood means "no data": then D_y = D for every row. */
struct GuidanceInputs
{
  DenoiserPointer prior;
  LikelihoodPointer likelihood;
  DenoiserPointer conditioned; ///< row exact: the prior conditioned on the data, E[x0 | x, y]
  EstimatorOptions options;
};

struct GuidanceRow
{
  const char * name;
  const char * description; ///< one line
  GuidancePointer (*make)(const GuidanceInputs & inputs);
};

/** exact | pigdm | dps | proximal. */
const std::vector<GuidanceRow> & GuidanceTable();

/** The guidance of a row. Throws UsageError for an unknown name, and where prior or likelihood lack what it needs. */
GuidancePointer MakeGuidance(const std::string & name, const GuidanceInputs & inputs);
} // namespace tweedie

#endif
