// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieChainRun_h
#define tweedieChainRun_h

#include "tweedieEstimator.h"
#include "tweedieMeanDisagreement.h"
#include "tweedieSampleStatistics.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
class TensorArchive;
class WorkMeter;

/** Where a run stands; what a checkpoint holds. */
struct ChainProgress
{
  std::int64_t batch = 0;                        ///< batches finished
  std::size_t level = 0;                         ///< steps finished of the batch in progress
  std::uint64_t draws = 0;                       ///< random draws of the batch in progress
  std::int64_t calls = 0;                        ///< denoiser calls of the batch in progress
  std::int64_t callsPerChain = 0;                ///< of a finished batch
  std::int64_t operatorCalls = 0;                ///< of the batch in progress
  std::int64_t operatorCallsPerChain = 0;        ///< of a finished batch
  double networkSeconds = 0.0;                   ///< of the whole run
  double operatorSeconds = 0.0;                  ///< likewise
  double seconds = 0.0;                          ///< of interrupted runs before this one
  ChainState state;                              ///< of the batch in progress, undefined before its start
  std::map<std::int64_t, SampleStatistics> open; ///< images with some samples finished
  std::map<std::string, at::Tensor> results;     ///< [images, ...], filled image by image
  SampleSpread spread;                           ///< of the images finished

  void Save(TensorArchive & archive) const;
  static ChainProgress Load(const TensorArchive & archive);
  void Add(const WorkMeter & meter);
};

/** One method on all images of a problem: chains in batches, level by level. */
class ChainRun
{
public:
  /** Completes problem and options (defaults, "auto") and checks them. */
  ChainRun(PosteriorProblem problem, EstimatorOptions options);

  PosteriorEstimate Run(const ProgressCallback & progress, const ChainObserver & observer = {});

  /** Denoiser calls of the whole run, about: its share of a time. */
  std::int64_t Calls() const;

  /** Of the finished run; only a sampler has one. */
  const SampleSpread &
  Spread() const
  {
    return m_Progress.spread;
  }

private:
  std::int64_t Batches() const;
  void Resume();
  void WriteCheckpoint();
  void RunBatch(const ProgressCallback & progress, const ChainObserver & observer);
  void Report(const ProgressCallback & progress, std::int64_t first, std::int64_t count);
  void Collect(std::int64_t first, const at::Tensor & ends);
  void CollectFigures(std::int64_t first);
  void FinishImage(std::int64_t image, const SampleStatistics & statistics);
  void Store(const std::string & name, std::int64_t image, const at::Tensor & value);
  ChainContext MakeContext(std::int64_t first, std::int64_t count, RandomStreams & random) const;
  Summary MakeSummary(const at::Tensor & mean) const;
  double Seconds() const;

  PosteriorProblem m_Problem;
  EstimatorOptions m_Options;
  std::unique_ptr<Estimator> m_Estimator;
  std::vector<double> m_Schedule;
  std::vector<std::string> m_Warnings;
  std::int64_t m_Images = 1;
  std::int64_t m_ChainsPerImage = 1;
  double m_Variance = 1.0;
  std::shared_ptr<std::int64_t> m_Calls;
  DenoiserPointer m_Prior;       ///< counts into m_Calls
  DenoiserPointer m_Conditioned; ///< likewise; may be null
  std::string m_Fingerprint;     ///< only with a checkpoint
  double m_SetupSeconds = 0.0;   ///< of the constructor, which may take a decomposition
  double m_SetupOperatorSeconds = 0.0;
  ChainProgress m_Progress;
  std::chrono::steady_clock::time_point m_Begin;
  std::chrono::steady_clock::time_point m_LastCheckpoint;
};

/** Fills in what the caller left open: shape, guidance "auto", number of samples, seed of a start image. Throws
 * UsageError for what cannot be run. */
void CompleteProblem(PosteriorProblem & problem, EstimatorOptions & options, const Estimator & estimator);

/** SHA-256 of all that decides the numbers of a run: options, problem, data. */
std::string Fingerprint(const PosteriorProblem & problem, const EstimatorOptions & options);

/** Where a batch stands, for messages. */
struct ChainPlace
{
  const std::string & method;
  const std::vector<double> & schedule;
  std::size_t level;
  std::int64_t firstChain; ///< number of the first chain of the batch
  std::int64_t chainsPerImage;
};

/** Throws NumericalError naming the step, the noise level, the chain and the range of its finite values unless every
 * value is finite. */
void RequireFiniteState(const at::Tensor & x, const ChainPlace & place);

/** The same for a step that failed inside: message of the part that noticed, x the state before. */
[[noreturn]] void ThrowFailedStep(const std::string & message, const at::Tensor & x, const ChainPlace & place);
} // namespace tweedie

#endif
