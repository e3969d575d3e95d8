// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimator_h
#define tweedieEstimator_h

#include "tweedieGuidance.h"
#include "tweediePosteriorEstimate.h"
#include "tweedieProgress.h"
#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** Prior and data: what an estimator is asked to solve, for one image or for many independent ones (slices). */
struct PosteriorProblem
{
  DenoiserPointer prior;
  LikelihoodPointer likelihood; ///< its batch = the images; null: no data (one image)
  DenoiserPointer conditioned;  ///< guidance exact: the prior conditioned on the data (one image)
  Shape shape;                  ///< of one image; empty: the likelihood's domain
  at::ScalarType type = at::kComplexFloat;
  at::Device device = at::kCPU;
  at::Tensor start;     ///< image to start from [images or 1, shape...]; undefined: none
  std::string identity; ///< fingerprint of prior and data for checkpoints, beyond what can be asked from them
};

/** A batch of chains between two steps: all that a checkpoint has to hold besides the draw counter. */
struct ChainState
{
  at::Tensor x;         ///< [B, shape...]
  at::Tensor warmStart; ///< of the inner solver; may be undefined
};

/** What a step may use. */
struct ChainContext
{
  const PosteriorProblem & problem;
  const EstimatorOptions & options;
  const std::vector<double> & schedule; ///< noise levels, the last is 0
  double variance;                      ///< v
  DenoiserPointer prior;                ///< counts its calls
  GuidancePointer guidance;             ///< of this batch; null where the estimator needs none
  LikelihoodPointer likelihood;         ///< of this batch; null: no data
  at::Tensor start;                     ///< start image of each chain [B, shape...] or undefined
  std::int64_t chains;                  ///< B
  RandomStreams & random;
};

/** A method: where a chain starts and what a step from noise level k to k + 1 is. Everything else (seeds, batches,
 * progress, abort, checkpoints, moments) belongs to RunEstimator. */
class Estimator
{
public:
  virtual ~Estimator() = default;
  virtual std::string Name() const = 0;

  /** True when the end of a chain is a posterior sample, false when it is an estimate of the mean. */
  virtual bool DrawsSamples() const = 0;

  /** True when a step uses a Guidance. */
  virtual bool
  UsesGuidance() const
  {
    return true;
  }
  /** Throws UsageError for what the method cannot do. */
  virtual void
  Validate(const PosteriorProblem &, const EstimatorOptions &) const
  {
  }

  virtual ChainState Start(const ChainContext & context) const = 0;

  /** From schedule[level] to schedule[level + 1]; the last step goes to 0 and leaves the result in state.x. */
  virtual void Step(const ChainContext & context, std::size_t level, ChainState & state) const = 0;
};

struct EstimatorRow
{
  const char * name;
  const char * description; ///< one line
  std::unique_ptr<Estimator> (*make)();
};

/** rmp | dps | daps | reference. */
const std::vector<EstimatorRow> & EstimatorTable();

/** Throws UsageError for an unknown name. */
std::unique_ptr<Estimator> MakeEstimator(const std::string & name);

/** The one run loop: options.method on every image of the problem.
 *
 * Chain number image * samples + sample has random stream of that number, so that results do not depend on batch size
 * or thread count beyond rounding. estimate.mean [images, shape...]: the end of the chain (rmp), or the mean of the
 * samples with their standard deviations. Throws Aborted when progress returns false, NumericalError when a state is
 * not finite, UsageError for wrong options and for a checkpoint of another run. */
PosteriorEstimate RunEstimator(const PosteriorProblem & problem,
                               const EstimatorOptions & options,
                               const ProgressCallback & progress = {});

/** RunEstimator; with method rmp and options.samples > 0 the standard deviation comes from options.sampler run beside
 * it, and the summary compares the two means (see MeanDisagreement). */
PosteriorEstimate EstimatePosterior(const PosteriorProblem & problem,
                                    const EstimatorOptions & options,
                                    const ProgressCallback & progress = {});

/** Removes the checkpoint files of RunEstimator and EstimatePosterior; to be called when the result is safe. */
void RemoveCheckpoints(const EstimatorOptions & options);
} // namespace tweedie

#endif
