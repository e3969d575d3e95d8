// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimator_h
#define tweedieEstimator_h

#include "tweedieGuidance.h"
#include "tweediePosteriorEstimate.h"
#include "tweedieProgress.h"
#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
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
  /** What else a method carries along, [B, ...]. Those called "figure-..." at the end of a chain are averaged over the
   * chains of an image and go into the summary. */
  std::map<std::string, at::Tensor> extra;
};

/** What a method cannot do without, beyond a prior. */
struct MethodNeeds
{
  bool data = false;
  bool gaussian = false; ///< Gaussian noise, of any forward model
  bool linear = false;   ///< a linear forward model and Gaussian noise
  /** A forward model that offers LinearOperator::Decompose and vanishes where nothing was sampled, and white noise. */
  bool decomposition = false;
  bool jacobian = false;    ///< a prior with a Jacobian product
  bool conditioned = false; ///< a prior in closed form, conditioned on the data
};

/** Noise levels in prior standard deviations, first and last. */
struct LevelRange
{
  double high;
  double low;
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
  /** True when the end of a chain is a posterior sample, false when it is an estimate of the mean. */
  virtual bool DrawsSamples() const = 0;

  /** True when a step uses a Guidance. */
  virtual bool
  UsesGuidance() const
  {
    return false;
  }

  /** True when the chains of an image depend on each other: they then run in one batch. */
  virtual bool
  CouplesChains() const
  {
    return false;
  }

  /** What "auto" and other open options mean for this problem. */
  virtual void
  Complete(const PosteriorProblem &, EstimatorOptions &) const
  {
  }

  /** What is refused, in one line that names the methods that would run, before any work. */
  virtual MethodNeeds
  Needs(const EstimatorOptions &) const
  {
    return {};
  }

  /** Throws UsageError for other things that the method cannot do. */
  virtual void
  Validate(const PosteriorProblem &, const EstimatorOptions &) const
  {
  }

  /** Of a prior that needs noise. Above 10 deviations an image holds no more than the data say, below a hundredth
   * nothing changes that can be seen. */
  virtual LevelRange
  NoisyLevels(const EstimatorOptions &) const
  {
    return {10.0, 0.01};
  }

  /** The noise levels of a run, the last is 0; warnings gets a line where they leave the prior's range. */
  virtual std::vector<double> Schedule(const PosteriorProblem & problem,
                                       const EstimatorOptions & options,
                                       std::vector<std::string> & warnings) const;

  /** Denoiser calls of a step, at most. */
  virtual std::int64_t
  CallsPerStep(const EstimatorOptions &) const
  {
    return 1;
  }

  /** Denoiser calls of a chain, at most, with options that Complete has seen: it needs no data. */
  virtual std::int64_t
  CallsPerChain(const PosteriorProblem &, const EstimatorOptions & options) const
  {
    return options.steps * CallsPerStep(options);
  }

  /** Here noise of the first level around the origin. */
  virtual ChainState Start(const ChainContext & context) const;

  /** From schedule[level] to schedule[level + 1]; the last step goes to 0 and leaves the result in state.x. */
  virtual void Step(const ChainContext & context, std::size_t level, ChainState & state) const = 0;
};

struct EstimatorRow
{
  const char * name;
  const char * description; ///< one line
  std::unique_ptr<Estimator> (*make)();
  std::unique_ptr<MethodSettings> (*makeSettings)(); ///< null: the method has none of its own
};

/** A row per method. */
const std::vector<EstimatorRow> & EstimatorTable();

/** Throws UsageError for an unknown name. */
std::unique_ptr<Estimator> MakeEstimator(const std::string & name);

/** What the method needs and the problem does not have ("a prior with a Jacobian product"); empty: nothing. */
std::string MissingNeed(const MethodNeeds & needs, const PosteriorProblem & problem);

/** Sees the chains on their way: state.x at noise level number level of the schedule, 0 at the start, the last the
 * result; first: number of the first chain of the batch. */
using ChainObserver = std::function<void(std::int64_t first, std::size_t level, const ChainState & state)>;

/** The one run loop: options.method on every image of the problem.
 *
 * Chain number image * samples + sample has random stream of that number, so that results do not depend on batch size
 * or thread count beyond rounding. estimate.mean [images, shape...]: the end of the chain (rmp), or the mean of the
 * samples with their standard deviations. observer: called before the first step of a batch and after each; of a
 * resumed run it sees what is left. Throws Aborted when progress returns false, NumericalError when a state is not
 * finite, UsageError for wrong options and for a checkpoint of another run. */
PosteriorEstimate RunEstimator(const PosteriorProblem & problem,
                               const EstimatorOptions & options,
                               const ProgressCallback & progress = {},
                               const ChainObserver & observer = {});

/** RunEstimator; with method rmp and options.samples > 0 the standard deviation comes from options.sampler run beside
 * it, and the summary compares the two means (see MeanDisagreement). */
PosteriorEstimate EstimatePosterior(const PosteriorProblem & problem,
                                    const EstimatorOptions & options,
                                    const ProgressCallback & progress = {});

/** Removes the checkpoint files of RunEstimator and EstimatePosterior; to be called when the result is safe. */
void RemoveCheckpoints(const EstimatorOptions & options);
} // namespace tweedie

#endif
