// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReferenceSampler_h
#define tweedieReferenceSampler_h

#include "tweedieChainDiagnostics.h"
#include "tweedieProgress.h"
#include "tweedieTargetDensity.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
struct ReferenceSamplerOptions
{
  std::string method = "nuts";    ///< a row of ReferenceSamplerTable()
  std::int64_t chains = 4;        ///< independent of each other, each from a draw of the prior
  std::int64_t burnIn = 1000;     ///< steps that are not kept and that tune the sampler
  std::int64_t iterations = 1000; ///< states kept of each chain
  std::int64_t thinning = 1;      ///< steps for each of them
  std::uint64_t seed = 1;
  std::int64_t maximumDepth = 10; ///< nuts: of the tree of a step
  std::int64_t leaps = 8;         ///< tempered: of a Hamiltonian move
  std::int64_t temperatures = 8;  ///< tempered: powers of the likelihood, geometric from coldest to hottest
  double coldest = 1.0;
  double hottest = 1e-3;
};

/** Throws UsageError unless counts are positive and 0 < hottest < coldest. */
void RequireValid(const ReferenceSamplerOptions & options);

/** What a sampler drew, and whether it can be believed. */
struct ReferenceDraws
{
  at::Tensor draws;       ///< real components of images, [iterations, chains, n]
  ChainReport report;     ///< of each component
  double acceptance;      ///< share of the moves; nuts: mean over the tree
  double exchanges = 0.0; ///< tempered: share of the exchanges that were accepted
};

/** The transitions of a method that leaves the target as it is, all chains side by side. */
class ReferenceSampler
{
public:
  virtual ~ReferenceSampler() = default;

  /** tunes: this step may adapt the method, and the chain is then not yet one of Markov. */
  virtual void Step(bool tunes) = 0;

  /** Where the chains are, [chains, n] in the target's coordinates. */
  virtual at::Tensor State() const = 0;

  /** Of the steps that did not tune. */
  virtual double Acceptance() const = 0;
  virtual double
  Exchanges() const
  {
    return 0.0;
  }
};

struct ReferenceSamplerRow
{
  const char * name;
  const char * description; ///< one line
  bool needsWhite;          ///< a Gaussian prior in its white coordinates
  std::unique_ptr<ReferenceSampler> (*make)(TargetDensityPointer target, const ReferenceSamplerOptions & options);
};

const std::vector<ReferenceSamplerRow> & ReferenceSamplerTable();

/** Runs options.method. Throws UsageError for an unknown method or wrong options, NumericalError where a chain is not
 * finite, Aborted when progress returns false. */
ReferenceDraws SampleReference(TargetDensityPointer target,
                               const ReferenceSamplerOptions & options,
                               const ProgressCallback & progress = {});
} // namespace tweedie

#endif
